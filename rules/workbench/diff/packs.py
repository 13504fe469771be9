"""How do two packs differ, rule by rule, and how far must the version go?"""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.compiled import canonical
from rules.compiled.attestation import write
from rules.compiled.canonical import Json
from rules.compiled.rule import Pack
from rules.workbench.diff.kinds import WHOLE, Change, Kind, Step
from rules.workbench.diff.rules import changed_rule


@dataclass(frozen=True, slots=True)
class Diff:
    """Two packs, and every difference between them: first of the pack, then by rule."""

    before: Pack
    after: Pack
    changes: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        """Do both say and ask the same? Versions and places in the sources do not count."""
        return not self.changes

    @property
    def step(self) -> Step:
        """The smallest step of the version that all changes together allow."""
        return max((change.kind.step for change in self.changes), default=Step.NONE)

    @property
    def rules(self) -> dict[str, list[Change]]:
        """The changes by rule, in the order of ids; what the pack says of itself is under ""."""
        found: dict[str, list[Change]] = {}
        for change in self.changes:
            found.setdefault(change.rule, []).append(change)
        return found


def diff(before: Pack, after: Pack) -> Diff:
    """Every difference in meaning or words between two packs."""
    found = (*_said(before, after), *_rules(before, after), *_attestations(before, after))
    return Diff(before, after, found)


def _said(before: Pack, after: Pack) -> Iterator[Change]:
    for key in ("pack", "title", "requires_facts", "citations"):
        old, new = getattr(before, key), getattr(after, key)
        if old != new:
            kind = Kind.CHANGED if key == "pack" else Kind.REWORDED
            yield Change("", kind, key, old, new)
    retired = [{one[0]: one for one in pack.retired} for pack in (before, after)]
    for name in sorted({*retired[0], *retired[1]}):
        texts = [" ".join(rows[name][1:]) if name in rows else None for rows in retired]
        if texts[0] != texts[1]:
            yield Change("", Kind.REWORDED, f"retired {name}", *texts)


def _rules(before: Pack, after: Pack) -> Iterator[Change]:
    old, new = ({rule.id: rule for rule in pack.rules} for pack in (before, after))
    heirs = {name: rule.id for rule in after.rules for name in rule.replaces}
    for name in sorted({*old, *new}):
        if name not in old:
            yield Change(name, Kind.ADDED, WHOLE, None, new[name].title)
        elif name in new:
            yield from changed_rule(old[name], new[name])
        else:
            heir = f"replaced by {heirs[name]}" if name in heirs else None
            yield Change(name, Kind.GONE, WHOLE, old[name].title, heir)


def _attestations(before: Pack, after: Pack) -> Iterator[Change]:
    """Kinds of statements that were added, are gone, or are asked for otherwise."""
    old, new = ({kind.id: kind for kind in pack.attestations} for pack in (before, after))
    for name in sorted({*old, *new}):
        if name not in old:
            yield Change(name, Kind.ADDED, WHOLE, None, new[name].title)
        elif name not in new:
            yield Change(name, Kind.GONE, WHOLE, old[name].title)
        else:
            yield from _attested(name, write(old[name]), write(new[name]))


def _attested(name: str, old: dict[str, Json], new: dict[str, Json]) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            kind = Kind.REWORDED if key in _WORDS else Kind.CHANGED
            texts = (None if key not in side else _text(side[key]) for side in (old, new))
            yield Change(name, kind, key, *texts)


_WORDS = ("title", "controls", "cite")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else canonical.encode(value).decode()
