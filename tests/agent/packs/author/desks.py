"""North Quay and its clinics, as the controller lists them, and people with keys."""

from datetime import UTC, datetime

from tuf.api.metadata import Metadata, Root

from agent.packs.author import roots
from agent.packs.author.signing import add_signature
from evidence.keys import SigningKey
from evidence.roster import Clinic, Machine, Org, PublicKeys, Roster

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORG = "5b0c1111-1111-4111-8111-111111111111"
BRIGHT_SMILES = "91aa1111-1111-4111-8111-111111111111"
HARBOR = "92aa1111-1111-4111-8111-111111111111"
PANO = "a1aa1111-1111-4111-8111-111111111111"
FRONT = "a2aa1111-1111-4111-8111-111111111111"


def key(name: str) -> SigningKey:
    """The key of a name: always the same."""
    return SigningKey.from_seed(name.encode().ljust(32, b"."))


def person(name: str, *, signs_rules: bool = True) -> PublicKeys:
    """What somebody hands over."""
    targets = key(f"{name}-targets").public.hex if signs_rules else None
    return PublicKeys(name=name, root=key(name).public.hex, targets=targets)


def roster(generation: str = "") -> Roster:
    """What the controller wrote."""
    return Roster(
        org=Org(id=ORG, name="north-quay"),
        snapshot=key(f"snapshot{generation}").public.hex,
        timestamp=key(f"timestamp{generation}").public.hex,
        clinics=(
            Clinic(
                id=BRIGHT_SMILES,
                name="bright-smiles",
                machines=(Machine(id=PANO, name="PANO-01"), Machine(id=FRONT, name="FRONT2")),
            ),
            Clinic(id=HARBOR, name="harbor-dental"),
        ),
    )


def msp() -> Metadata[Root]:
    """The first root of an MSP: kim, lee and sam, unsigned."""
    people = [person("kim"), person("lee"), person("sam", signs_rules=False)]
    return Metadata(roots.first(people, roots.Thresholds(2), roster(), NOON))


def signed(root: Metadata[Root], *names: str) -> Metadata[Root]:
    """The same, signed by these."""
    for name in names:
        add_signature(root, key(name))
    return root
