"""What does one report change of what is known of its machine?

Pure: a `Standing` and a report give the next `Standing` and the `Changes` between. Intake folds
each report of a chain in order, so that a flip and its return in one sync both reach the history;
`rebuild` folds the same reports again and must come to the same rows.

- Two times: `observed`, the agent's own, corrected by its offset and held between the report
  before and receipt; and `known`, receipt. A clock that is unset is not believed at all.
- A full says everything: a rule that it does not name has left its pack, and its span closes.
- What a machine says of a host that it visits changes nothing of its own: `host` is the id of
  the one whose standing is folded, None for the machine itself.
- A finding that is not listed any more is gone only if the list was whole and its root judged.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec

from evidence.bodies import Delta, Full, Gap, RuleVerdict
from evidence.finding import Finding, Imaging
from evidence.report import Header, Report

EVIDENCE_BYTES = 2048

RuleNumber: TypeAlias = Callable[[str, str], int]
"""The number of a rule, by the names of its pack and of itself."""


@dataclass(frozen=True, slots=True)
class State:
    """A rule's verdict on the machine, and since when; `evidence` is JSON text."""

    verdict: str
    observed_since: datetime
    known_since: datetime
    rev: int
    pack_sha: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding, with its two times; open while `known_to` is None."""

    finding: Finding
    observed_from: datetime
    known_from: datetime
    known_last: datetime
    observed_to: datetime | None = None
    known_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a machine: its verdicts, its findings, and when it last reported."""

    states: Mapping[int, State] = field(default_factory=dict)
    findings: Mapping[str, Seen] = field(default_factory=dict)
    observed_at: datetime | None = None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The beginning of a verdict in the history."""

    rule_no: int
    verdict: str


@dataclass(frozen=True, slots=True)
class Lack:
    """The machine says that reports before this one are missing."""

    reason: str
    observed_from: datetime | None
    known_from: datetime | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What to write: rows to set, rows to remove, spans to close and to open."""

    observed: datetime
    known: datetime
    states: Mapping[int, State] = field(default_factory=dict)
    left: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()
    opened: tuple[Span, ...] = ()
    findings: Mapping[str, Seen] = field(default_factory=dict)
    imaging: dict[str, Any] | None = None
    lack: Lack | None = None


def claimed(header: Header, known: datetime) -> datetime:
    """When the machine says that it saw what it reports; receipt, if its clock is unset."""
    if header.clock.trust == "unset":
        return known
    return header.at - timedelta(milliseconds=header.clock.offset_ms or 0)


def believed(claim: datetime, before: datetime | None, known: datetime) -> datetime:
    """A claim, held between the report before and receipt."""
    return min(max(claim, before or claim), known)


def observed(report: Report, before: datetime | None, known: datetime) -> datetime:
    """When the machine saw what it reports, as far as its clock can be believed."""
    return believed(claimed(report.header, known), before, known)


def fold(
    standing: Standing,
    report: Report,
    known: datetime,
    number: RuleNumber,
    host: str | None = None,
) -> tuple[Standing, Changes]:
    """The standing after this report, and what to write for it."""
    at = observed(report, standing.observed_at, known)
    changes = Changes(at, known)
    match report.body:
        case Full() | Delta() as body if body.subject.id == host:
            changes = _judged(standing, body, changes, number)
        case Gap(reason=reason) if host is None:
            lack = Lack(reason, standing.observed_at, standing.known_at)
            changes = replace(changes, lack=lack)
    kept = {no: state for no, state in standing.states.items() if no not in changes.left}
    return (
        Standing({**kept, **changes.states}, {**standing.findings, **changes.findings}, at, known),
        changes,
    )


def _judged(
    standing: Standing, body: Full | Delta, changes: Changes, number: RuleNumber
) -> Changes:
    said = {
        number(body.policy.packs[verdict.pack].pack, verdict.rule): verdict
        for verdict in body.verdicts
    }
    states = {
        no: after
        for no, verdict in said.items()
        if (after := _next(standing.states.get(no), verdict, body, changes)) is not None
    }
    left = tuple(no for no in standing.states if no not in said) if isinstance(body, Full) else ()
    turned = [no for no in states if _verdict(standing, no) != states[no].verdict]
    flipped = tuple(no for no in turned if no in standing.states)
    opened = tuple(Span(no, states[no].verdict) for no in turned)
    imaging = body.imaging
    return replace(
        changes,
        states=states,
        left=left,
        closed=flipped + left,
        opened=opened,
        findings=dict(_found(standing.findings, imaging, changes)) if imaging else {},
        imaging=_without_findings(imaging) if imaging else None,
    )


def _verdict(standing: Standing, no: int) -> str | None:
    state = standing.states.get(no)
    return state.verdict if state else None


def _next(
    before: State | None, said: RuleVerdict, body: Full | Delta, changes: Changes
) -> State | None:
    """The row after this verdict, or None if nothing about it is new."""
    told = evidence(said)
    pack_sha = body.policy.packs[said.pack].sha256
    if before is None or before.verdict != said.verdict:
        rev = before.rev + 1 if before else 1
        return State(str(said.verdict), changes.observed, changes.known, rev, pack_sha, told)
    if (before.evidence, before.pack_sha) == (told, pack_sha):
        return None
    return replace(before, rev=before.rev + 1, pack_sha=pack_sha, evidence=told)


def evidence(said: RuleVerdict) -> str:
    """What is kept of a verdict, 2 KiB at most: items that do not fit are counted."""
    items = [
        {
            "item": item.item,
            "clause": item.clause,
            "verdict": item.verdict.value,
            "why": item.why,
            "seen": item.seen,
        }
        for item in said.items
    ]
    for kept in range(len(items), -1, -1):
        told = {
            "why": said.why,
            "n": said.n,
            "items": items[:kept],
            "left_out": len(items) - kept,
        }
        # Sixty of these a report: msgspec writes them ten times as fast as json.
        text = msgspec.json.encode(told)
        if len(text) <= EVIDENCE_BYTES:
            break
    return text.decode()


def _found(
    known: Mapping[str, Seen], imaging: Imaging, changes: Changes
) -> Iterator[tuple[str, Seen]]:
    listed = {finding.id for finding in imaging.findings}
    for finding in imaging.findings:
        yield finding.id, _listed(known.get(finding.id), finding, changes)
    if imaging.unlisted:
        return
    judged = frozenset(_judged_roots(imaging.roots))
    for name, seen in known.items():
        if name not in listed and seen.known_to is None and seen.finding.root in judged:
            gone = replace(seen.finding, state="gone")
            yield (
                name,
                replace(seen, finding=gone, observed_to=changes.observed, known_to=changes.known),
            )


def _listed(before: Seen | None, finding: Finding, changes: Changes) -> Seen:
    first = before or Seen(finding, changes.observed, changes.known, changes.known)
    if finding.state == "open":
        return replace(
            first, finding=finding, known_last=changes.known, observed_to=None, known_to=None
        )
    if first.known_to is not None:
        return replace(first, finding=finding, known_last=changes.known)
    return replace(
        first,
        finding=finding,
        known_last=changes.known,
        observed_to=changes.observed,
        known_to=changes.known,
    )


def _judged_roots(roots: Any) -> Iterator[str]:  # noqa: ANN401
    """The labels of roots of which every file was judged."""
    items = roots.get("$items", []) if isinstance(roots, dict) else roots
    for root in items:
        if root.get("complete") is True and isinstance(root.get("label"), str):
            yield root["label"]


def _without_findings(imaging: Imaging) -> dict[str, Any]:
    return {
        "roots": imaging.roots,
        "unlisted": imaging.unlisted,
        "coverage": imaging.coverage,
        "mass_change": imaging.mass_change,
    }
