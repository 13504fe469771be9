"""A machine takes new keys: by two signatures, from a line of the log on, and never a weak one."""

from dataclasses import replace

import pytest

from evidence import envelope, keys, messages, report
from evidence.bodies import KeyRotate, LocalEvent
from evidence.envelope import Envelope, Signature
from evidence.keys import SigningKey
from evidence.report import Report, read_header
from tests.controller.clinic import Machine, Server, verdict
from tests.controller.tables import rows

SPARE = SigningKey.from_seed(b"\x09" * 32)


@pytest.fixture
def op1(server: Server) -> Machine:
    """A machine that has joined and told all once."""
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(verdict("volumes-encrypted"))))
    return op1


def outcomes(answer: messages.Answer) -> list[tuple[int, str, str | None]]:
    return [(one.seq, one.outcome, one.why) for one in answer.receipts]


def rotation(op1: Machine, purpose: str, new: SigningKey) -> Envelope:
    body = KeyRotate(purpose=purpose, keyid=new.keyid, public=new.public.hex, reason="age")  # type: ignore[arg-type]
    draft = read_header(op1.draft(LocalEvent(event="directive", code=None, ref=None, n=0)).payload)
    sealed = report.seal(Report(replace(draft[0], kind="key_rotate"), body), op1.report_key, new)
    op1.head = read_header(sealed.payload)[0].step(sealed.sha).head
    return sealed


def test_a_new_report_key_counts_from_the_report_after_its_rotation(
    server: Server, op1: Machine
) -> None:
    new = SigningKey.from_seed(b"\x05" * 32)
    turn = rotation(op1, "report", new)
    op1.report_key, old = new, op1.report_key
    _, answer = op1.sync(turn, op1.event())

    assert outcomes(answer) == [(2, "stored", None), (3, "stored", None)]
    leaf = answer.receipts[0].leaf
    ends = dict(
        rows(server.home, "SELECT key_id, valid_to_leaf FROM machine_key WHERE purpose = 'report'")
    )
    assert ends == {old.keyid: leaf, new.keyid: None}

    op1.report_key = old
    assert server.post("/v1/sync", op1.body(op1.event())).problem() == "unknown_key"


def test_a_rotation_whose_answer_was_lost_comes_again_and_is_a_duplicate(
    server: Server, op1: Machine
) -> None:
    """What it was signed with has ended since; it is the very report that ended it."""
    new = SigningKey.from_seed(b"\x05" * 32)
    turn = rotation(op1, "report", new)
    op1.report_key = new
    later = op1.event()
    server.post("/v1/sync", op1.body(turn, later))
    op1.sync()  # it learns the nonce
    status, again = op1.sync(turn, later, op1.event())

    assert status == 200
    assert outcomes(again)[:2] == [(2, "duplicate", None), (3, "duplicate", None)]
    assert outcomes(again)[2] == (4, "stored", None)


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
    bytes.fromhex(point)[:31] + bytes([bytes.fromhex(point)[31] | sign])
    for point in SMALL_ORDER
    for sign in (0x00, 0x80)
]


@pytest.mark.threat("weak-key")
@pytest.mark.parametrize("purpose", ["report", "courier"])
def test_no_weak_key_comes_in_by_a_rotation(server: Server, op1: Machine, purpose: str) -> None:
    """Seven points, two signs: each is rejected alone, and the key before stays in force."""
    for raw in WEAK:
        before = op1.head
        honest = rotation(op1, purpose, SPARE)
        op1.head = before
        payload = honest.payload.replace(SPARE.public.hex.encode(), raw.hex().encode())
        payload = payload.replace(SPARE.keyid.encode(), keys.keyid(raw).encode())
        sealed = envelope.sign(honest.payload_type, payload, op1.report_key)
        anybodys = Signature(keys.keyid(raw), bytes(64))
        weak = replace(sealed, signatures=(*sealed.signatures, anybodys))
        op1.head = read_header(weak.payload)[0].step(weak.sha).head
        _, answer = op1.sync(weak)
        assert [(one.outcome, one.why) for one in answer.receipts] == [("rejected", "schema")]
    assert outcomes(op1.sync(op1.event())[1])[0][1] == "stored"
    assert rows(server.home, "SELECT count(*) FROM machine_key") == [(2,)]


def test_a_key_of_another_machine_is_not_taken_over(server: Server, op1: Machine) -> None:
    """Two machines must never share a key: whose word would it be?"""
    op2 = server.machine("OP2")
    _, answer = op1.sync(rotation(op1, "courier", op2.courier_key))
    assert outcomes(answer)[0][1:] == ("rejected", "schema")
    assert op1.sync()[0] == 200

    turn = rotation(op1, "report", op2.report_key)
    op1.report_key, mine = op2.report_key, op1.report_key
    assert server.post("/v1/sync", op1.body(turn, op1.event())).problem() == "unknown_key"
    op1.report_key = mine


def test_a_new_courier_key_talks_from_the_next_sync(server: Server, op1: Machine) -> None:
    new = SigningKey.from_seed(b"\x06" * 32)
    op1.sync(rotation(op1, "courier", new))

    assert server.post("/v1/sync", op1.body()).problem() == "unknown_key"
    op1.courier_key = new
    assert op1.sync()[0] == 200
