"""Joining a controller over real TLS on loopback."""

import base64
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from agent.enrol import staging
from agent.enrol.join import Join, parse
from agent.errors import (
    EnrolError,
    HomeError,
    IdentityLost,
    NotEnrolled,
    PinMismatch,
    TransportError,
)
from agent.identity.machine import Identity
from agent.outbox import mark
from agent.paths import Home
from evidence import chain, frames, messages
from evidence.join import JoinString, Welcome, base32, pin_of
from evidence.keys import SigningKey
from tests.agent.controller import STATUSES, Controller, key
from tests.agent.practice import OP1, Practice
from tests.agent.wire import Authority, Heard, Says, opened


def contents(folder: Path) -> bytes:
    """Every byte of every file below."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_machine_that_joins_belongs_to_the_clinic(strangers: Practice) -> None:
    joined = strangers.join()

    identity = strangers.identity
    assert (joined.agent, joined.state, joined.renewed) == (identity.agent, "active", False)
    assert (identity.org, identity.clinic) == (
        strangers.controller.org,
        strangers.controller.clinic,
    )
    assert identity.anchor == strangers.machine.anchor
    assert identity.report_key().keyid in strangers.machine.keys
    assert identity.courier_key().keyid in strangers.machine.courier
    assert mark.load(strangers.home.chain, identity.anchor) == chain.start(identity.anchor)


def test_private_keys_are_for_root_and_the_courier_alone(practice: Practice) -> None:
    modes = {path.name: path.stat().st_mode & 0o777 for path in practice.home.identity.iterdir()}

    assert modes == {
        "report.key": 0o600, "binding.json": 0o600, "courier.key": 0o640,
        "enrolled.json": 0o640, "trust.json": 0o640,
    }  # fmt: skip


@pytest.mark.threat("stolen-join-string")
def test_the_secret_is_gone_once_the_machine_has_joined(strangers: Practice) -> None:
    string = strangers.controller.join(strangers.door.port)
    Join(strangers.home, string, OP1).run()

    left = contents(strangers.home.root)
    assert base32(string.secret).encode() not in left
    assert not staging.folder(strangers.home).root.exists()


@pytest.mark.threat("stolen-join-string")
def test_a_thief_who_was_faster_is_told_of_to_the_machine_that_comes_after(
    strangers: Practice,
) -> None:
    string = strangers.controller.join(strangers.door.port)
    thief = Home(strangers.home.root.with_name("thief"))
    Join(thief, string, replace(OP1, hostname="thief")).run()
    with pytest.raises(EnrolError, match="has been used already") as caught:
        Join(strangers.home, string, OP1).run()

    assert "it may have been stolen" in caught.value.advice
    assert base32(string.secret).encode() not in contents(strangers.home.root)


def test_hardware_leaves_as_keyed_hashes_only(practice: Practice) -> None:
    capture = practice.door.capture()

    assert b"S4EWNX0M" not in capture
    assert b'"disk":"' in capture


def test_a_damaged_join_string_is_to_be_copied_again(strangers: Practice) -> None:
    text = str(strangers.controller.join(strangers.door.port))
    with pytest.raises(EnrolError, match="damaged") as caught:
        parse(text[:40] + ("b" if text[40] != "b" else "c") + text[41:])

    assert "copy it again" in caught.value.advice


@pytest.mark.threat("false-controller")
def test_a_false_controller_gets_not_one_secret_byte(
    strangers: Practice, tmp_path: Path, authority: Authority
) -> None:
    string = strangers.controller.join(strangers.door.port)
    false = Controller(authority.pem)
    false.secrets = dict(strangers.controller.secrets)
    with (
        opened(authority, tmp_path, false) as door,
        pytest.raises(EnrolError, match="not the controller that this join string") as caught,
    ):
        Join(strangers.home, replace(string, port=door.port), OP1).run()

    assert "stop here" in caught.value.advice
    assert len(door.heard) == 1
    for form in (string.secret, base32(string.secret).encode(), string.secret.hex().encode()):
        assert form not in door.capture()
    assert not staging.folder(strangers.home).root.exists()


@pytest.mark.threat("false-controller")
def test_a_true_welcome_behind_another_ca_is_refused_before_the_secret(
    strangers: Practice, tmp_path: Path
) -> None:
    """An inspecting proxy can hand on the public welcome; it cannot show the pinned CA."""
    string = strangers.controller.join(strangers.door.port)
    inspector = Authority(name="Inspecting Proxy CA")
    with (
        opened(inspector, tmp_path, strangers.controller) as door,
        pytest.raises(PinMismatch, match="Inspecting Proxy CA"),
    ):
        Join(strangers.home, replace(string, port=door.port), OP1).run()

    assert [heard.method for heard in door.heard] == ["GET"]
    assert base32(string.secret).encode() not in door.capture()


@pytest.mark.threat("foreign-ca")
def test_no_environment_variable_makes_another_ca_good(
    strangers: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspector = Authority(name="Inspecting Proxy CA")
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(inspector.pem)
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(bundle))
    string = strangers.controller.join(1)
    with (
        opened(inspector, tmp_path, strangers.controller) as door,
        pytest.raises(PinMismatch),
    ):
        Join(strangers.home, replace(string, port=door.port), OP1).run()


def test_after_a_lost_answer_the_same_bytes_are_sent_again(strangers: Practice) -> None:
    string = strangers.controller.join(strangers.door.port)
    strangers.controller.mangle = lost_on_enroll
    with pytest.raises(TransportError):
        Join(strangers.home, string, OP1).run()
    strangers.controller.mangle = lambda _, says: says

    Join(strangers.home, string, OP1).run()

    first, second = (h.body for h in strangers.door.heard if h.path == "/v1/enroll")
    assert first == second
    assert len(strangers.controller.machines) == 1


def lost_on_enroll(heard: Heard, says: Says) -> Says:
    return Says(drop=True) if heard.path == "/v1/enroll" else says


def test_another_join_string_begins_anew(strangers: Practice) -> None:
    strangers.controller.mangle = lost_on_enroll
    with pytest.raises(TransportError):
        strangers.join()
    strangers.controller.mangle = lambda _, says: says

    strangers.join()

    first, second = (h.body for h in strangers.door.heard if h.path == "/v1/enroll")
    assert first != second


@pytest.mark.parametrize("code", STATUSES)
def test_every_refusal_is_a_sentence_with_what_to_do(strangers: Practice, code: str) -> None:
    strangers.controller.refuses = code
    with pytest.raises(EnrolError) as caught:
        strangers.join()

    assert f"127.0.0.1:{strangers.door.port}" in caught.value.message
    assert caught.value.advice
    is_final = code not in ("busy", "slow_down")
    assert staging.folder(strangers.home).root.exists() is not is_final
    with pytest.raises(NotEnrolled):
        Identity.load(strangers.home)


def test_a_join_string_that_was_withdrawn_is_said_to_be(strangers: Practice) -> None:
    string = strangers.controller.join(strangers.door.port)
    strangers.controller.secrets.clear()
    with pytest.raises(EnrolError, match="does not know this join string"):
        Join(strangers.home, string, OP1).run()


def forged(practice: Practice, signer: SigningKey | None = None, **changes: object):
    """An answer to an enrolment that is not what the controller would have said."""

    def mangle(heard: Heard, says: Says) -> Says:
        if heard.path != "/v1/enroll":
            return says
        (answer,) = frames.read(says.body)
        enrolled = replace(messages.Enrolled.from_bytes(answer.payload), **changes)
        lie = messages.seal(enrolled, signer or practice.controller.receipt)
        return Says(200, frames.write([lie]), says.headers)

    return mangle


SMALL_ORDER = "00" * 32


def weak_log(name: str) -> str:
    """A log's key of small order, as no function of ours would write it."""
    raw = b"\x01" + bytes.fromhex(SMALL_ORDER)
    keyid = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex()
    return f"{name}+{keyid}+{base64.b64encode(raw).decode()}"


@pytest.mark.parametrize(
    "lie",
    [
        {"req": "00" * 32},
        {"clinic": "7d9b1c0e-4f5a-4e7e-9f7e-0a3d6f1f2b11"},
        {"org": "7d9b1c0e-4f5a-4e7e-9f7e-0a3d6f1f2b11"},
        {"receipt": (SMALL_ORDER,)},
        {"log": weak_log("dentinel/log")},
        {"signer": key(99)},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_a_forged_answer_is_not_believed(strangers: Practice, lie: dict) -> None:
    strangers.controller.mangle = forged(strangers, **lie)
    with pytest.raises(EnrolError, match="not one of the controller"):
        strangers.join()

    with pytest.raises(NotEnrolled):
        Identity.load(strangers.home)


@pytest.mark.threat("forged-answer")
@pytest.mark.parametrize("body", [b"", b"<html>Log in to the guest network</html>"])
def test_a_captive_portal_enrols_nobody(strangers: Practice, body: bytes) -> None:
    strangers.controller.mangle = lambda heard, says: (
        Says(200, body) if heard.path == "/v1/enroll" else says
    )
    with pytest.raises(EnrolError):
        strangers.join()

    with pytest.raises(NotEnrolled):
        Identity.load(strangers.home)


def test_joining_again_in_the_same_clinic_keeps_keys_and_chain(practice: Practice) -> None:
    practice.seal(2)
    before, sealed = practice.identity, practice.sealed()
    used = sum(h.path == "/v1/enroll" for h in practice.door.heard)

    joined = practice.join()

    assert joined.renewed
    assert practice.identity == before
    assert practice.sealed() == sealed
    assert sum(h.path == "/v1/enroll" for h in practice.door.heard) == used


@pytest.mark.parametrize("same_org", [True, False])
def test_in_another_clinic_it_is_a_new_machine_that_says_which_one_it_was(
    practice: Practice, tmp_path: Path, authority: Authority, same_org: bool
) -> None:
    """To another operator its former id says nothing, and is not told."""
    before = practice.identity
    north_quay = Controller(authority.pem)
    if same_org:
        north_quay.org = practice.controller.org
        welcome = replace(Welcome.from_bytes(north_quay.welcome), org=north_quay.org)
        north_quay.welcome = welcome.to_bytes()
    with opened(authority, tmp_path, north_quay) as door:
        joined = Join(practice.home, north_quay.join(door.port), OP1).run()

    after = practice.identity
    assert (joined.renewed, after.clinic) == (False, north_quay.clinic)
    assert not {after.trust.report, after.trust.courier} & {
        before.trust.report,
        before.trust.courier,
    }
    request = next(h for h in door.heard if h.path == "/v1/enroll")
    assert (f'"replaces":"{before.agent}"'.encode() in request.body) == same_org


def test_a_new_identity_starts_over_and_names_the_old_one(practice: Practice) -> None:
    practice.seal(3)
    old = practice.identity

    practice.join(new_identity=True)
    practice.seal(1)
    practice.deliver()

    assert practice.identity.agent != old.agent
    assert [r.header.seq for r in practice.machine.reports] == [1]
    request = next(h for h in reversed(practice.door.heard) if h.path == "/v1/enroll")
    assert f'"replaces":"{old.agent}"'.encode() in request.body
    assert list(practice.home.outbox.parent.glob("outbox.sqlite.aside-*"))


def test_a_lost_key_is_said_and_never_replaced_in_silence(practice: Practice) -> None:
    practice.home.report_key.unlink()
    with pytest.raises(IdentityLost, match="report key"):
        practice.identity.report_key()
    with pytest.raises(IdentityLost):
        practice.sealer()

    assert not practice.home.report_key.exists()


def test_a_damaged_identity_asks_for_a_new_one(practice: Practice) -> None:
    practice.home.enrolled.write_bytes(b"{}")
    with pytest.raises(EnrolError) as caught:
        practice.join()

    assert "--new-identity" in caught.value.advice
    practice.join(new_identity=True)
    assert practice.identity.report_key()


@pytest.mark.parametrize("moved", range(6))
def test_an_enrolment_cut_off_while_it_is_stored_is_finished(
    strangers: Practice, moved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes after so many of the five files were moved into place."""
    real, done = Path.replace, []

    def cut_off(self: Path, target: Path) -> Path:
        if (
            self.parent.name == "identity"
            and "joining" in self.parts
            and target.parent != self.parent
        ):
            if len(done) == moved:
                raise KeyboardInterrupt
            done.append(target)
        return real(self, target)

    string = strangers.controller.join(strangers.door.port)
    monkeypatch.setattr(Path, "replace", cut_off)
    if moved < 5:
        with pytest.raises(KeyboardInterrupt):
            Join(strangers.home, string, OP1).run()
    monkeypatch.undo()

    Join(strangers.home, string, OP1).run()

    strangers.seal(1)
    assert len(strangers.controller.machines) == 1
    assert strangers.identity.report_key().keyid in strangers.machine.keys
    assert not staging.folder(strangers.home).root.exists()


def test_a_welcome_that_cannot_be_read_is_said_to_be_so(strangers: Practice) -> None:
    controller = strangers.controller
    controller.welcome = b'{"v":2}'
    string = controller.join(strangers.door.port)
    assert string.pin == pin_of(b'{"v":2}')
    with pytest.raises(EnrolError, match="welcome"):
        Join(strangers.home, string, OP1).run()


@pytest.mark.threat("weak-key")
@pytest.mark.parametrize("weak", [{"receipt": (SMALL_ORDER,)}, {"log": weak_log("dentinel/log")}])
@pytest.mark.parametrize("joined", [False, True])
def test_a_key_of_small_order_in_the_welcome_is_refused(
    strangers: Practice, weak: dict, joined: bool
) -> None:
    """Also when a machine that has joined renews its pins."""
    if joined:
        strangers.join()
    before = strangers.home.trust.read_bytes() if joined else None
    welcome = Welcome.from_bytes(strangers.controller.welcome)
    strangers.controller.welcome = replace(welcome, **weak).to_bytes()
    with pytest.raises(EnrolError):
        strangers.join()

    after = strangers.home.trust.read_bytes() if strangers.home.trust.exists() else None
    assert after == before


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(HomeError):
        Join(Home(blocked / "home"), JoinString(b"8" * 8, b"2" * 20, b"3" * 32, "h"), OP1).run()


def test_what_was_begun_is_not_in_the_way(strangers: Practice) -> None:
    staging.folder(strangers.home).identity.mkdir(parents=True)
    strangers.join()

    assert strangers.identity
    shutil.rmtree(strangers.home.root)
