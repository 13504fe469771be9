"""By which rules was judged, and did their author sign them?

P1. Each report names by hash its packs and the assignment that gave it those and the settings in
them, and the version of the signed targets that named them all to it: the bundle holds the packs,
the targets (TUF, theupdateframework.github.io/specification), and every root from the first, each
signed by the keys of the one before and by its own. Whose the first is: evidence.verify.authors.

- Packs that the agent carries itself are signed by nobody: a report says `builtin`, and the bytes
  are those of its hash.
- When metadata expired is not asked: a clock decides nothing here.
- A root that is not signed by the keys of the one before begins a repository anew. Whether it may
  is asked as it is of the first.
- What TUF signs is canonical JSON (OLPC's); python-tuf is the oracle of this reader in the tests.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evidence import distribution, strict_json
from evidence.bodies import PackRef, Policy
from evidence.bundle import PACKS, TUF
from evidence.errors import EvidenceError, Malformed
from evidence.keys import PublicKey
from evidence.leaf import PolicyLeaf
from evidence.strict_json import Json
from evidence.verify.case import Case, Place
from evidence.verify.log import Log
from evidence.verify.opened import Opened


@dataclass(frozen=True, slots=True)
class Use:
    """Where a policy was first named: by which report, of which clinic, in which line."""

    title: str
    clinic: str
    place: Place


def canonical(value: Json) -> bytes:
    """OLPC canonical JSON: keys in order, nothing between; Malformed for what it cannot hold."""
    return "".join(_canonical(value)).encode("utf-8")


def _canonical(value: Json) -> Iterator[str]:
    if value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, str):
        yield '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    elif isinstance(value, list):
        yield "["
        for number, inner in enumerate(value):
            yield "," if number else ""
            yield from _canonical(inner)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for number, name in enumerate(sorted(value)):
            yield "," if number else ""
            yield from _canonical(name)
            yield ":"
            yield from _canonical(value[name])
        yield "}"
    else:
        raise Malformed("a number in metadata that is not whole")


@dataclass(frozen=True, slots=True)
class Metadata:
    """One file of metadata: what is signed, and by whom."""

    signed: Mapping[str, Json]
    signatures: Mapping[str, bytes]

    @classmethod
    def read(cls, data: bytes, kind: str, version: int) -> "Metadata":
        """Read a file of this role and version; Malformed if it is none."""
        document = strict_json.read(data)
        try:
            signed = document["signed"]
            named = [(each["keyid"], bytes.fromhex(each["sig"])) for each in document["signatures"]]
            found = (signed["_type"], signed["version"])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Malformed("not metadata of TUF: signed, signatures") from None
        if found != (kind, version) or len(dict(named)) != len(named):
            raise Malformed(f"not version {version} of {kind}, or signed twice by one key")
        return cls(signed, dict(named))

    def require(self, root: "Metadata", role: str) -> None:
        """Malformed, unless enough of the keys that this root gives a role have signed."""
        try:
            given = root.signed["roles"][role]
            keys = {one: root.signed["keys"][one] for one in given["keyids"]}
            threshold = given["threshold"]
            message = canonical(dict(self.signed))
            signers = {raw for one, key in keys.items() if (raw := self._signer(one, key, message))}
        except (KeyError, TypeError, AttributeError, ValueError):
            raise Malformed(f"its root has no keys for {role}") from None
        if type(threshold) is not int or not 0 < threshold <= len(signers):
            raise Malformed(f"not signed by the keys that its root gives {role}")

    def _signer(self, keyid: str, key: Json, message: bytes) -> bytes | None:
        """The key, if it signed; of other schemes than Ed25519 none is believed here."""
        signature = self.signatures.get(keyid)
        if signature is None or key["scheme"] != "ed25519":
            return None
        public = PublicKey.from_hex(key["keyval"]["public"])
        return public.raw if public.verifies(signature, message) else None


@dataclass(frozen=True, slots=True)
class Roots:
    """Every root by its version, and the SHA-256 of each on which others hang."""

    held: Mapping[int, Metadata]
    first: Mapping[int, str]

    def first_of(self, version: int) -> int | None:
        """On which root one of this version hangs; None if it is not here."""
        here = (each for each in self.first if each <= version)
        return max(here, default=None) if version in self.held else None


def check(opened: Opened, log: Log, roots: Roots, uses: Mapping[Policy, Use], case: Case) -> None:
    """P1 over every policy that a report names."""
    _check_hashes(opened, case)
    targets = _targets(opened, log, case)
    for policy, use in uses.items():
        found = targets.get(policy.targets or 0)
        for pack in policy.packs:
            _check_pack(opened, pack, use, case)
        if policy.targets is not None:
            if found is not None:
                _check_named(found, policy, use, case)
            _check_signed(found, roots.held, policy, use, case)


def _check_hashes(opened: Opened, case: Case) -> None:
    for name in opened.members:
        if name.startswith(PACKS):
            sha = name.removeprefix(PACKS).removesuffix(".json")
            found = _sha256(opened, name)
            if found != sha:
                what = "a pack of rules is not the one by which was judged"
                case.false("P1", what, Place(file=name, expected=sha, found=found))


def _sha256(opened: Opened, name: str) -> str:
    sha = hashlib.sha256()
    for chunk in opened.members[name].chunks(opened.file):
        sha.update(chunk)
    return sha.hexdigest()


def _check_pack(opened: Opened, pack: PackRef, use: Use, case: Case) -> None:
    name = f"{PACKS}{pack.sha256}.json"
    if name not in opened.members:
        what = f"{pack.pack} {pack.version}, by which {use.title} was judged, is not in the bundle"
        case.lacks("P1", what, Place(file=name))
        return
    try:
        document = json.loads(opened.whole(name))
        found = f"{document['pack']} {document['version']}"
    except (Malformed, ValueError, RecursionError, KeyError, TypeError):
        found = "no pack of rules"
    if found != f"{pack.pack} {pack.version}":
        what = f"{use.title} names a pack as {pack.pack} {pack.version} that is another"
        case.false(
            "P1", what, Place(file=name, expected=f"{pack.pack} {pack.version}", found=found)
        )


def read_roots(opened: Opened, case: Case) -> Roots:
    """P1 of the roots, as far as they hold."""
    found: dict[int, Metadata] = {}
    first: dict[int, str] = {}
    while (name := root_file(len(found) + 1)) in opened.members:
        version = len(found) + 1
        try:
            root = Metadata.read(opened.whole(name), "root", version)
            root.require(root, "root")
        except EvidenceError as wrong:
            what = f"root {version} of the rules does not hold: {wrong}"
            case.false("P1", what, Place(file=name))
            break
        if not _follows(root, found.get(version - 1)):
            first[version] = _sha256(opened, name)
        found[version] = root
    return Roots(found, first)


def root_file(version: int) -> str:
    """Where a root lies in a bundle."""
    return f"{TUF}{version}.root.json"


def _follows(root: Metadata, before: Metadata | None) -> bool:
    """Did the keys of the one before let this one in?"""
    if before is None:
        return False
    try:
        root.require(before, "root")
    except EvidenceError:
        return False
    return True


def _targets(opened: Opened, log: Log, case: Case) -> dict[int, Metadata]:
    """Each version of the targets that is here, which the log may know by its hash."""
    logged = {s.targets: s.sha256 for s in log.leaves.values() if isinstance(s, PolicyLeaf)}
    found: dict[int, Metadata] = {}
    for name in opened.members:
        if not name.startswith(TUF) or not name.endswith(".targets.json"):
            continue
        version = int(name.removeprefix(TUF).partition(".")[0])
        place = Place(file=name)
        try:
            found[version] = Metadata.read(opened.whole(name), "targets", version)
        except EvidenceError as wrong:
            case.false("P1", f"targets {version} of the rules do not hold: {wrong}", place)
        if logged.get(version, sha := _sha256(opened, name)) != sha:
            what = f"targets {version} are not those that were published"
            case.false("P1", what, Place(file=name, expected=logged[version], found=sha))
    return found


def _check_named(targets: Metadata, policy: Policy, use: Use, case: Case) -> None:
    """Each file by which was judged is one that the targets name by its hash."""
    file = f"{TUF}{policy.targets}.targets.json"
    for pack in policy.packs:
        named = _named(targets, distribution.pack_target(pack.pack, pack.version))
        if named != pack.sha256:
            what = f"targets {policy.targets} do not name {pack.pack} {pack.version} as it was used"
            case.false("P1", what, Place(file=file, expected=pack.sha256, found=named))
    named = _named(targets, distribution.assignment_target(use.clinic))
    place = Place(file=file, expected=policy.assignment, found=named)
    if named is None and targets.signed.get("delegations"):
        what = f"the assignment of {use.title} is signed by its clinic's author: that is not here"
        case.lacks("P1", what, place)
    elif named != policy.assignment:
        what = f"targets {policy.targets} do not name the assignment of {use.title} as it was used"
        case.false("P1", what, place)


def _named(targets: Metadata, target: str) -> str | None:
    """The SHA-256 that targets name a file by; None if they do not."""
    try:
        return str(targets.signed["targets"][target]["hashes"]["sha256"])
    except (KeyError, TypeError):
        return None


def _check_signed(
    found: Metadata | None, roots: Mapping[int, Metadata], policy: Policy, use: Use, case: Case
) -> None:
    root = roots.get(policy.root or 0)
    if found is None or root is None:
        missing = f"targets {policy.targets}" if found is None else f"root {policy.root}"
        what = f"{missing} of the rules, by which {use.title} was judged, is not in the bundle"
        case.lacks("P1", what, Place(file=TUF))
        return
    try:
        found.require(root, "targets")
    except EvidenceError as wrong:
        place = Place(file=f"{TUF}{policy.targets}.targets.json")
        case.false("P1", f"targets {policy.targets} of the rules do not hold: {wrong}", place)
