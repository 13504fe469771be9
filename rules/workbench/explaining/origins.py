"""Who set the values by which a rule is judged, and what would hold without them?

Each param with its value, whose word that is and who set it; below it why, until when, and every
value that it covers. The same of a severity, and of a rule that is switched off or undecided.
"""

from collections.abc import Iterator, Mapping

from rules.compiled.assignment import Assignment
from rules.compiled.codes import MEANINGS
from rules.compiled.instants import to_datetime
from rules.compiled.rule import Pack, Rule
from rules.compiled.setting import Setting
from rules.compiled.tighten import Change
from rules.engine.terms import Effective, Origin, Step, Terms
from rules.engine.words import basis, clean, words
from rules.workbench.explaining.columns import wrapped

_PLAIN = (Change.SAME, Change.CHANGED)
_STATES = {
    "ended": "ended",
    "ahead": "not begun yet",
    "too-long": "its end is too far ahead",
}


def lines(rule: Rule, terms: Terms) -> Iterator[str]:
    """What is to be said of the terms of one rule."""
    if terms.broken is not None:
        yield from wrapped(f"  {terms.broken.code}: {MEANINGS[terms.broken.code]}", 4)
        for one in terms.broken.settings:
            yield from wrapped(f"    {one.match} sets {_thing(one)} ({_place(one)})", 6)
        return
    if terms.disabled is not None:
        yield from wrapped(f"  switched off ({_by(terms.disabled)})", 4)
        yield from _because(terms.disabled)
    if terms.severity != rule.severity:
        said = f"{_by(terms.severity_by)}; pack {rule.severity}"
        yield from wrapped(f"  severity = {terms.severity} ({said})", 4)
        yield from _because(terms.severity_by)
    for param in terms.params.values():
        yield from _param(param)


def of_machine(pack: Pack, terms: Mapping[str, Terms], machine: Assignment) -> list[str]:
    """All that is set for a machine, rule by rule; of params those alone that are set."""
    found = wrapped(f"{pack.pack} {pack.version} on {standing(machine)}", 2)
    head = len(found)
    for rule in pack.rules:
        if rule.id in terms:
            of = terms[rule.id]
            changed = {name: param for name, param in of.params.items() if param.steps}
            found += [rule.id, *lines(rule, of._replace(params=changed))]
    return found if len(found) > head else [*found, "  nothing is set here: all is the pack's"]


def standing(machine: Assignment) -> str:
    """Where a machine stands, in a line: `machine PANO-01, clinic bright-smiles, group imaging`."""
    named = [
        ("machine", machine.machine),
        ("clinic", machine.clinic),
        ("org", machine.org),
        *(("group", group) for group in sorted(machine.groups)),
    ]
    said = ", ".join(f"{level} {name}" for level, name in named if name)
    return said or "a machine of no scope (name --clinic, --group, --machine)"


def _param(param: Effective) -> Iterator[str]:
    value = words(param.param.type, param.form)
    yield from wrapped(f"  params.{param.param.name} = {value} ({_whose(param)})", 4)
    yield from _because(param.origin)
    covered = [step for step in param.steps if step.origin is not param.origin]
    if covered:
        yield from wrapped(f"      {'; '.join(_step(param, step) for step in covered)}", 8)


def _whose(param: Effective) -> str:
    """The basis is the pack's: it is said of the pack's own value and of no other."""
    origin = param.origin
    if origin.setting is None and origin.by == "pack":
        return f"{basis(param.param)}; pack default" if param.param.basis else "pack default"
    if origin.setting is None:
        return "given for this trial"
    return _by(origin)


def _by(origin: Origin) -> str:
    """`clinic bright-smiles, tightened; bright-smiles.yaml:7`."""
    if origin.setting is None:
        return str(origin)
    does = "" if origin.change in _PLAIN else f", {origin.change}"
    return f"{origin}{does}; {_place(origin.setting)}"


def _step(param: Effective, step: Step) -> str:
    value = words(param.param.type, step.form)
    if step.origin.setting is None:
        return f"pack {value} ({basis(param.param)})" if param.param.basis else f"pack {value}"
    state = f", {_STATES[step.state]}" if step.state in _STATES else ""
    return f"{step.origin} {value} ({_place(step.origin.setting)}{state})"


def _because(origin: Origin) -> Iterator[str]:
    """Why, by whose word, and until when."""
    if origin.setting is None:
        return
    grant = origin.setting.grant
    said = [clean(grant.reason)] if grant.reason else []
    said += [f"approved by {clean(grant.approved_by)}"] if grant.approved_by else []
    said += [f"from {_day(grant.since)}"] if grant.since is not None else []
    said += [f"until {_day(grant.until)}"] if grant.until is not None else []
    yield from wrapped(f"      {'; '.join(said)}", 8) if said else ()


def _day(at: int) -> str:
    return f"{to_datetime(at):%Y-%m-%d %H:%M} UTC"


def _thing(setting: Setting) -> str:
    return setting.param or setting.thing


def _place(setting: Setting) -> str:
    return clean(f"{setting.place.file}:{setting.place.line}")
