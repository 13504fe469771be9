"""How do targets come to be signed: which version, until when, by a key that may?

- The version is one above the last; a version or a serial never goes down.
- Only SHA-256: the client takes the first hash there is for the name of a file.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, TargetFile, Targets

from agent.errors import AuthorError
from agent.packs.author import roots
from agent.packs.author.signing import add_signature, canonical, described
from evidence.distribution import LIVES, MOST_BYTES, TARGETS
from evidence.keys import PublicKey, SigningKey


def following(
    before: Metadata[Targets] | None, contents: Mapping[str, bytes], now: datetime, used: int = 0
) -> Metadata[Targets]:
    """Unsigned targets, one version on. What a clinic's own author may sign stays delegated.

    `used` is the number from which the first go on, if other authors signed some before.
    """
    version = (before.signed.version if before else used) + 1
    made = Targets(
        version=version,
        expires=(now + LIVES[TARGETS]).replace(microsecond=0),
        targets={name: _file(name, data) for name, data in sorted(contents.items())},
        delegations=before.signed.delegations if before else None,
    )
    return Metadata(made)


def require_holder(root: Root, public: PublicKey) -> str:
    """The name of a key's holder; AuthorError if the root does not let it sign targets."""
    allowed = roots.holders(root, TARGETS)
    keyid = described(public).keyid
    if keyid not in allowed:
        raise AuthorError(
            f"the key {public.keyid[:8]} may not sign targets by root {root.version}",
            f"it is one of {', '.join(sorted(allowed.values()))} who may",
        )
    return allowed[keyid]


def sign(unsigned: Metadata[Targets], root: Root, key: SigningKey) -> Metadata[Targets]:
    """Sign with an author's key; AuthorError if that is not enough by the root, or too large."""
    require_holder(root, key.public)
    add_signature(unsigned, key)
    require_enough(unsigned, root)
    if len(unsigned.to_bytes()) > MOST_BYTES[TARGETS]:
        raise AuthorError(
            f"the targets are larger than {MOST_BYTES[TARGETS]:,} bytes",
            "assign fewer packs: those that no clinic has are left out by themselves",
        )
    return unsigned


def require_enough(signed: Metadata[Targets], root: Root) -> None:
    """AuthorError unless enough authors of this root have signed."""
    try:
        root.verify_delegate(TARGETS, canonical(signed.signed), signed.signatures)
    except UnsignedMetadataError:
        raise AuthorError(
            f"targets {signed.signed.version} are not signed as root {root.version} asks",
            "sign them again with a key that it names: dentinel pack sign",
        ) from None


def _file(name: str, data: bytes) -> TargetFile:
    return TargetFile(len(data), {"sha256": hashlib.sha256(data).hexdigest()}, name)
