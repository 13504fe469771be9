"""Which rules and packs does an org have at hand, and what do they say?

One query an org: numbers and names. The packs themselves never change, so each is read once in
the life of this process, by its digest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import DateTimeField, F, Value

from controller.policy import compiled
from controller.policy.models import Pack, Rule
from controller.tenants.scope import Place
from rules.compiled import builtin
from rules.compiled.rule import Pack as Compiled
from rules.compiled.rule import Rule as CompiledRule

SEVERITIES = ("critical", "high", "medium", "low")
_MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class Described:
    """What a rule is called, and how much it weighs."""

    id: str
    title: str
    severity: str
    controls: frozenset[str] = frozenset()

    @property
    def weight(self) -> int:
        """0 for critical, more for what weighs less: to sort by."""
        return SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A rule by its number; `severity` is that of the newest pack known."""

    rule_no: int
    pack: str
    name: str
    severity: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A pack that an org has, without its bytes."""

    name: str
    version: str
    digest: str
    known_at: datetime


@dataclass(frozen=True)
class Shelf:
    """What an org has at hand: its rules by number, and its packs as they became known."""

    place: Place
    rules: dict[int, Numbered] = field(default_factory=dict)
    stored: tuple[Stored, ...] = ()

    @cached_property
    def packs(self) -> list[Compiled]:
        """Every pack that can be read, the built-in one too, the highest version first."""
        found = compiled_of(self.place, (one.digest for one in self.stored)) | _builtin()
        return sorted(found.values(), key=compiled.rank, reverse=True)

    @cached_property
    def described(self) -> dict[int, Described]:
        """Every rule in words, by its number; one that no pack at hand describes, by its id."""
        newest = self.newest
        return {
            one.rule_no: _described(one, newest.get((one.pack, one.name)))
            for one in self.rules.values()
        }

    @cached_property
    def newest(self) -> dict[tuple[str, str], CompiledRule]:
        """By pack and id, each rule as the highest version at hand has it."""
        return {(pack.pack, rule.id): rule for pack in reversed(self.packs) for rule in pack.rules}

    @property
    def stated(self) -> list[Compiled]:
        """The newest version of each pack that asks for statements, the built-in one first."""
        newest = {pack.pack: pack for pack in reversed(self.packs)}
        asking = [pack for pack in newest.values() if pack.attestations]
        return sorted(asking, key=lambda pack: (pack.pack != builtin.NAME, pack.pack))

    def number(self, rule: str) -> int | None:
        """The number of a rule by its id; None if no machine ever spoke of it."""
        return next((no for no, one in self.rules.items() if one.name == rule), None)


def at_hand(place: Place) -> Shelf:
    """What the org of a place has; one query."""
    never = Value(None, output_field=DateTimeField())
    numbered = Rule.objects.at(place).values_list("rule_no", "pack", "name", "severity", never)
    kept = Pack.objects.at(place).values_list(Value(0), "name", "version", "digest", F("known_at"))
    rows = list(numbered.union(kept, all=True))
    return Shelf(
        place,
        {no: Numbered(no, *of) for no, *of, at in rows if at is None},
        tuple(
            sorted(
                (
                    Stored(name, version, digest, at)
                    for _, name, version, digest, at in rows
                    if at is not None
                ),
                key=lambda one: (one.known_at, one.version),
            )
        ),
    )


def compiled_of(place: Place, digests: Iterable[str]) -> dict[str, Compiled]:
    """The packs of these digests, as far as they are known here and can be read."""
    wanted, known = set(digests), _kept | _builtin()
    found = {digest: known[digest] for digest in wanted & known.keys()}
    if wanted - found.keys():
        rows = Pack.objects.at(place).filter(digest__in=wanted - found.keys())
        for digest, data in rows.values_list("digest", "data"):
            pack = compiled.read(bytes(data))
            if pack is not None:
                found[digest] = pack
                _keep(digest, pack)
    return found


_kept: dict[str, Compiled] = {}


def _keep(digest: str, pack: Compiled) -> None:
    """What a digest names never changes, if it is its digest; the oldest is forgotten first."""
    if pack.sha256 != digest:
        return
    while len(_kept) >= _MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
    _kept[digest] = pack


def _builtin() -> dict[str, Compiled]:
    pack = builtin.pack()
    return {pack.sha256: pack}


def _described(rule: Numbered, known: CompiledRule | None) -> Described:
    if known is None:
        return Described(rule.name, rule.name, rule.severity)
    return Described(rule.name, known.title, rule.severity, frozenset(known.controls))
