"""By which packs of rules were these reports judged, and what did their author sign?

Read from the reports themselves: the hashes of their packs, and the versions of targets and root
that named them. The packs come from the table `pack`, built-in ones too, the signed metadata from
the repositories that agents were served from.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from controller.identity.home import ControllerHome
from controller.identity.shelf import Shelf
from controller.policy.models import Pack
from controller.tenants.scope import Place
from evidence.envelope import Envelope


@dataclass(slots=True)
class Named:
    """What reports name: hashes of packs, versions of targets, and the newest root."""

    packs: set[str] = field(default_factory=set)
    targets: set[int] = field(default_factory=set)
    root: int = 0

    @classmethod
    def by(cls, reports: Iterable[Envelope]) -> Self:
        """What these reports name."""
        named = cls()
        for sealed in reports:
            policy = json.loads(sealed.payload)["body"].get("policy")
            if policy:
                named.packs.update(pack["sha256"] for pack in policy["packs"])
                named.targets.update({policy["targets"]} - {None})
                named.root = max(named.root, policy["root"] or 0)
        return named


def packs(place: Place, named: Named) -> dict[str, bytes]:
    """The packs that are known here, by hash."""
    known = Pack.objects.at(place).filter(digest__in=named.packs).order_by("digest")
    return {digest: bytes(data) for digest, data in known.values_list("digest", "data")}


def metadata(home: ControllerHome, place: Place, named: Named) -> dict[str, bytes]:
    """The signed targets, and every root from the first; `verify` says what is missing."""
    shelf = Shelf(home)
    roots = [f"{version}.root.json" for version in range(1, named.root + 1)]
    targets = [f"{version}.targets.json" for version in sorted(named.targets)]
    held = {name: shelf.kept(place.org, name) for name in roots + targets}
    return {name: data for name, data in held.items() if data is not None}
