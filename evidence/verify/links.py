"""Is every report here that was logged, each after the one before, and what broke on the way?

R1, R4 and G1. R4 goes by the hash that the log holds of the report before, so that a payload that
was erased in due time breaks nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from evidence import chain
from evidence.bundle import Manifest, reports_of
from evidence.chain import Head, Link, Step
from evidence.leaf import ErasedLeaf, ForkLeaf, Leaf, RejectedLeaf, ReportLeaf
from evidence.verify.case import Case, Place
from evidence.verify.keys import KeyHistory
from evidence.verify.log import Log
from evidence.verify.reports import Machine

FACTS_KEPT = timedelta(days=90)
"""Payloads of facts may be gone after this time; their lines and hashes stay."""


@dataclass(slots=True)
class Told:
    """What was counted on the way, for people; `days` are (machine, day) with a report."""

    reports: int = 0
    here: int = 0
    facts_gone: int = 0
    erased: int = 0
    days: set[tuple[str, str]] = field(default_factory=set)


def check_links(machine: Machine, log: Log, case: Case) -> None:
    """R4: the link rule over the lines of one machine, with the `prev` of each report here.

    A machine that joined before the first line of the bundle is believed its first place there.
    """
    head = _start(machine, log)
    anchor = machine.joined.anchor if machine.joined else ""
    for at, (_, said) in enumerate(machine.lines):
        # A rejected report may have been the one that opens an epoch: its line does not say.
        kind = said.rk if isinstance(said, ReportLeaf) else "gap"
        prev = machine.prev.get(at, _presumed(head, anchor, said))
        step = Step(said.epoch, said.seq, prev, said.env, kind)
        if head and chain.link(head, step, anchor, None) is not Link.ACCEPT:
            case.false(
                "R4",
                f"{machine.title(at)} does not follow the one before",
                Place(
                    file=reports_of(machine.agent),
                    expected=f"after {head.epoch}:{head.seq}, {head.sha}",
                    found=prev,
                ),
            )
        head = step.head


def erased(log: Log) -> frozenset[int]:
    """The lines of which another line says that their payloads were erased."""
    found: set[int] = set()
    for at, said in log.leaves.items():
        if isinstance(said, ErasedLeaf):
            own = next(held for held in reversed(log.generations) if at >= held.shift)
            of = said.log or own.origin
            shifts = [held.shift for held in log.generations if held.origin == of]
            found.update(shift + index for shift in shifts for index in said.leaves)
    return frozenset(found)


def check_complete(
    machine: Machine, gone: frozenset[int], manifest: Manifest | None, case: Case, told: Told
) -> None:
    """R1: an envelope for each line; facts may be gone after 90 days, erased ones are told.

    Those that were erased are told once a machine: after six years they are many.
    """
    lost: list[int] = []
    for at, (index, said) in enumerate(machine.lines):
        told.days.add((machine.agent, said.at.date().isoformat()))
        if isinstance(said, RejectedLeaf):
            continue
        told.reports += 1
        if at in machine.seen:
            told.here += 1
        elif said.rk == "facts" and manifest and manifest.made - said.at > FACTS_KEPT:
            told.facts_gone += 1
        elif index in gone:
            lost.append(at)
        else:
            case.lacks(
                "R1",
                f"{machine.title(at)} was logged, and is not in the bundle",
                Place(file=reports_of(machine.agent), expected=said.env),
            )
    if lost:
        told.erased += len(lost)
        case.lacks("R1", _erased(machine, lost))


def _erased(machine: Machine, lost: Sequence[int]) -> str:
    if len(lost) == 1:
        return f"{machine.title(lost[0])} was erased; its line in the log remains"
    (_, first), (_, last) = machine.lines[lost[0]], machine.lines[lost[-1]]
    return (
        f"{len(lost):,} reports of {machine.name}, from {first.epoch}:{first.seq} to"
        f" {last.epoch}:{last.seq}, were erased; their lines in the log remain"
    )


def check_gaps(log: Log, history: KeyHistory, case: Case) -> None:
    """G1: what the log itself says was missing, doubled or refused."""
    for index, said in log.leaves.items():
        what = _gap(said, history)
        if what:
            case.lacks("G1", what, log.place(index))


def _gap(said: Leaf, history: KeyHistory) -> str | None:
    match said:
        case ReportLeaf(rk="gap"):
            return (
                f"{history.name_of(said.agent)} began epoch {said.epoch}: earlier reports may lack"
            )
        case RejectedLeaf():
            place = f"{said.epoch}:{said.seq} of {history.name_of(said.agent)}"
            return f"Report {place} was rejected ({said.why}), and its content was not kept"
        case ForkLeaf():
            place = f"{said.epoch}:{said.seq} of {history.name_of(said.agent)}"
            return f"Two different reports {place} were signed"
    return None


def _start(machine: Machine, log: Log) -> Head | None:
    """The head before the first line: null if the chain began before the bundle does."""
    first, joined = machine.lines[0][1], machine.joined
    if joined is None:
        return None
    if joined.leaf in log.leaves:
        return chain.start(joined.anchor)
    return Head(first.epoch, 0, joined.anchor) if first.seq == 1 else None


def _presumed(head: Head | None, anchor: str, said: ReportLeaf | RejectedLeaf) -> str:
    """What a report that is not here must have said: its place is still checked."""
    return head.sha if head and (said.epoch, said.seq) == head.expected else anchor
