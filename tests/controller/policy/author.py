"""dr_lee, who signs rules for Bright Smiles at a PC of her own: real keys, real metadata."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from tuf.api.metadata import Metadata, Root, Targets

from agent.packs.author import roots, targets
from agent.packs.author.signing import add_signature
from controller.policy import actions, roster
from controller.tenants.queries import orgs
from evidence import distribution
from evidence.distribution import Assignment, PackTarget
from evidence.handover import Handover
from evidence.keys import SigningKey
from evidence.roster import PublicKeys, Roster
from rules.compiled import builtin


def now() -> datetime:
    """The client of The Update Framework knows no clock but the system's."""
    return datetime.now(UTC)


def key(name: str) -> SigningKey:
    """The key of a name: always the same."""
    return SigningKey.from_seed(name.encode().ljust(32, b"."))


def listed(home, org: UUID, *, new: bool = False) -> Roster:
    """What `packs online-keys` writes."""
    (found,) = [one for one in orgs() if one.id == org]
    return roster.roster(found, actions.online_keys(home, org, new=new), actions.used(home, org))


@dataclass
class Author:
    """The author's folder, in memory."""

    home: object
    org: UUID
    clinic: UUID
    chain: list[Metadata[Root]] = field(default_factory=list)
    signed: Metadata[Targets] | None = None
    contents: dict[str, bytes] = field(default_factory=dict)
    by: str = "author"
    used: int = 0

    def begin(self, whose: str = "") -> "Author":
        """Two root keys and one for targets, as a practice has them; `whose` makes others."""
        self.by = f"{whose}author"
        holders = [
            PublicKeys(name="root-a", root=key(f"{whose}root-a").public.hex),
            PublicKeys(name="root-b", root=key(f"{whose}root-b").public.hex),
            PublicKeys(name="author", targets=key(f"{whose}author").public.hex),
        ]
        online = listed(self.home, self.org)
        self.chain = [Metadata(roots.first(holders, roots.Thresholds(1), online, now()))]
        self.used = online.used.targets
        add_signature(self.chain[0], key(f"{whose}root-a"))
        return self.assign()

    @property
    def assignment(self) -> Assignment:
        """What the clinic is assigned now."""
        return Assignment.from_bytes(
            self.contents[distribution.assignment_target(str(self.clinic))]
        )

    def assign(self, **changes) -> "Author":
        """Assign the built-in pack, or what is other, and sign it."""
        pack = builtin.pack()
        name = distribution.assignment_target(str(self.clinic))
        found = Assignment(
            org=str(self.org), clinic=str(self.clinic), serial=1, patrol="3600s", machines={},
            packs=(PackTarget(pack=pack.pack, version=pack.version, sha256=pack.sha256,
                              length=len(builtin.data())),),
        )  # fmt: skip
        if name in self.contents:
            found = replace(self.assignment, serial=self.assignment.serial + 1)
        found = replace(found, **changes)
        self.contents |= {
            name: found.to_bytes(),
            distribution.pack_target(pack.pack, pack.version): builtin.data(),
        }
        return self.sign()

    def sign(self) -> "Author":
        """Sign the targets as they are, one version on."""
        made = targets.following(self.signed, self.contents, now(), self.used)
        add_signature(made, key(self.by))
        self.signed = made
        return self

    def root(self, change: roots.Change, *signers: str) -> "Author":
        """Sign the next root."""
        before = self.chain[-1].signed
        made = Metadata(roots.following(before, change, now()))
        for name in signers:
            add_signature(made, key(name))
        self.chain.append(made)
        return self

    def handed(self) -> Handover:
        """The file that goes to the controller."""
        assert self.signed is not None
        files = {f"metadata/{one.signed.version}.root.json": one.to_bytes() for one in self.chain}
        files[f"metadata/{self.signed.signed.version}.targets.json"] = self.signed.to_bytes()
        for name, data in self.contents.items():
            digest = hashlib.sha256(data).hexdigest()
            files[f"targets/{distribution.target_file(name, digest)}"] = data
        return Handover.from_bytes(Handover(files).to_bytes())
