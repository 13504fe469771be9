"""What speaks against a tailoring of this pack? Asked by its author, and again by every machine.

- A looser value, or a rule switched off, needs a reason, an approval and an end (DL602, DL606); a
  param that says `loosen: true` needs no end. Looser means: than the pack's value, or than any
  value of a broader scope that one machine may have as well.
- Two scopes of one level that surely reach one machine may not set the same thing (DL603). Where
  that depends on the machine, it is asked there (rules.engine.tailor).
"""

from collections.abc import Iterable, Iterator, Sequence

from rules.compiled.assignment import LEVELS
from rules.compiled.conflicts import conflicts
from rules.compiled.grant import is_said
from rules.compiled.literal import Literal, said
from rules.compiled.rule import SEVERITIES, Pack, Param, Rule
from rules.compiled.setting import (
    DISABLED,
    OFF,
    SEVERITY,
    Setting,
    Tailoring,
    is_endless,
    misfit,
    result,
)
from rules.compiled.tighten import Change, compare, is_inside
from rules.errors import Place, Problem

_TO_LOOSEN = "say reason, approved_by and until (at most 366 days)"


def objections(tailorings: Iterable[Tailoring], pack: Pack) -> Iterator[Problem]:
    """Everything that speaks against what these set for this pack, in the order of its files."""
    found: list[Problem] = []
    for alike in _by_thing(tailorings, pack):
        broader = [[one for one in alike if one.match.rank < rank] for rank in range(len(LEVELS))]
        for one in alike:
            found += _alone(one, pack, broader[one.match.rank])
        found += conflicts(alike)
    yield from sorted(found, key=lambda p: (p.place.file, p.place.line, p.place.column, p.id))


def _by_thing(tailorings: Iterable[Tailoring], pack: Pack) -> Iterable[list[Setting]]:
    """The settings for a pack, those of one thing together, each in the order of its places."""
    found: dict[tuple[str, str], list[Setting]] = {}
    for tailoring in tailorings:
        for one in tailoring.settings if tailoring.extends(pack) else ():
            found.setdefault((one.rule, one.thing), []).append(one)
    return [sorted(alike, key=_stands) for alike in found.values()]


def _stands(setting: Setting) -> tuple[str, int, int]:
    return setting.place.file, setting.place.line, setting.place.column


def _alone(setting: Setting, pack: Pack, broader: Sequence[Setting]) -> Iterator[Problem]:
    rule = pack.rule(setting.rule)
    if rule is None:
        yield unknown_rule(pack, setting.rule, setting.place)
        return
    if setting.grant.is_too_long:
        message = "it ends before it begins, or more than 366 days after"
        yield _problem("DL606", setting, message, "renewing is a new approval")
    if setting.thing == DISABLED:
        yield from _disabled(setting)
    elif setting.thing == SEVERITY:
        yield from _severity(setting)
    else:
        yield from _param(setting, rule, broader)


def unknown_rule(pack: Pack, name: str, place: Place) -> Problem:
    """A rule that is not in the pack: it never was (DL601), or it is gone (DL607)."""
    gone = next((one for one in pack.retired if one[0] == name), None)
    heir = next((rule.id for rule in pack.rules if name in rule.replaces), None)
    if gone is None and heir is None:
        return Problem("DL601", f"{pack.pack} has no rule {name[:48]!r}", place, "", name[:48])
    message = f"{name} is gone" + (f" after {gone[1]}: {gone[2]}" if gone else "")
    return Problem("DL607", message, place, f"it goes on as {heir}" if heir else "", name)


def _disabled(setting: Setting) -> Iterator[Problem]:
    if setting.value != OFF or setting.add or setting.remove:
        yield _problem("DL103", setting, "a rule is switched off, or it is not")
    yield from _ungranted(setting, f"{setting.rule} is switched off", needs_end=True)


def _severity(setting: Setting) -> Iterator[Problem]:
    value = setting.value
    is_word = value is not None and value.kind == "string" and value.value in SEVERITIES
    if not is_word or setting.add or setting.remove:
        yield _problem("DL103", setting, f"a severity is one of {', '.join(SEVERITIES)}")


def _param(setting: Setting, rule: Rule, broader: Sequence[Setting]) -> Iterator[Problem]:
    param = rule.params.get(setting.param or "")
    if param is None:
        yield _problem("DL601", setting, f"{rule.id} has no {setting.thing[:60]}")
        return
    if not rule.supported:
        return  # its types are not known here, and it is unknown whatever is set
    wrong = misfit(param, setting)
    if wrong is not None:
        yield _problem("DL103", setting, wrong)
        return
    whole = setting.value
    if whole is not None and not is_inside(param, whole):
        yield _problem("DL604", setting, f"{param.name} {_outside(param, whole)}")
        return
    for below, whose in _may_lie_below(setting, param, broader):
        if compare(param, result(setting, below), below) is Change.LOOSENED:
            message = f"this is looser than the {said(below)} of {whose}"
            message = message if whole else f"this loosens {param.name} of {whose}"
            yield from _ungranted(setting, message, needs_end=not is_endless(param))
            return


def _outside(param: Param, value: Literal) -> str:
    if param.low is not None and not param.low.value <= value.value:
        return f"is at least {said(param.low)}, and this is {said(value)}"
    high = "a number" if param.high is None else f"at most {said(param.high)}"
    return f"is {high}, and this is {said(value)}"


def _may_lie_below(
    setting: Setting, param: Param, broader: Sequence[Setting]
) -> list[tuple[Literal, str]]:
    """The pack's value, and those of broader scopes that may reach one machine, with whose."""
    near = (one for one in broader if one.match.may_meet(setting.match))
    sound = (one for one in near if misfit(param, one) is None)
    theirs = [(result(one, param.default), str(one.match)) for one in sound]
    return [(param.default, "the pack"), *theirs]


def _ungranted(setting: Setting, message: str, *, needs_end: bool) -> Iterator[Problem]:
    help_ = _TO_LOOSEN if needs_end else "say reason and approved_by"
    if not setting.grant.is_signed:
        missing = "an approval" if is_said(setting.grant.reason) else "a reason"
        yield _problem("DL602", setting, f"{message}, without {missing}", help_)
    elif needs_end and setting.grant.until is None:
        yield _problem("DL606", setting, f"{message}, without an end", help_)


def _problem(code: str, setting: Setting, message: str, help_: str = "") -> Problem:
    return Problem(code, message, setting.place, help_, setting.rule)
