"""What changes for which machines, in words that an author reads before the passphrase?

From the targets that were signed last to those that would be, clinic by clinic: packs with what
they ask more or less, what is tailored, where machines stand. What may be looser says so in
capitals: it is what a hurried reader must not miss.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta

from evidence import distribution
from evidence.distribution import Assignment, PackTarget, Stand
from evidence.roster import Roster
from rules.compiled import instants, literal, tailoring
from rules.compiled.literal import Literal
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.compiled.setting import Setting
from rules.counted import counted
from rules.engine.words import clean, span
from rules.errors import PackRefused, TailoringRefused
from rules.workbench.diff.kinds import WHOLE, Change, Step
from rules.workbench.diff.packs import diff

Contents = Mapping[str, bytes]
LOOSER = "LOOSER"


@dataclass(frozen=True, slots=True)
class Told:
    """The lines, and how many of them tell of something that may be looser."""

    lines: tuple[str, ...]
    looser: int


def told(before: Contents, after: Contents, roster: Roster) -> Told:
    """Every clinic that has targets now or had them."""
    was, now = _assignments(before), _assignments(after)
    names = {one.id: (one.name, len(one.machines)) for one in roster.clinics}
    lines: list[str] = []
    for clinic in sorted({*was, *now}, key=lambda one: names.get(one, (one, 0))):
        name, count = names.get(clinic, (clinic, 0))
        one = _Clinic(was.get(clinic), now.get(clinic), before, after)
        found = [*one.lines()]
        machines = counted(count, "machine")
        lines += [f"{name}: {machines}", *(found or ["  nothing changes"])]
    lines += _tables(before, after)
    return Told(tuple(clean(line) for line in lines), sum(LOOSER in line for line in lines))


@dataclass(frozen=True, slots=True)
class _Clinic:
    """One clinic before and after."""

    was: Assignment | None
    now: Assignment | None
    before: Contents
    after: Contents

    def lines(self) -> Iterator[str]:
        """What differs."""
        if self.now is None:
            yield "  is no longer named: its machines keep what they have, and get nothing new"
            return
        yield from self._packs(self.now)
        yield from self._settings(self.now)
        every = self.was.every if self.was else None
        if every != self.now.every:
            old = f"{_span(every)} -> " if every else ""
            yield f"  patrol every {old}{_span(self.now.every)}"
        yield from self._stands(self.now)

    def _packs(self, now: Assignment) -> Iterator[str]:
        old = {one.pack: one for one in self.was.packs} if self.was else {}
        new = {one.pack: one for one in now.packs}
        for name in sorted({*old, *new}):
            if name not in new:
                yield f"  {name} {old[name].version}  {LOOSER}: judged by it no longer"
            elif name not in old:
                pack = _pack(self.after, new[name])
                rules = counted(len(pack.rules), "rule") if pack else "? rules"
                yield f"  {name} {new[name].version}  new: {rules}"
            elif old[name] != new[name]:
                yield from self._moved(old[name], new[name])

    def _moved(self, old: PackTarget, new: PackTarget) -> Iterator[str]:
        was, now = _pack(self.before, old), _pack(self.after, new)
        yield f"  {new.pack} {old.version} -> {new.version}"
        for change in diff(was, now).changes if was and now else ():
            yield f"    {_change(change)}"

    def _settings(self, now: Assignment) -> Iterator[str]:
        old, new = _settings(self.before, now.clinic), _settings(self.after, now.clinic)
        for line in [one for one in old if one not in new]:
            yield f"  no longer set: {line.removeprefix(f'{LOOSER}: ')}"
        for line in [one for one in new if one not in old]:
            yield f"  set: {line}"

    def _stands(self, now: Assignment) -> Iterator[str]:
        old = self.was.machines if self.was else {}
        for agent in sorted({*old, *now.machines}):
            was, stands = old.get(agent), now.machines.get(agent)
            if was != stands:
                name = next((one.name for one in (stands, was) if one and one.name), agent)
                yield f"  {name} ({agent[:8]}): {_stand(was)} -> {_stand(stands)}"


def _change(change: Change) -> str:
    what = "" if change.what == WHOLE else f" {change.what}"
    values = [text for text in (change.before, change.after) if text is not None]
    said = f": {' -> '.join(values)}" if values else ""
    mark = f"{LOOSER}  " if change.kind.step is Step.MAJOR else ""
    return f"{mark}{change.rule or 'the pack'}{what} {change.kind}{said}"


def _settings(contents: Contents, clinic: str) -> list[str]:
    data = contents.get(distribution.tailoring_target(clinic))
    try:
        found = tailoring.read(data).tailorings if data is not None else ()
    except TailoringRefused:
        return ["something that this release cannot read"]
    return [_setting(one) for each in found for one in each.settings]


def _setting(one: Setting) -> str:
    parts = [f"{one.rule} {one.thing.removeprefix('params.')}"]
    parts += [f"= {_value(one.value)}"] if one.value is not None and one.param else []
    parts += [_value(one.value)] if one.value is not None and one.thing == "severity" else []
    parts += [f"+ {_value(item)}" for item in one.add]
    parts += [f"- {_value(item)}" for item in one.remove]
    said = f"{' '.join(parts)} for {one.match}"
    grant = one.grant
    if not grant.is_signed:
        return said
    end = f" until {instants.write_timestamp(grant.until)[:10]}" if grant.until is not None else ""
    return f"{LOOSER}: {said}{end} ({grant.approved_by}: {grant.reason})"


def _value(value: Literal) -> str:
    if value.kind == "list":
        return ", ".join(map(_value, value.value))
    if value.kind == "duration":
        return span(value.value)
    return str(literal.write_scalar(value.kind, value.value))


def _span(of: timedelta) -> str:
    return span(int(of.total_seconds()) * instants.SECOND)


def _stand(stand: Stand | None) -> str:
    if stand is None:
        return "as it joined"
    said = {one.name: getattr(stand, one.name) for one in fields(stand) if one.name != "name"}
    shown = [
        f"{key} {', '.join(value) if isinstance(value, tuple) else value}"
        for key, value in said.items()
        if value
    ]
    return ", ".join(shown) or "nowhere in particular"


def _tables(before: Contents, after: Contents) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if name.startswith("data/") and before.get(name) != after.get(name):
            did = "is new" if name not in before else "is gone" if name not in after else "changes"
            yield f"table {name.removeprefix('data/').removesuffix('.json')} {did}"


def _assignments(contents: Contents) -> dict[str, Assignment]:
    return {
        one.clinic: one
        for one in (
            Assignment.from_bytes(data)
            for name, data in contents.items()
            if name.endswith("/assignment.json")
        )
    }


def _pack(contents: Contents, of: PackTarget) -> Pack | None:
    data = contents.get(distribution.pack_target(of.pack, of.version))
    try:
        return load(data) if data is not None else None
    except PackRefused:
        return None
