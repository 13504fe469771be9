"""Joining: who may, who may not, and that nobody gets in twice by one secret."""

from dataclasses import replace
from datetime import timedelta

import pytest

from controller.errors import Refusal
from controller.fleet.actions import withdraw_token
from controller.fleet.models import Approval, JoinToken
from controller.ledger.actions import By
from evidence import frames, messages
from evidence.bodies import Os
from evidence.join import JoinString, base32
from evidence.keys import SigningKey
from evidence.messages import Enroll, NewKey
from tests.controller.clinic import Machine, Server
from tests.controller.tables import changed, check_logs, contents, rows


@pytest.fixture
def join(server: Server) -> JoinString:
    """Leave for one machine."""
    return server.token()


@pytest.fixture
def op1(server: Server) -> Machine:
    """A machine that has not joined."""
    return Machine(server, "OP1")


def test_a_machine_joins_with_its_line_in_the_log(
    server: Server, op1: Machine, join: JoinString
) -> None:
    assert op1.join(join).status == 200

    assert op1.enrolled.state == "active"
    assert op1.enrolled.fact_key == server.keys.fact_key(server.clinic.id).hex()
    ((line,),) = rows(
        server.home,
        "SELECT line FROM log_entry WHERE kind = 'enroll' AND idx = ?",
        op1.enrolled.leaf,
    )
    assert op1.anchor.encode() in line
    check_logs(server.home)


def test_the_answer_carries_a_checkpoint_that_the_log_signed(
    op1: Machine, join: JoinString
) -> None:
    from evidence import checkpoint
    from evidence.note import Verifier

    op1.join(join)
    signed = checkpoint.read(op1.enrolled.checkpoint, Verifier.parse(op1.enrolled.log))
    assert signed.size == op1.enrolled.leaf


def test_the_same_bytes_get_the_same_answer(server: Server, op1: Machine, join: JoinString) -> None:
    request = op1.request(join)
    first = server.post("/v1/enroll", request)
    before = contents(server.home)
    server.passes(days=9)

    assert server.post("/v1/enroll", request).body == first.body
    assert contents(server.home) == before


def test_a_machine_that_was_heard_has_its_answer(
    server: Server, op1: Machine, join: JoinString
) -> None:
    request = op1.request(join)
    op1.join(join)
    op1.sync(op1.event())

    assert server.post("/v1/enroll", request).problem() == "token_used_up"


@pytest.mark.threat("stolen-join-string")
def test_a_token_lets_one_machine_in(server: Server, op1: Machine, join: JoinString) -> None:
    request = Machine(server, "OP2").request(join)
    op1.join(join)
    before = contents(server.home)
    heard = server.post("/v1/enroll", request)

    assert (heard.status, heard.problem()) == (401, "token_used_up")
    assert contents(server.home) == before


@pytest.mark.threat("stolen-join-string")
def test_a_token_expires_after_72_hours(server: Server, op1: Machine, join: JoinString) -> None:
    request = op1.request(join)
    server.passes(hours=71, minutes=59)
    assert server.get(f"/v1/ca/{base32(join.tid)}").status == 200
    server.passes(minutes=1)

    assert server.post("/v1/enroll", request).problem() == "token_expired"
    assert server.get(f"/v1/ca/{base32(join.tid)}").problem() == "token_expired"


def test_a_withdrawn_token_lets_nobody_in(server: Server, op1: Machine, join: JoinString) -> None:
    request = op1.request(join)
    token = JoinToken.objects.at(server.clinic.place).get(tid=base32(join.tid))
    withdraw_token(server.home, server.clinic.place, token.id, By("dr_lee", "", server.now))

    assert server.post("/v1/enroll", request).problem() == "token_expired"
    assert server.get(f"/v1/ca/{base32(join.tid)}").problem() == "token_unknown"


def test_a_wrong_secret_is_an_unknown_token(server: Server, op1: Machine, join: JoinString) -> None:
    request = op1.request(replace(join, secret=b"\x00" * 20))
    assert server.post("/v1/enroll", request).problem() == "token_unknown"


@pytest.mark.threat("read-join-string")
def test_the_secret_is_kept_as_a_hash_alone(server: Server, op1: Machine, join: JoinString) -> None:
    op1.join(join)
    secret = base32(join.secret).encode()
    files = server.home.root.rglob("*")
    assert [file.name for file in files if file.is_file() and secret in file.read_bytes()] == []


def test_no_key_of_the_controller_is_in_the_database(
    server: Server, op1: Machine, join: JoinString
) -> None:
    op1.join(join)
    wal = server.home.database.with_name("controller.sqlite-wal").read_bytes()
    stored = server.home.database.read_bytes() + wal
    secrets = server.keys.fact_key(server.clinic.id), server.keys.receipt().seed, server.keys.seed

    assert op1.enrolled.fact_key == secrets[0].hex()
    assert [
        secret for secret in secrets if secret in stored or secret.hex().encode() in stored
    ] == []


def test_the_welcome_is_what_the_pin_says(server: Server, join: JoinString) -> None:
    from evidence.join import Welcome, pin_of

    heard = server.get(f"/v1/ca/{base32(join.tid)}")
    assert pin_of(heard.body) == join.pin
    welcome = Welcome.pinned(heard.body, join)
    assert welcome.receipt == (server.keys.receipt().public.hex,)


def test_another_clinic_is_refused(server: Server, op1: Machine, join: JoinString) -> None:
    request = op1.request(join, clinic="00000000-0000-4000-8000-000000000000")
    assert server.post("/v1/enroll", request).problem() == "wrong_clinic"


def test_a_platform_that_the_token_does_not_name_is_refused(server: Server, op1: Machine) -> None:
    request = op1.request(
        server.token(platforms=("linux",)), os=Os(family="windows", version="10.0", arch="x86_64")
    )
    heard = server.post("/v1/enroll", request)
    assert (heard.status, heard.problem()) == (403, "platform_denied")


def test_a_key_that_has_joined_does_not_join_again(server: Server, op1: Machine) -> None:
    op1.join(server.token())
    heard = server.post("/v1/enroll", op1.request(server.token()))
    assert (heard.status, heard.problem()) == (409, "key_known")


@pytest.mark.threat("weak-key")
def test_a_weak_key_is_refused(server: Server, op1: Machine, join: JoinString) -> None:
    weak = "01" + "00" * 31
    request = op1.request(join, report=NewKey(scheme="ed25519", public=weak))
    heard = server.post("/v1/enroll", request)
    assert (heard.status, heard.problem()) == (422, "weak_key")


def test_both_new_keys_must_sign(server: Server, op1: Machine, join: JoinString) -> None:
    (sealed,) = frames.read(op1.request(join))
    enroll = Enroll.from_bytes(sealed.payload)
    one = messages.seal(enroll, op1.report_key)
    other = messages.seal(enroll, op1.report_key, SigningKey.from_seed(b"\x09" * 32))

    for forged in (one, other):
        assert server.post("/v1/enroll", frames.write([forged])).problem() == "bad_envelope"


def test_a_token_of_many_uses_waits_for_a_person(server: Server) -> None:
    join = server.token(max_uses=2)
    for name in ("OP1", "OP2"):
        machine = Machine(server, name)
        machine.join(join)
        assert machine.enrolled.state == "pending"
        assert machine.sync(machine.event())[1].state == "pending"


def test_a_person_may_decide_that_many_join_at_once(server: Server) -> None:
    assert server.machine("OP1", max_uses=5, approval=Approval.AUTO).enrolled.state == "active"


@pytest.mark.parametrize("order", [{"life": timedelta(days=31)}, {"max_uses": 0}, {"role": "boss"}])
def test_a_token_out_of_bounds_is_not_made(server: Server, order: dict[str, object]) -> None:
    before = contents(server.home)
    with pytest.raises(Refusal):
        server.token(**order)
    assert contents(server.home) == before


def test_making_a_token_is_an_act_in_the_log(server: Server, join: JoinString) -> None:
    ((action, what),) = rows(server.home, "SELECT action, object FROM audit WHERE n = 3")
    assert (action, what) == ("token.make", base32(join.tid))


def test_nobody_joins_by_a_sync(server: Server, op1: Machine, join: JoinString) -> None:
    before = contents(server.home)
    assert server.post("/v1/sync", op1.request(join)).problem() == "unknown_key"
    assert changed(before, contents(server.home)) == set()
