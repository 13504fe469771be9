"""What does one verdict say when it is opened?

From what left the machine (the state's evidence, and the redacted facts) and from the pack that
judged. No sentence travels: each is written here, from the pack's text and the values seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from controller.pages.citations import Source, sources
from controller.pages.reasons import why
from controller.pages.times import told
from controller.policy import waivers
from controller.policy.queries import Described
from controller.policy.terms import Otherwise
from rules.compiled import catalogue
from rules.compiled.operations import bare, kind
from rules.compiled.rule import Pack, Rule
from rules.engine import explain
from rules.facts.form import instant
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.findings.models import RuleState
    from controller.policy.models import Waiver

_NOTHING = Otherwise({}, "", (), is_looser=False)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that did not pass: which item, and the sentence on it or why it is not known.

    A rule's sentence says that something is wrong, so only a proven failure is told by it.
    """

    item: str | None
    verdict: str
    sentence: str
    why: str
    seen: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A fact that the rule reads: where it came from, when, and how sure it is."""

    fact: str
    asked_at: datetime | None
    calls: tuple[str, ...]
    confidence: str
    status: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The waiver that accepts a failure now, in words; its last day is of the clinic's zone."""

    id: UUID
    label: str
    last_day: date
    reason: str
    compensating: str
    risk_owner: str
    approval: str


@dataclass(frozen=True, slots=True)
class Line:
    """One rule on one machine, ready to be shown; `shield` is beside a failure, if it has one."""

    id: str
    title: str
    severity: str
    verdict: str
    state: str
    plain: str
    said: tuple[Said, ...]
    left_out: int
    why: str
    items: tuple[tuple[int, str], ...]
    expected: tuple[str, ...]
    reads: tuple[Read, ...]
    sources: tuple[Source, ...]
    fix: str
    otherwise: tuple[str, ...]
    is_looser: bool
    observed_since: datetime
    known_since: datetime
    shield: Accepted | None = None

    @property
    def looked_at(self) -> int:
        """How many items the rule looked at."""
        return sum(count for count, _ in self.items)

    @property
    def more(self) -> int:
        """How many things that did not pass stand behind the first."""
        return max(len(self.said) - 1, 0) + self.left_out

    @property
    def rank(self) -> tuple[int, str]:
        """Heaviest first, then by name."""
        return (Described(self.id, self.title, self.severity).weight, self.title)


@dataclass(frozen=True, slots=True)
class Known:
    """What a line needs to know of the machine besides the state.

    `otherwise` is what its clinic sets in place of the pack's values, by digest and rule;
    `waived` the waivers that accept its failures now, by the rule's number.
    """

    os: str
    is_silent: bool
    facts: Mapping[str, Any]
    otherwise: Mapping[tuple[str, str], Otherwise] = field(default_factory=dict)
    waived: "Mapping[int, Waiver]" = field(default_factory=dict)


def line(state: "RuleState", described: Described, pack: Pack | None, machine: Known) -> Line:
    """One verdict in words. Without its pack, or its rule in it, it goes by its bare id."""
    rule = pack.rule(described.id) if pack else None
    evidence = state.evidence or {}
    shown = "stale" if machine.is_silent and state.verdict == Verdict.PASS else state.verdict
    set_ = machine.otherwise.get((state.pack_sha, described.id), _NOTHING)
    said = tuple(_said(rule, item, set_.params) for item in evidence.get("items", ()))
    return Line(
        id=described.id,
        title=rule.title if rule else described.title,
        severity=set_.severity or (rule.severity if rule else described.severity),
        verdict=state.verdict,
        state=shown,
        plain=(rule.plain or "") if rule else "",
        said=said,
        left_out=int(evidence.get("left_out", 0)),
        why=why(evidence.get("why")),
        items=_items(evidence.get("n", ())),
        expected=_expected(rule, evidence.get("items", ()), set_.params),
        reads=tuple(_read(name, machine.facts.get(name)) for name in (rule.reads if rule else ())),
        sources=sources(rule.cite, pack.citations) if rule and pack else (),
        fix=(explain.fix(rule, machine.os, set_.params) or "") if rule else "",
        otherwise=set_.lines,
        is_looser=set_.is_looser,
        observed_since=state.observed_since,
        known_since=state.known_since,
        shield=_accepted(machine.waived.get(state.rule_no)),
    )


def _accepted(waiver: "Waiver | None") -> Accepted | None:
    if waiver is None:
        return None
    return Accepted(
        id=waiver.id,
        label=waiver.label,
        last_day=waivers.last_day(waiver).date(),
        reason=waiver.reason,
        compensating=waiver.compensating,
        risk_owner=waiver.risk_owner,
        approval=waivers.approval(waiver),
    )


def _said(rule: Rule | None, item: Mapping[str, Any], params: Mapping[str, Any]) -> Said:
    clause, seen = item["clause"], item.get("seen", {})
    is_proven = item["verdict"] == Verdict.FAIL
    has_text = is_proven and rule is not None and 0 <= clause < len(rule.clauses)
    # One clock for a page: a time of a fact is told in the zone of the place, as all others.
    times = {path: text for path, value in seen.items() if (text := _time(path, value))}
    return Said(
        item=item.get("item"),
        verdict=item["verdict"],
        sentence=explain.sentence(rule, clause, seen, params, times) if has_text and rule else "",
        why=why(item.get("why")),
        seen=tuple((path, times.get(path) or _value(value)) for path, value in seen.items()),
    )


def _time(path: str, value: Any) -> str:  # noqa: ANN401 - JSON form of a fact
    """A time as the page tells times; empty for everything else."""
    field = catalogue.field(tuple(path.split(".")))
    is_time = field is not None and kind(bare(field.type)) == "timestamp"
    return told(value) if is_time and isinstance(value, str) else ""


def _value(value: Any) -> str:  # noqa: ANN401 - JSON form of a fact
    match value:
        case {"$unknown": code}:
            return f"unknown: {why(str(code))}"
        case None:
            return "none"
        case True | False:
            return "yes" if value else "no"
    return str(value)


def _items(n: Iterable[int]) -> tuple[tuple[int, str], ...]:
    words = ("pass", "fail", "error", "unknown", "not-applicable")
    return tuple((count, word) for count, word in zip(n, words, strict=False) if count)


def _expected(
    rule: Rule | None, items: Iterable[Mapping[str, Any]], params: Mapping[str, Any]
) -> tuple[str, ...]:
    """The clauses that did not pass; all of them when each did."""
    if rule is None:
        return ()
    everything = range(len(rule.clauses))
    wanted = sorted({item["clause"] for item in items} & set(everything)) or everything
    return tuple(explain.expected(rule, clause, params) for clause in wanted)


def _read(name: str, reading: Mapping[str, Any] | None) -> Read:
    if reading is None:
        return Read(name, None, (), "", "")
    return Read(
        fact=name,
        asked_at=instant(reading["observed_at"]),
        calls=tuple(source["call"] for source in reading.get("source", ())),
        confidence=reading.get("confidence", ""),
        status=reading.get("status", ""),
    )
