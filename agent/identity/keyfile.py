"""Where does a private key lie, and who may read it?

One small JSON file a key, written whole or not at all: the report key for root alone, the courier
key also for the courier's group. The purpose stands in the file, so that one key can never be
used in the other's place.

- A key that cannot be read is `IdentityLost`: the agent judges on and says so. It never ends by
  it, and never makes a new key in silence.
"""

from pathlib import Path
from typing import Literal, TypeAlias

from agent import paths
from agent.errors import IdentityLost
from agent.identity.wrapping import AGAIN, unwrapped, wrapped
from evidence import strict_json
from evidence.errors import EvidenceError
from evidence.keys import SCHEME, SigningKey

Purpose: TypeAlias = Literal["report", "courier"]

__all__ = ["AGAIN", "Purpose", "destroy", "next_of", "old_of", "read", "read_if_there", "write"]


def next_of(path: Path) -> Path:
    """Where the key lies that is to take this one's place."""
    return path.with_name(f"{path.name}.next")


def old_of(path: Path) -> Path:
    """Where the key lies that this one took the place of."""
    return path.with_name(f"{path.name}.old")


def destroy(path: Path) -> None:
    """Remove a key with the one that came before it and the one that was to come after it."""
    for name in (next_of(path), old_of(path), path):
        name.unlink(missing_ok=True)


def read_if_there(path: Path, purpose: Purpose) -> SigningKey | None:
    """The key of this purpose, if there is one here and it can be read."""
    try:
        return read(path, purpose)
    except IdentityLost:
        return None


def write(path: Path, key: SigningKey, purpose: Purpose) -> None:
    """Store a key with its mode: 0600, the courier's 0640 for the courier's group."""
    document = {"v": 1, "purpose": purpose, "scheme": SCHEME, **wrapped(key.seed)}
    shared = purpose == "courier"
    mode = 0o640 if shared else 0o600
    paths.write(path, strict_json.write(document), mode=mode, shared=shared)


def read(path: Path, purpose: Purpose) -> SigningKey:
    """The key of this purpose; IdentityLost if it is not there, not ours to read, or no key."""
    try:
        document = strict_json.read(path.read_bytes())
        if document["purpose"] != purpose or document["scheme"] != SCHEME:
            raise IdentityLost(f"{path} holds no {purpose} key", AGAIN)
        return SigningKey.from_seed(unwrapped(document))
    except PermissionError as error:
        raise IdentityLost(f"the {purpose} key {path} may not be read", "run as root") from error
    except OSError as error:
        raise IdentityLost(
            f"the {purpose} key {path} is not there: {error.strerror}", AGAIN
        ) from error
    except (EvidenceError, KeyError, TypeError, ValueError) as error:
        raise IdentityLost(f"the {purpose} key {path} is damaged", AGAIN) from error
