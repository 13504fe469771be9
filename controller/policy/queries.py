"""Which rule does a number mean, and which pack judged?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from controller.policy import compiled
from controller.policy.models import Pack, PolicyRun, Publication, Rule
from controller.tenants.scope import Place
from rules.compiled import builtin
from rules.compiled.rule import Pack as Compiled

if TYPE_CHECKING:
    from django.db.models import QuerySet

SEVERITIES = ("critical", "high", "medium", "low")


def rules(place: Place) -> dict[int, Rule]:
    """The rules of an org by their numbers."""
    return {rule.rule_no: rule for rule in Rule.objects.at(place)}


def packs(place: Place, digests: Iterable[str]) -> dict[str, Compiled]:
    """The packs with these digests, as far as they are known here; the built-in one always is."""
    wanted = set(digests)
    found = {digest: pack for digest, pack in _builtin().items() if digest in wanted}
    missing = wanted - found.keys()
    if missing:
        for row in Pack.objects.at(place).filter(digest__in=missing):
            pack = compiled.read(bytes(row.data))
            if pack is not None:
                found[row.digest] = pack
    return found


def _builtin() -> dict[str, Compiled]:
    pack = builtin.pack()
    return {pack.sha256: pack}


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


def described(place: Place) -> dict[int, Described]:
    """Every rule of an org in words, by its number.

    A rule that no pack at hand describes goes by its id.
    """
    numbered = rules(place)
    known: dict[tuple[str, str], tuple[str, frozenset[str]]] = {}
    for pack in _newest_last(place, {rule.pack for rule in numbered.values()}):
        known |= {
            (pack.pack, rule.id): (rule.title, frozenset(rule.controls)) for rule in pack.rules
        }
    return {
        number: _described(rule, *known.get((rule.pack, rule.name), (rule.name, frozenset())))
        for number, rule in numbered.items()
    }


def _described(rule: Rule, title: str, controls: frozenset[str]) -> Described:
    return Described(rule.name, title, rule.severity, controls)


def _newest_last(place: Place, names: set[str]) -> list[Compiled]:
    """Every version of these packs that is at hand: the titles of the highest win."""
    found = {digest: pack for digest, pack in _builtin().items() if pack.pack in names}
    rows = Pack.objects.at(place).filter(name__in=names).exclude(digest__in=found)
    for row in rows:
        pack = compiled.read(bytes(row.data))
        if pack is not None:
            found[row.digest] = pack
    return sorted(found.values(), key=compiled.rank)


def stated(place: Place) -> list[Compiled]:
    """The newest version of each pack that asks people for statements, the built-in one first."""
    newest = {pack.pack: pack for pack in reversed(every(place))}
    asking = [pack for pack in newest.values() if pack.attestations]
    return sorted(asking, key=lambda pack: (pack.pack != builtin.NAME, pack.pack))


def every(place: Place) -> list[Compiled]:
    """Every pack that is at hand, the highest version first: rules that may be spoken of."""
    found = _builtin()
    for row in Pack.objects.at(place).exclude(digest__in=found):
        pack = compiled.read(bytes(row.data))
        if pack is not None:
            found[row.digest] = pack
    return sorted(found.values(), key=compiled.rank, reverse=True)


def known(place: Place) -> "QuerySet[Pack]":
    """Every pack that an org has, without its bytes, in the order in which they became known."""
    return Pack.objects.at(place).defer("data").order_by("known_at", "version")


def publications(place: Place) -> "QuerySet[Publication]":
    """What was published for an org, the newest first."""
    return Publication.objects.at(place).order_by("-targets")


def runs(place: Place) -> "QuerySet[PolicyRun]":
    """Which targets the machines of each clinic were the first to run, and when."""
    return PolicyRun.objects.at(place).select_related("clinic").order_by("clinic__slug", "-targets")
