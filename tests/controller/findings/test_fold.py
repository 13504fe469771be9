"""What a report changes: verdicts and their spans, findings, and when it was seen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.findings.fold import EVIDENCE_BYTES, Standing, evidence, fold, observed
from evidence.bodies import Basis, Body, Delta, Facts, Full, Gap, Subject
from evidence.finding import Imaging
from evidence.report import Clock, Header, Report
from tests.controller.clinic import LINUX, Machine, finding, imaging, verdict, volume

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
RULES = {"volumes-encrypted": 1, "screen-locks": 2, "usb-storage-blocked": 3}
SELF = Subject(kind="self", id=None, label=None, host_key=None)


def number(pack: str, rule: str) -> int:
    assert pack == "dental-baseline"
    return RULES[rule]


def told(body: Body, at: datetime = EIGHT, clock: Clock | None = None) -> Report:
    kinds = {Full: "full", Delta: "delta", Gap: "gap", Facts: "facts"}
    header = Header(
        org="00000000-0000-4000-8000-000000000001",
        clinic="00000000-0000-4000-8000-000000000002",
        agent="00000000-0000-4000-8000-000000000003",
        epoch=1,
        seq=1,
        prev="0" * 64,
        kind=kinds[type(body)],  # type: ignore[arg-type]
        salt="0" * 32,
        at=at,
        boot="0" * 16,
        mono_ms=0,
        clock=clock or Clock(trust="ok", offset_ms=0),
        log=None,
    )
    return Report(header, body)


def full(*said: tuple[str, str], images: Imaging | None = None, subject: Subject = SELF) -> Full:
    return Full(
        subject=subject,
        cause="daily",
        agent_version="0.1.0",
        os=LINUX,
        policy=Machine.policy(),
        verdicts=tuple(verdict(rule, word) for rule, word in said),
        imaging=images,
    )


def delta(*said: tuple[str, str], images: Imaging | None = None) -> Delta:
    whole = full(*said, images=images)
    return Delta(
        subject=SELF,
        cause="change",
        basis=Basis(seq=1, hash="0" * 64),
        agent_version="0.1.0",
        os=LINUX,
        policy=whole.policy,
        verdicts=whole.verdicts,
        imaging=images,
    )


def after(*bodies: Body) -> Standing:
    """What stands after these, an hour apart."""
    standing = Standing()
    for hour, body in enumerate(bodies):
        at = EIGHT + timedelta(hours=hour)
        standing, _ = fold(standing, told(body, at), at, number)
    return standing


def said(standing: Standing) -> dict[int, str]:
    return {no: state.verdict for no, state in standing.states.items()}


def test_a_first_full_opens_a_span_a_rule() -> None:
    _, changes = fold(
        Standing(),
        told(full(("volumes-encrypted", "fail"), ("screen-locks", "pass"))),
        EIGHT,
        number,
    )
    assert {(one.rule_no, one.verdict) for one in changes.opened} == {(1, "fail"), (2, "pass")}
    assert changes.closed == ()


def test_a_report_that_says_the_same_writes_nothing() -> None:
    body = full(("volumes-encrypted", "fail"))
    _, changes = fold(after(body), told(body), EIGHT + timedelta(days=1), number)
    assert (changes.states, changes.opened, changes.closed, changes.left) == ({}, (), (), ())


def test_a_flip_closes_one_span_and_opens_another() -> None:
    standing, changes = fold(
        after(full(("volumes-encrypted", "fail"))),
        told(delta(("volumes-encrypted", "pass")), EIGHT + timedelta(hours=2)),
        EIGHT + timedelta(hours=3),
        number,
    )
    assert changes.closed == (1,)
    assert [one.verdict for one in changes.opened] == ["pass"]
    state = standing.states[1]
    assert state.observed_since == EIGHT + timedelta(hours=2)
    assert state.known_since == EIGHT + timedelta(hours=3)
    assert state.rev == 2


def test_other_evidence_of_the_same_verdict_keeps_since_when() -> None:
    first = full(("volumes-encrypted", "fail"))
    one = verdict("volumes-encrypted", "fail", volume("/srv", "unprotected"))
    second = replace(first, verdicts=(one,))
    standing = after(first, second)

    assert standing.states[1].observed_since == EIGHT
    assert standing.states[1].rev == 2
    assert "/srv" in standing.states[1].evidence


def test_a_delta_leaves_what_it_does_not_name() -> None:
    both = full(("volumes-encrypted", "fail"), ("screen-locks", "pass"))
    assert said(after(both, delta(("screen-locks", "fail")))) == {1: "fail", 2: "fail"}


def test_a_rule_that_left_its_pack_does_not_linger_as_pass() -> None:
    both = full(("volumes-encrypted", "pass"), ("screen-locks", "pass"))
    standing, changes = fold(after(both), told(full(("screen-locks", "pass"))), EIGHT, number)

    assert said(standing) == {2: "pass"}
    assert (changes.left, changes.closed) == ((1,), (1,))


def test_what_is_said_of_another_machine_changes_nothing_here() -> None:
    nas = Subject(
        kind="remote",
        id="00000000-0000-4000-8000-000000000009",
        label="nas",
        host_key="0" * 64,
    )
    standing = after(full(("volumes-encrypted", "pass")), full(subject=nas))
    assert said(standing) == {1: "pass"}


def test_evidence_is_kept_to_2_kib_and_what_is_left_out_is_counted() -> None:
    import json

    many = verdict(
        "volumes-encrypted", "fail", *(volume(f"volume-{n}", "unprotected") for n in range(20))
    )
    text = evidence(many)
    kept = json.loads(text)

    assert len(text) <= EVIDENCE_BYTES
    assert len(kept["items"]) + kept["left_out"] == 20
    assert kept["left_out"] > 0


@pytest.mark.parametrize(
    ("clock", "at", "seen"),
    [
        (("ok", 0), 0, 0),
        (("skewed", 3_600_000), 60, 0),
        (("ok", -60_000), 0, 1),
        (("unset", None), -999, 120),
        (("ok", 0), 999, 120),
        (("ok", 0), -30, -5),
    ],
)
def test_a_clock_is_believed_between_the_report_before_and_receipt(
    clock: tuple[str, int | None], at: int, seen: int
) -> None:
    """Minutes from eight; the report before was seen at 07:55, this one is received at 10:00."""
    trust, offset = clock
    report = told(
        full(),
        EIGHT + timedelta(minutes=at),
        Clock(trust=trust, offset_ms=offset),  # type: ignore[arg-type]
    )
    before, known = EIGHT - timedelta(minutes=5), EIGHT + timedelta(hours=2)
    assert observed(report, before, known) == EIGHT + timedelta(minutes=seen)


@given(
    at=st.integers(-(10**9), 10**9).map(lambda seconds: EIGHT + timedelta(seconds=seconds)),
    offset=st.none() | st.integers(-(10**12), 10**12),
    trust=st.sampled_from(["ok", "skewed", "unset"]),
)
def test_no_clock_moves_a_report_before_the_last_or_after_receipt(
    at: datetime, offset: int | None, trust: str
) -> None:
    before, known = EIGHT, EIGHT + timedelta(hours=1)
    clock = Clock(trust=trust, offset_ms=offset)  # type: ignore[arg-type]
    assert before <= observed(told(full(), at, clock), before, known) <= known


def test_a_finding_is_open_from_its_first_report() -> None:
    seen = after(full(images=imaging(finding("a")))).findings[finding("a").id]
    assert (seen.observed_from, seen.known_from, seen.known_to) == (EIGHT, EIGHT, None)


@pytest.mark.parametrize("state", ["fixed", "gone"])
def test_a_finding_ends_when_the_agent_says_so(state: str) -> None:
    standing = after(full(images=imaging(finding("a"))), delta(images=imaging(finding("a", state))))
    seen = standing.findings[finding("a").id]
    assert seen.finding.state == state
    assert (seen.known_from, seen.known_to) == (EIGHT, EIGHT + timedelta(hours=1))


def test_a_finding_that_is_no_longer_listed_is_gone_if_all_was_judged() -> None:
    standing = after(
        full(images=imaging(finding("a"), finding("b"))), full(images=imaging(finding("b")))
    )
    assert standing.findings[finding("a").id].finding.state == "gone"
    assert standing.findings[finding("b").id].known_to is None


@pytest.mark.parametrize(
    "later",
    [
        imaging(unlisted=1),
        imaging(complete=False),
        imaging(complete={"$unknown": "timeout"}),
        replace(imaging(), roots={"$unknown": "not_collected"}),
        None,
    ],
)
def test_a_finding_is_not_gone_because_it_was_not_looked_at(later: Imaging | None) -> None:
    standing = after(full(images=imaging(finding("a"))), full(images=later))
    assert standing.findings[finding("a").id].known_to is None


def test_a_finding_that_comes_back_is_open_again() -> None:
    standing = after(
        full(images=imaging(finding("a"))),
        full(images=imaging(finding("a", "gone"))),
        full(images=imaging(finding("a"))),
    )
    assert standing.findings[finding("a").id].known_to is None


def test_a_gap_says_what_it_lacks_since_when() -> None:
    gap = Gap(reason="outbox_lost", last_known=None, orphans=())
    _, changes = fold(
        after(full()), told(gap, EIGHT + timedelta(hours=5)), EIGHT + timedelta(hours=5), number
    )
    assert changes.lack is not None
    assert (changes.lack.reason, changes.lack.known_from) == ("outbox_lost", EIGHT)
