"""Who may sign what, by which root, and is a root signed by enough of them?

A root of The Update Framework names the keys of four roles. People hold root and targets, offline;
the controller holds snapshot and timestamp, which say only what is newest. Root N+1 counts if
enough keys of root N *and* enough of its own have signed it (specification, section 5.3).

- A key stands under the name of its holder; a holder may have one key for roots, one for targets.
- No clock and no disk: the time is an argument, metadata go in and come out as values.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from securesystemslib.signer import SSlibKey
from tuf.api.metadata import Metadata, Role, Root
from tuf.api.serialization import DeserializationError

from agent.errors import AuthorError
from agent.packs.author.signing import canonical, described
from evidence.distribution import LIVES, MOST_BYTES, ROOT, SNAPSHOT, TARGETS, TIMESTAMP
from evidence.keys import PublicKey
from evidence.roster import PublicKeys, Roster

_NAME = "x-dentinel-name"
ONLINE = "controller"
"""The holder of the keys of snapshot and timestamp."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How many of the keys of a role must sign."""

    root: int
    targets: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """What the next root has otherwise than this one; nothing is a renewal."""

    without: tuple[str, ...] = ()
    joined: tuple[PublicKeys, ...] = ()
    online: Roster | None = None
    threshold: int | None = None


def first(holders: Iterable[PublicKeys], need: Thresholds, online: Roster, now: datetime) -> Root:
    """The root from which rules hang; AuthorError if there are too few keys for what must sign.

    Root 1 of an org; where another author lost his keys, the one after the last of his.
    """
    root = Root(version=online.used.root + 1, expires=_end(now), consistent_snapshot=True)
    root.roles[ROOT].threshold = need.root
    root.roles[TARGETS].threshold = need.targets
    for holder in holders:
        _join(root, holder)
    _go_online(root, online)
    _require_enough(root)
    return root


def following(before: Root, change: Change, now: datetime) -> Root:
    """Root N+1; AuthorError if nobody of a name is there, or too few keys would be left."""
    root: Root = copy.deepcopy(before)
    root.version, root.expires = before.version + 1, _end(now)
    for name in change.without:
        _leave(root, name)
    for holder in change.joined:
        _join(root, holder)
    if change.online is not None:
        _go_online(root, change.online)
    if change.threshold is not None:
        root.roles[ROOT].threshold = change.threshold
    _require_enough(root)
    return root


def holders(root: Root, role: str) -> dict[str, str]:
    """The names of who may sign for a role, by key id."""
    return {keyid: name_of(root, keyid) for keyid in root.roles[role].keyids}


def name_of(root: Root, keyid: str) -> str:
    """The holder of a key; its id if nobody wrote a name down."""
    key = root.keys.get(keyid)
    name = key.unrecognized_fields.get(_NAME) if key is not None else None
    return name if isinstance(name, str) else keyid[:16]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the signing of a root is: who signed, who still may, and what is missing."""

    signed: tuple[str, ...]
    unsigned: tuple[str, ...]
    missing: int

    @property
    def is_enough(self) -> bool:
        """Does the root count?"""
        return self.missing == 0


def standing(signed: Metadata[Root], before: Root | None) -> Standing:
    """Who signed this root, as root N+1 of `before`; the first root stands on its own."""
    root = signed.signed
    found = root.get_root_verification_result(before, canonical(root), signed.signatures)
    names = {
        keyid: name_of(source, keyid)
        for source in (before, root)
        if source
        for keyid in source.keys
    }
    missing = max(found.first.missing, found.second.missing)
    return Standing(
        tuple(sorted({names[keyid] for keyid in found.signed})),
        tuple(sorted({names[keyid] for keyid in found.unsigned})),
        missing,
    )


def read(data: bytes, name: str) -> Metadata[Root]:
    """The root of a file, unchecked; AuthorError names the file."""
    if len(data) > MOST_BYTES[ROOT]:
        raise AuthorError(
            f"{name} is larger than a root may be", "take the file that was handed over"
        )
    try:
        found = Metadata[Root].from_bytes(data)
    except DeserializationError:
        raise AuthorError(f"{name} is no root", "take the file that was handed over") from None
    if not isinstance(found.signed, Root):
        raise AuthorError(f"{name} holds {found.signed.type}, no root", "take a file N.root.json")
    return found


def key_of(public: PublicKey, name: str) -> SSlibKey:
    """A public key as metadata hold it, under its holder's name."""
    key = described(public)
    key.unrecognized_fields = {_NAME: name}
    return key


def _join(root: Root, holder: PublicKeys) -> None:
    for role, text in ((ROOT, holder.root), (TARGETS, holder.targets)):
        if text is None:
            continue
        key = key_of(PublicKey.from_hex(text), holder.name)
        if holder.name in holders(root, role).values() or key.keyid in root.keys:
            raise AuthorError(
                f"{holder.name} has a key for {role} already, or brings one that is in use",
                f"leave the old one out in the same step: --without {holder.name}",
            )
        root.add_key(key, role)


def _leave(root: Root, name: str) -> None:
    found = [
        (keyid, role)
        for role in (ROOT, TARGETS)
        for keyid, holder in holders(root, role).items()
        if holder == name
    ]
    if not found:
        known = sorted({*holders(root, ROOT).values(), *holders(root, TARGETS).values()})
        raise AuthorError(f"nobody called {name} holds a key", f"it is one of {', '.join(known)}")
    for keyid, role in found:
        root.revoke_key(keyid, role)


def _go_online(root: Root, online: Roster) -> None:
    for role, text in ((SNAPSHOT, online.snapshot), (TIMESTAMP, online.timestamp)):
        for keyid in [*root.roles[role].keyids]:
            root.revoke_key(keyid, role)
        root.add_key(key_of(PublicKey.from_hex(text), ONLINE), role)


def _require_enough(root: Root) -> None:
    for role in (ROOT, TARGETS):
        of: Role = root.roles[role]
        if not 0 < of.threshold <= len(of.keyids):
            raise AuthorError(
                f"{of.threshold} must sign {role}, and {len(of.keyids)} could",
                "let somebody join in the same step: --with FILE",
            )


def _end(now: datetime) -> datetime:
    return (now + LIVES[ROOT]).replace(microsecond=0)
