"""Which values do the rules of a pack have on this machine, and who set them?

Pack < org < clinic < group < machine: the last wins, for each thing by itself, and what is over by
the clock of the machine falls back to exactly the value below it.

- Two scopes of one level that set the same thing decide nothing: the rule is in error (DL603), and
  so it is if what loosens here was never approved as such (DL602).
- Looser is said of a value that is looser than any that it covers, the pack's own among them.
- A loosening whose end lies more than 366 days ahead of this clock does not hold: turning a clock
  back does not make it last.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rules.compiled import instants, literal
from rules.compiled.assignment import LEVELS, Assignment
from rules.compiled.canonical import Json
from rules.compiled.literal import Literal
from rules.compiled.rule import Pack, Param, Rule
from rules.compiled.setting import DISABLED, PARAM, SEVERITY, Setting, Tailoring, is_endless, result
from rules.compiled.tighten import Change, compare, is_inside
from rules.engine.decode import decode
from rules.engine.terms import (
    GIVEN,
    OF_PACK,
    Broken,
    Effective,
    Origin,
    Step,
    Terms,
    effective,
    plain,
)
from rules.engine.values import Gap, Listing, gap_in
from rules.errors import Misused

Params = Mapping[str, Mapping[str, Json]]
"""Changed params by rule and name, in the JSON form of facts."""


def tailor(
    pack: Pack, tailorings: Iterable[Tailoring], machine: Assignment, now: datetime
) -> dict[str, Terms]:
    """The terms of each rule for which something is set here, by its id.

    The tailorings are such as were loaded for this pack; Misused if one extends another version.
    """
    mine: dict[str, list[Setting]] = {}
    for tailoring in tailorings:
        for one in _about(tailoring, pack):
            if one.match.fits(machine):
                mine.setdefault(one.rule, []).append(one)
    at = instants.of_datetime(now)
    rules = ((rule, mine[rule.id]) for rule in pack.rules if rule.id in mine)
    return {rule.id: _terms(rule, settings, at) for rule, settings in rules}


def given(pack: Pack, params: Params) -> dict[str, Terms]:
    """Terms with params as somebody gave them for a trial; Misused if they do not fit."""
    found = {}
    for identifier, changed in params.items():
        rule = pack.rule(identifier)
        if rule is None:
            raise Misused(f"{pack.pack} has no rule {identifier!r}")
        found[identifier] = with_given(rule, plain(rule), changed)
    return found


def with_given(rule: Rule, terms: Terms, changed: Mapping[str, Json]) -> Terms:
    """The terms with these params in place of theirs; Misused if a value does not fit."""
    unknown = min(changed.keys() - rule.params.keys(), default=None)
    if unknown is not None:
        raise Misused(f"{rule.id} has no param {unknown!r}; it has {', '.join(rule.params)}")
    trial = {name: _trial(rule, rule.params[name], form) for name, form in changed.items()}
    return terms._replace(params={**terms.params, **trial})


def _about(tailoring: Tailoring, pack: Pack) -> tuple[Setting, ...]:
    if tailoring.pack != pack.pack:
        return ()
    if not tailoring.extends(pack):
        wanted = f"{tailoring.pack} {tailoring.versions}"
        raise Misused(f"the tailoring extends {wanted}, and this is {pack.version}")
    return tailoring.settings


class _BrokenError(Exception):
    def __init__(self, code: str, settings: Sequence[Setting]) -> None:
        super().__init__(code)
        self.why = Broken(code, tuple(settings))


def _terms(rule: Rule, settings: Sequence[Setting], at: int) -> Terms:
    try:
        return _sound(rule, settings, at)
    except _BrokenError as broken:
        return plain(rule)._replace(broken=broken.why)


def _sound(rule: Rule, settings: Sequence[Setting], at: int) -> Terms:
    def ladder(thing: str) -> "_Ladder":
        return _Ladder([one for one in settings if one.thing == thing], at)

    severity = ladder(SEVERITY).climb(Literal("string", rule.severity), _other, endless=True)
    off = ladder(DISABLED).climb(Literal(kind="bool", value=False), _looser, endless=False)
    changed = rule.params if rule.supported else {}
    params = {name: _param(param, ladder(f"{PARAM}{name}")) for name, param in changed.items()}
    return Terms(
        params={**plain(rule).params, **params},
        severity=severity.value.value,
        severity_by=severity.origin,
        disabled=off.origin if off.value.value else None,
    )


def _other(value: Literal, below: Literal) -> Change:
    return Change.SAME if value == below else Change.CHANGED


def _looser(value: Literal, below: Literal) -> Change:
    return Change.SAME if value == below else Change.LOOSENED


def _param(param: Param, ladder: "_Ladder") -> Effective:
    top = ladder.climb(
        param.default,
        lambda value, below: compare(param, value, below),
        endless=is_endless(param),
    )
    return effective(param, top.value, top.origin, top.steps if ladder.settings else ())


@dataclass(frozen=True, slots=True)
class _Top:
    """Where a ladder ends: the value that holds, its origin, and all that was set."""

    value: Literal
    origin: Origin
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Ladder:
    """What is set for one thing of one rule, to be climbed from the pack to the machine."""

    settings: Sequence[Setting]
    at: int

    def climb(
        self,
        base: Literal,
        compare_: Callable[[Literal, Literal], Change],
        *,
        endless: bool,
    ) -> _Top:
        """The value that holds; _BrokenError if it is not decided or was not approved."""
        covered = [base]
        origin, steps = OF_PACK, [Step(literal.plain(base), OF_PACK)]
        for level in LEVELS:
            for one in self._of(level):
                value = result(one, covered[-1])
                by = Origin(str(one.match), _worst(compare_(value, each) for each in covered), one)
                state = self._state(one, by, endless=endless)
                steps.append(Step(literal.plain(value), by, state))
                if state == "holds":
                    covered.append(value)
                    origin = by
        return _Top(covered[-1], origin, tuple(steps))

    def _of(self, level: str) -> list[Setting]:
        """What is set at a level: those that are over or not yet there, and one that holds."""
        found = [one for one in self.settings if one.match.level == level]
        holds = [one for one in found if one.grant.state(self.at) == "holds"]
        if len(holds) > 1:
            raise _BrokenError("DL603", holds)
        return found

    def _state(self, one: Setting, by: Origin, *, endless: bool) -> str:
        state = one.grant.state(self.at)
        if state != "holds" or not by.is_loosened:
            return state
        if not one.grant.is_signed or (one.grant.until is None and not endless):
            raise _BrokenError("DL602", [one])
        is_late = one.grant.until is not None and one.grant.ends_too_late(self.at)
        return "too-long" if is_late else state


_WORST = (Change.LOOSENED, Change.CHANGED, Change.TIGHTENED, Change.SAME)


def _worst(changes: Iterable[Change]) -> Change:
    return min(changes, key=_WORST.index)


def _trial(rule: Rule, param: Param, form: Json) -> Effective:
    value = decode(param.type, form, param.name)
    if value.__class__ is Gap or (isinstance(value, Listing) and not _is_whole(value)):
        raise Misused(f"{rule.id}: {form!r:.60} is no {param.type_text} for {param.name}")
    if not isinstance(value, Listing) and not is_inside(param, Literal("", value)):
        raise Misused(f"{rule.id}: {form!r:.60} lies outside min and max of {param.name}")
    return Effective(param, value, form, Origin(GIVEN))


def _is_whole(listing: Listing) -> bool:
    return listing.missing is None and gap_in(listing.items) is None
