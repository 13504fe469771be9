"""The table of errors at joining (trust.md, section 3): each row with its status and its code."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from controller.fleet.models import JoinToken
from controller.intake.asgi import Limits
from evidence import frames, messages
from evidence.errors import WeakKey
from evidence.join import JoinString, base32
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Enroll, NewKey, Notice
from evidence.note import Verifier
from tests.controller.clinic import Clinic, Heard, Machine, Server
from tests.controller.tables import contents

Refused = Callable[[Server, Machine, JoinString], Heard]

SMALL_ORDER = (
    "00" * 32,
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
WEAK = [
    point[:62] + f"{int(point[62:], 16) | sign:02x}" for point in SMALL_ORDER for sign in (0, 0x80)
]


def posted(server: Server, body: bytes) -> Heard:
    return server.post("/v1/enroll", body)


def unknown(server: Server, op1: Machine, join: JoinString) -> Heard:
    return posted(server, op1.request(replace(join, secret=bytes(20))))


def expired(server: Server, op1: Machine, join: JoinString) -> Heard:
    request = op1.request(join)
    server.passes(hours=72)
    return posted(server, request)


def used_up(server: Server, op1: Machine, join: JoinString) -> Heard:
    request = op1.request(join)
    Machine(server, "OP2").join(join)
    return posted(server, request)


def another_system(server: Server, op1: Machine, join: JoinString) -> Heard:
    return posted(server, op1.request(server.token(platforms=("windows",))))


def known_key(server: Server, op1: Machine, join: JoinString) -> Heard:
    op1.join(join)
    return posted(server, op1.request(server.token()))


def one_signature(server: Server, op1: Machine, join: JoinString) -> Heard:
    (sealed,) = frames.read(op1.request(join))
    enroll = Enroll.from_bytes(sealed.payload)
    return posted(server, frames.write([messages.seal(enroll, op1.report_key)]))


def weak_key(server: Server, op1: Machine, join: JoinString) -> Heard:
    return posted(server, op1.request(join, report=NewKey(scheme="ed25519", public=WEAK[1])))


def another_clinic(server: Server, op1: Machine, join: JoinString) -> Heard:
    return posted(server, op1.request(join, clinic="11111111-1111-4111-8111-111111111111"))


TABLE: list[tuple[Refused, int, str]] = [
    (unknown, 401, "token_unknown"),
    (expired, 401, "token_expired"),
    (used_up, 401, "token_used_up"),
    (another_system, 403, "platform_denied"),
    (known_key, 409, "key_known"),
    (one_signature, 422, "bad_envelope"),
    (weak_key, 422, "weak_key"),
    (another_clinic, 422, "wrong_clinic"),
]


@pytest.mark.threat("stolen-join-string")
@pytest.mark.parametrize(("refused", "status", "code"), TABLE)
def test_each_refusal_has_its_status_and_its_code(
    server: Server, refused: Refused, status: int, code: str
) -> None:
    heard = refused(server, Machine(server, "OP1"), server.token())

    assert (heard.status, heard.problem()) == (status, code)
    assert heard.headers["content-type"] == "application/problem+json"
    assert json.loads(heard.body)["status"] == status
    (token, *_) = JoinToken.objects.at(server.clinic.place).order_by("made_at", "-uses")
    assert base32(bytes(20)).encode() not in heard.body
    assert token.welcome not in heard.body


@pytest.mark.threat("weak-key")
@pytest.mark.parametrize("key", ["report", "courier"])
def test_no_weak_key_joins_whatever_its_sign(server: Server, key: str) -> None:
    op1, join = Machine(server, "OP1"), server.token()
    before = contents(server.home)
    for public in WEAK:
        heard = posted(server, op1.request(join, **{key: NewKey(scheme="ed25519", public=public)}))
        assert (heard.status, heard.problem()) == (422, "weak_key")
    assert contents(server.home) == before


@pytest.mark.threat("weak-key")
@pytest.mark.parametrize("public", WEAK)
def test_no_weak_key_speaks_for_a_log_or_for_the_controller(public: str) -> None:
    good = SigningKey.from_seed(b"\x05" * 32)
    vkey = str(Verifier("dentinel/a/b/1", good.public))
    import base64
    import hashlib

    raw = b"\x01" + bytes.fromhex(public)
    number = hashlib.sha256(b"dentinel/a/b/1\n" + raw).hexdigest()[:8]
    weak = f"dentinel/a/b/1+{number}+{base64.b64encode(raw).decode()}"
    assert len(weak) == len(vkey)
    with pytest.raises(WeakKey):
        Verifier.parse(weak)
    with pytest.raises(WeakKey):
        PublicKey.from_hex(public)
    notice = Notice(kind="receipt", old=good.public.hex, new=public, from_leaf=0, why="age")
    with pytest.raises(WeakKey):
        messages.unseal_notice(messages.seal(notice, good, good), {good.keyid: good.public})


@pytest.fixture
def strict(home, bright_smiles: Clinic) -> Server:
    """The intake with the limits that it has when it serves."""
    with Server(home, bright_smiles, Limits()) as server:
        yield server


def test_ten_requests_a_minute_from_an_address_and_no_more(strict: Server) -> None:
    op1, join = Machine(strict, "OP1"), strict.token()
    wrong = op1.request(replace(join, secret=bytes(20)))
    heard = [posted(strict, wrong).status for _ in range(12)]
    assert heard == [401] * 10 + [429] * 2
    assert posted(strict, op1.request(join)).headers["retry-after"] == "60"


def test_ten_requests_a_minute_for_a_token_wherever_they_come_from(strict: Server) -> None:
    import asyncio

    from tests.controller import clinic

    join = strict.token()
    body = Machine(strict, "OP1").request(replace(join, secret=bytes(20)))

    async def from_address(last: int) -> int:
        async def moved(scope, receive, send):
            await strict.app({**scope, "client": (f"192.0.2.{last}", 1)}, receive, send)

        return (await clinic.call(moved, "POST", "/v1/enroll", body)).status

    heard = [asyncio.run(from_address(last)) for last in range(12)]
    assert heard == [401] * 10 + [429] * 2
