"""What does a machine say, and how does it become evidence?"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from evidence import bodies, envelope, report, strict_json
from evidence.bodies import (
    SELF,
    Basis,
    Body,
    Delta,
    Facts,
    Gap,
    ItemVerdict,
    KeyRotate,
    Known,
    LocalEvent,
    Subject,
)
from evidence.envelope import PayloadType
from evidence.errors import (
    BadSignature,
    EvidenceError,
    LeavesTooMuch,
    Malformed,
    TooLarge,
    UnknownKey,
    WeakKey,
    WrongSigners,
    WrongType,
)
from evidence.finding import Imaging
from evidence.keys import SigningKey
from evidence.report import LogSeen, Report
from rules.verdict import Verdict
from tests.evidence.clinic import (
    HASH,
    LINUX,
    POLICY,
    ROLLED_BACK,
    STARTED,
    UNENCRYPTED,
    Machine,
    full,
    key,
    uuid,
)
from tests.evidence.test_keys import SMALL_ORDER, with_sign

AT = datetime(2026, 11, 22, 13, 40, 0, 250_000, tzinfo=UTC)
FINDING = {
    "id": "7f" * 16,
    "root": "sidexis",
    "role": "export",
    "verdict": "plaintext",
    "kind": "dicom",
    "reason": "content",
    "volume": "unprotected",
    "reach": {"$unknown": "not_collected"},
    "state": "open",
}
IMAGING = Imaging.from_fact(
    {
        "roots": [{"label": "sidexis", "role": "export", "present": True, "exposed": 1}],
        "exposed": [FINDING],
        "coverage": {"complete": True, "as_of": "2026-11-22T13:40:00Z"},
    }
)
VOLUMES = {
    "fact": "volumes",
    "schema": 1,
    "status": "ok",
    "value": [{"name": "/srv", "protection": "unprotected"}],
    "reasons": [],
    "source": [{"call": "read:/proc/self/mountinfo"}],
    "confidence": "authoritative",
    "privilege": "root",
    "observed_at": "2026-11-22T13:40:00Z",
    "ttl": "300s",
    "cost": {"wall_ms": 12, "cpu_ms": 3, "spawned": 0},
}
NEW = key("OP1 report, renewed")
ROTATE = KeyRotate(purpose="report", keyid=NEW.keyid, public=NEW.public.hex, reason="age")
DELTA = Delta(
    subject=SELF,
    cause="change",
    basis=Basis(seq=1, hash=HASH),
    agent_version="0.1.0",
    os=LINUX,
    policy=POLICY,
    verdicts=(UNENCRYPTED,),
    imaging=None,
)
BODIES: list[Body] = [
    full(),
    replace(full(), imaging=IMAGING),
    DELTA,
    Facts(subject=SELF, catalogue="1.0", facts={"volumes": VOLUMES}),
    ROLLED_BACK,
    Gap(reason="outbox_lost", last_known=Known(epoch=1, seq=7, hash=HASH), orphans=(HASH,)),
    LocalEvent(event="directive", code="send_full", ref=None, n=0),
    LocalEvent(event="pack_rejected", code="DL704", ref=None, n=0),
    LocalEvent(event="reveal", code=None, ref="7f" * 16, n=0),
]


@pytest.fixture
def op1() -> Machine:
    return Machine("OP1", uuid("OP1"), key("OP1 report"), key("OP1 courier"))


def reported(machine: Machine, body: Body) -> Report:
    return Report(machine.header(body, AT), body)


def known(*signers: SigningKey) -> dict[str, Any]:
    return {signer.keyid: signer.public for signer in signers}


@pytest.mark.parametrize("body", BODIES)
def test_a_report_is_read_as_it_was_sealed(op1: Machine, body: Body) -> None:
    sealed = report.seal(reported(op1, body), op1.key)

    assert report.unseal(sealed, known(op1.key)) == reported(op1, body)


def test_every_kind_of_report_is_tried_here() -> None:
    assert {bodies.kind_of(body) for body in [*BODIES, ROTATE]} == set(bodies.KINDS)


def test_a_report_says_what_it_knows_of_clock_and_log(op1: Machine) -> None:
    header = replace(op1.header(STARTED, AT), log=LogSeen(size=109482, root=HASH))
    written = strict_json.read(Report(header, STARTED).to_bytes())

    assert written["v"] == 1
    assert written["at"] == "2026-11-22T13:40:00.250Z"
    assert written["clock"] == {"trust": "ok", "offset_ms": -412}
    assert written["log"] == {"size": 109482, "root": HASH}


def test_the_chain_knows_a_report_by_its_header(op1: Machine) -> None:
    step = op1.header(STARTED, AT).step("5" * 64)

    assert (step.epoch, step.seq, step.prev, step.sha, step.kind) == (
        1,
        1,
        op1.anchor,
        "5" * 64,
        "local_event",
    )


def test_a_header_is_read_apart_from_a_body_that_cannot_be(op1: Machine) -> None:
    written = strict_json.read(reported(op1, STARTED).to_bytes())
    written["body"]["patient"] = "Smith, John"
    header, body = report.read_header(strict_json.write(written))

    assert header == op1.header(STARTED, AT)
    with pytest.raises(Malformed) as refused:
        bodies.read(header.kind, body)
    assert "Smith" not in str(refused.value)
    assert "patient" not in str(refused.value)


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"v":1}', b'{"body":{}}', b"x"])
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        Report.from_bytes(data)


def test_a_report_of_another_kind_than_its_body_cannot_be_made(op1: Machine) -> None:
    with pytest.raises(Malformed):
        Report(op1.header(full(), AT), STARTED)


def test_what_would_be_refused_is_not_signed(op1: Machine) -> None:
    free = replace(STARTED, event="Smith, John")  # type: ignore[arg-type]

    with pytest.raises(Malformed):
        report.seal(reported(op1, free), op1.key)


def test_a_report_has_its_limit(op1: Machine) -> None:
    many = (replace(UNENCRYPTED, items=UNENCRYPTED.items * 20),) * 150

    with pytest.raises(TooLarge):
        report.seal(reported(op1, full(*many)), op1.key)


def test_a_thief_cannot_report(op1: Machine) -> None:
    sealed = report.seal(reported(op1, STARTED), key("thief"))

    with pytest.raises(UnknownKey):
        report.unseal(sealed, known(op1.key))


def test_the_courier_cannot_report(op1: Machine) -> None:
    sealed = report.seal(reported(op1, STARTED), op1.courier)

    with pytest.raises(UnknownKey):
        report.unseal(sealed, known(op1.key))


def test_each_byte_of_a_report_counts(op1: Machine) -> None:
    sealed = report.seal(reported(op1, STARTED), op1.key)
    for at in range(len(sealed.payload)):
        payload = sealed.payload[:at] + bytes([sealed.payload[at] ^ 1]) + sealed.payload[at + 1 :]
        with pytest.raises(BadSignature):
            report.unseal(replace(sealed, payload=payload), known(op1.key))


def test_a_new_key_is_brought_by_the_old_one(op1: Machine) -> None:
    sealed = report.seal(reported(op1, ROTATE), op1.key, NEW)

    assert report.unseal(sealed, known(op1.key)).body == ROTATE


@pytest.mark.parametrize(
    ("signers", "error"),
    [
        (("OP1 report",), WrongSigners),
        (("OP1 report", "thief"), UnknownKey),
        (("OP1 report, renewed", "OP1 report"), UnknownKey),
        (("OP1 report", "OP1 report, renewed", "thief"), WrongSigners),
    ],
)
def test_a_new_key_is_signed_by_old_and_new(
    op1: Machine, signers: tuple[str, ...], error: type[EvidenceError]
) -> None:
    payload = reported(op1, ROTATE).to_bytes()
    sealed = envelope.sign(PayloadType.REPORT, payload, *map(key, signers))

    with pytest.raises(error):
        report.unseal(sealed, known(op1.key))


def test_a_report_with_a_second_signature_is_refused(op1: Machine) -> None:
    payload = reported(op1, STARTED).to_bytes()
    sealed = envelope.sign(PayloadType.REPORT, payload, op1.key, NEW)

    with pytest.raises(WrongSigners):
        report.unseal(sealed, known(op1.key, NEW))


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_no_machine_takes_a_key_under_which_anybody_can_sign(point: str, sign: int) -> None:
    with pytest.raises(WeakKey):
        replace(ROTATE, public=with_sign(point, sign).hex())


def test_a_new_key_goes_by_its_own_id() -> None:
    with pytest.raises(Malformed):
        replace(ROTATE, keyid=HASH)


def test_a_sync_is_no_report(op1: Machine) -> None:
    sync = envelope.sign(PayloadType.SYNC, reported(op1, STARTED).to_bytes(), op1.key)

    with pytest.raises(WrongType):
        report.unseal(sync, known(op1.key))


def test_a_verdict_names_one_of_the_packs() -> None:
    with pytest.raises(Malformed):
        full(replace(UNENCRYPTED, pack=1))
    with pytest.raises(Malformed):
        replace(DELTA, verdicts=(replace(UNENCRYPTED, pack=1),))


@pytest.mark.parametrize(
    "named",
    [
        {"kind": "self", "id": uuid("NAS")},
        {"kind": "remote"},
        {"kind": "remote", "id": uuid("NAS"), "label": "nas"},
    ],
)
def test_a_visited_machine_is_named_whole(named: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        Subject(**{"id": None, "label": None, "host_key": None, **named})


def test_a_machine_without_an_agent_can_be_spoken_of(op1: Machine) -> None:
    nas = Subject(kind="remote", id=uuid("NAS"), label="nas-1", host_key=HASH)
    sealed = report.seal(reported(op1, replace(full(), subject=nas)), op1.key)

    assert report.unseal(sealed, known(op1.key)).body == replace(full(), subject=nas)


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        ("/home/Smith_John_1987.dcm", {"volume.protection": "unprotected"}),
        ("Smith, John", {}),
        ("/srv", {"volume.protection": "Smith"}),
        ("/srv", {"volume.mount": "/srv/patients"}),
        ("dr_lee", {"user.name": "dr_lee"}),
        ("user-3", {"user.name": "dr_lee"}),
        ("user-3", {"patient.name": "x"}),
    ],
)
def test_a_verdict_has_no_room_for_a_name(item: str, seen: dict[str, Any]) -> None:
    with pytest.raises(LeavesTooMuch) as refused:
        ItemVerdict(item=item, clause=0, verdict=Verdict.FAIL, why=None, seen=seen)
    assert "Smith" not in str(refused.value)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("roots", [{"label": "sidexis", "path": "/srv/patients"}]),
        ("roots", [{"label": "Smith John"}]),
        ("coverage", {"complete": "Smith"}),
        ("mass_change", {"state": "suspected", "file": "Smith"}),
    ],
)
def test_the_imaging_folders_have_no_room_for_a_name(
    op1: Machine, part: str, value: object
) -> None:
    said = replace(full(), imaging=replace(IMAGING, **{part: value}))  # type: ignore[arg-type]

    with pytest.raises(LeavesTooMuch) as refused:
        report.seal(reported(op1, said), op1.key)
    assert "Smith" not in str(refused.value)


def test_facts_that_hold_what_may_not_leave_cannot_be_sealed() -> None:
    with pytest.raises(LeavesTooMuch):
        Facts(
            subject=SELF,
            catalogue="1.0",
            facts={"volumes": VOLUMES | {"value": [{"mount": "/srv/patients"}]}},
        )
