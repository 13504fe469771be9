"""Which rule does a number mean, and which pack judged?"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from controller.policy.models import Pack, Rule
from controller.tenants.scope import Place
from rules.compiled import builtin
from rules.compiled.pack import load
from rules.compiled.rule import Pack as Compiled
from rules.errors import PackRefused

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
            pack = _load(bytes(row.data))
            if pack is not None:
                found[row.digest] = pack
    return found


def _builtin() -> dict[str, Compiled]:
    pack = builtin.pack()
    return {pack.sha256: pack}


@lru_cache(maxsize=32)
def _load(data: bytes) -> Compiled | None:
    """A pack that was stored; None if this release refuses it, and its rules go by their ids."""
    try:
        return load(data)
    except PackRefused:
        return None


@dataclass(frozen=True, slots=True)
class Described:
    """What a rule is called, and how much it weighs."""

    id: str
    title: str
    severity: str

    @property
    def weight(self) -> int:
        """0 for critical, more for what weighs less: to sort by."""
        return SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)


def described(place: Place) -> dict[int, Described]:
    """Every rule of an org in words, by its number.

    A rule that no pack at hand describes goes by its id.
    """
    numbered = rules(place)
    known = {rule.id: rule for rule in builtin.pack().rules}
    if any(rule.name not in known for rule in numbered.values()):
        for row in Pack.objects.at(place).order_by("known_at"):
            pack = _load(bytes(row.data))
            known |= {rule.id: rule for rule in pack.rules} if pack is not None else {}
    return {
        number: Described(
            rule.name, known[rule.name].title if rule.name in known else rule.name, rule.severity
        )
        for number, rule in numbered.items()
    }
