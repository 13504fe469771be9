"""Bright Smiles' repository of rules, made with python-tuf's own tools: what the author signs
offline, what the controller signs online, and what an attacker does who owns the online keys."""

import copy
import hashlib
import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from evidence import distribution
from evidence.distribution import Assignment, Bytes, PackTarget, Stand
from rules.compiled import builtin, canonical

OFFLINE = ("root", "targets")
ONLINE = ("snapshot", "timestamp")
BASELINE = builtin.data()


def pack(version: str = "9.0.0", name: str = "dental-baseline", rules: int | None = None) -> bytes:
    """The built-in pack under another name and version, whole or of its first rules."""
    document = canonical.decode(BASELINE)
    document |= {"pack": name, "version": version, "rules": document["rules"][:rules]}
    return canonical.encode(document)


def entry(version: str, data: bytes) -> PackTarget:
    """A pack as an assignment names it."""
    found = re.search(rb'"pack":"([a-z-]+)"', data)
    name = found[1].decode() if found else "dental-baseline"
    return PackTarget(pack=name, version=version, sha256=sha256(data), length=len(data))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass
class Repository:
    """Keys by role, the newest metadata, and the folder that is served: `metadata` and `targets`.

    `now` is when it signs: in the past, it makes metadata that has expired.
    """

    folder: Path
    org: str
    clinic: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    serial: int = 0
    packs: dict[str, bytes] = field(default_factory=dict)
    tailoring: bytes | None = None
    machines: dict[str, Stand] = field(default_factory=dict)
    kept: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = {role: CryptoSigner.generate_ed25519() for role in (*OFFLINE, *ONLINE)}
        self.others: dict[str, CryptoSigner] = {}
        self.meta: dict[str, Metadata] = {
            "root": Metadata(Root(consistent_snapshot=True)),
            "targets": Metadata(Targets()),
            "snapshot": Metadata(Snapshot()),
            "timestamp": Metadata(Timestamp()),
        }
        for one in self.meta.values():
            one.signed.version = 0
        for role, key in self.keys.items():
            self.root.add_key(key.public_key, role)
        self.sign_root()

    @property
    def root(self) -> Root:
        return self.meta["root"].signed

    @property
    def targets(self) -> Targets:
        return self.meta["targets"].signed

    @property
    def first_root(self) -> bytes:
        """What the welcome document brings."""
        return (self.folder / "metadata" / "1.root.json").read_bytes()

    def publish(self, version: str = "9.0.0", **changes: object) -> Assignment:
        """The author assigns a pack and signs; the controller says that it is the newest."""
        self.packs = {version: pack(version)}
        return self.assign(**changes)

    def assignment(self, **changes: object) -> Assignment:
        """The next assignment of the clinic."""
        self.serial += 1
        made = Assignment(
            org=self.org,
            clinic=self.clinic,
            serial=self.serial,
            patrol="3600s",
            packs=tuple(entry(version, data) for version, data in self.packs.items()),
            tailoring=Bytes(sha256=sha256(self.tailoring)) if self.tailoring else None,
            machines=self.machines,
        )  # fmt: skip
        return replace(made, **changes)

    def assign(self, **changes: object) -> Assignment:
        """Assign what is in `packs` and `tailoring`, sign, and publish."""
        made = self.assignment(**changes)
        for one, data in zip(made.packs, self.packs.values(), strict=True):
            self.add(distribution.pack_target(one.pack, one.version), data)
        if self.tailoring is not None:
            self.add(distribution.tailoring_target(self.clinic), self.tailoring)
        return self.release(made)

    def release(self, made: Assignment) -> Assignment:
        """Sign an assignment and what was added, and publish."""
        self.add(distribution.assignment_target(self.clinic), made.to_bytes())
        self.sign_targets()
        self.sign_online()
        return made

    def add(self, target: str, data: bytes, role: str = "targets") -> None:
        """Put a target into the metadata of a role, and its bytes into the folder."""
        self.meta[role].signed.targets[target] = TargetFile.from_data(target, data, ["sha256"])
        self.put(f"targets/{distribution.target_file(target, sha256(data))}", data)

    def delegate(self, clinic: str, paths: str | None = None, *, terminating: bool = True) -> str:
        """Give a clinic an author of its own; the name of the role."""
        role, key = distribution.clinic_role(clinic), CryptoSigner.generate_ed25519()
        self.others[role] = key
        self.meta[role] = Metadata(Targets())
        self.meta[role].signed.version = 0
        delegations = self.targets.delegations or Delegations({}, {})
        delegations.keys[key.public_key.keyid] = key.public_key
        delegations.roles[role] = DelegatedRole(
            role, [key.public_key.keyid], 1, terminating,
            paths=[paths or distribution.clinic_paths(clinic)],
        )  # fmt: skip
        self.targets.delegations = delegations
        return role

    def sign_root(self, *more: CryptoSigner) -> None:
        self.sign("root", [self.keys["root"], *more])

    def sign_targets(self) -> None:
        self.sign("targets")
        for role in self.others:
            self.sign(role)

    def sign_online(self) -> None:
        """Snapshot and timestamp, as the controller does."""
        meta = {"targets.json": MetaFile(self.targets.version)}
        meta |= {f"{role}.json": MetaFile(self.meta[role].signed.version) for role in self.others}
        self.meta["snapshot"].signed.meta = meta
        self.sign("snapshot")
        self.sign_timestamp()

    def sign_timestamp(self) -> None:
        version = self.meta["snapshot"].signed.version
        self.meta["timestamp"].signed.snapshot_meta = MetaFile(version)
        self.sign("timestamp")

    def sign(self, role: str, signers: list[CryptoSigner] | None = None) -> None:
        """The next version of what a role says, signed by its key or by these."""
        meta = self.meta[role]
        meta.signed.version += 1
        lives = distribution.LIVES.get(role, distribution.LIVES["targets"])
        meta.signed.expires = self.now + lives
        meta.signatures.clear()
        for signer in signers or [self.keys.get(role) or self.others[role]]:
            meta.sign(signer, append=True)
        data = self.kept[role, meta.signed.version] = meta.to_bytes()
        self.put(f"metadata/{distribution.metadata_file(role, meta.signed.version)}", data)

    def signed_before(self, role: str, version: int) -> bytes:
        """What a role signed once, and anybody may have kept."""
        return self.kept[role, version]

    def rotate(self, *roles: str) -> None:
        """The holders of root replace the keys of these roles."""
        before = self.keys["root"]
        for role in roles:
            self.root.revoke_key(self.keys[role].public_key.keyid, role)
            self.keys[role] = CryptoSigner.generate_ed25519()
            self.root.add_key(self.keys[role].public_key, role)
        self.sign_root(*([before] if "root" in roles else []))

    def begin_anew(self, folder: Path) -> None:
        """The threshold of root was lost: a new repository, with new keys and numbers from 1."""
        self.folder, self.serial, self.others = folder, 0, {}
        self.__post_init__()

    def put(self, path: str, data: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def serve(self, path: str) -> bytes | None:
        """What the controller answers for a path below its org."""
        file = self.folder / path
        return file.read_bytes() if distribution.is_served(path) and file.is_file() else None

    def stolen(self) -> "Repository":
        """The same in the hands of somebody who has the online keys, and not the others."""
        theirs = copy.copy(self)
        theirs.meta = copy.deepcopy(self.meta)
        theirs.keys = {role: self.keys[role] for role in ONLINE}
        theirs.keys |= {role: CryptoSigner.generate_ed25519() for role in OFFLINE}
        return theirs


def changed(data: bytes, **members: object) -> bytes:
    """The same JSON with other members."""
    return json.dumps({**json.loads(data), **members}).encode()
