"""Why did a rule come to its verdict on these facts? Also for a pass.

One block of text in 80 columns: the verdict, each clause with its item, its place, what was seen
and what was wanted, the count of items, each value with its basis and its origin.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.compiled.canonical import Json
from rules.compiled.rule import Pack, Quantifier, Rule
from rules.engine.explain import applies, fix
from rules.engine.judge import judge
from rules.engine.passes import is_asked, passing
from rules.engine.result import Result
from rules.engine.seen import of_condition
from rules.engine.snapshot import Snapshot
from rules.engine.terms import Terms, plain
from rules.errors import Misused
from rules.facts.base import Reading
from rules.facts.confirmed import of_machine
from rules.language.suggest import did_you_mean
from rules.verdict import Verdict
from rules.workbench.explaining import entries, origins
from rules.workbench.explaining.columns import wrapped

_PASSES_SHOWN = 5
_COUNTED = ("passes", "fails", "error", "unknown")


def find(pack: Pack, identifier: str) -> Rule:
    """The rule of that id; Misused names the nearest."""
    rule = pack.rule(identifier)
    if rule is None:
        near = did_you_mean(identifier, [rule.id for rule in pack.rules])
        raise Misused(
            f"{pack.pack} has no rule {identifier!r}; {near or 'dentinel audit names them all'}"
        )
    return rule


def latest(readings: Mapping[str, Reading]) -> datetime:
    """The instant at which recorded facts are judged: that of the newest; Misused without any."""
    if not readings:
        raise Misused("no facts are given: write them with: dentinel facts --format json")
    return max(reading.observed_at for reading in readings.values())


def explain(
    pack: Pack,
    rule: Rule,
    readings: Mapping[str, Reading],
    now: datetime,
    terms: Terms | None = None,
) -> list[str]:
    """The lines that say why."""
    terms = terms or plain(rule)
    result = next(r for r in judge(pack, readings, now, {rule.id: terms}) if r.rule == rule.id)
    return list(_Explained(pack, rule, result, Snapshot(readings, now), now).lines())


@dataclass(frozen=True, slots=True)
class _Explained:
    """One rule with its result, and the facts that it was judged by."""

    pack: Pack
    rule: Rule
    result: Result
    snapshot: Snapshot
    now: datetime

    def lines(self) -> Iterator[str]:
        rule, result, terms = self.rule, self.result, self.result.terms
        pack = f"{self.pack.pack} {self.pack.version}"
        yield f"{rule.id}   {result.verdict.upper()}   {terms.severity}   {pack}"
        yield f"  {rule.title}"
        if terms.broken is None and terms.disabled is None:
            yield from self._judged()
        yield from origins.lines(rule, terms)
        if caveat := of_machine(self._system(), rule.reads):
            yield from wrapped(f"  {caveat}", 4)
        if result.verdict is Verdict.FAIL:
            text = fix(rule, self._system(), self._forms)
            yield from () if text is None else wrapped(f"  fix: {text}", 4)

    @property
    def _forms(self) -> dict[str, Json]:
        return {name: param.form for name, param in self.result.params.items()}

    def _judged(self) -> Iterator[str]:
        result, rule = self.result, self.rule
        if rule.supported and not is_asked(rule, self.snapshot, self.now, result.terms):
            yield from wrapped(f"  it applies where {applies(rule, self._forms)}", 4)
            yield from entries.seen(of_condition(rule, self.snapshot), 6)
        listed = list(result.items)
        if result.why is not None and not listed:
            yield from wrapped(f"  {result.verdict}: {entries.because(result.why)}", 4)
        if result.verdict is Verdict.PASS:
            listed = passing(rule, self.snapshot, self.now, result.terms, _PASSES_SHOWN)
        yield from entries.lines(rule, listed, self._forms)
        if result.left_out:
            yield f"  and {result.left_out} more"
        yield from self._counts()

    def _counts(self) -> Iterator[str]:
        """`4 volumes, 3 selected: 1 passes, 1 fails, 1 unknown`."""
        over, n = self.rule.over, list(self.result.n)
        if over is None or (self.result.verdict is Verdict.NOT_APPLICABLE and not any(n)):
            return
        name = f"  {sum(n)} {over.path[-1]}"
        if over.quantifier is Quantifier.EVERY and any(n):
            name = f"{name}, {sum(n[:4])} selected"
        counted = [f"{count} {word}" for count, word in zip(n, _COUNTED, strict=False) if count]
        yield from wrapped(f"{name}: {', '.join(counted)}" if counted else name, 4)

    def _system(self) -> str:
        value = self.snapshot.form("host")
        return str(value.get("os", "any")) if isinstance(value, dict) else "any"
