"""How do the secrets of channels lie in the database?

AES-256-GCM (NIST SP 800-38D) under `Keys.secrets_lock`, a fresh nonce before each box, bound to
the id of the channel: a box that is moved to another channel opens for nobody.
"""

import json
from collections.abc import Mapping
from secrets import token_bytes
from uuid import UUID

from cryptography.exceptions import InvalidTag

from controller.errors import HomeProblem
from controller.identity.secrets import Keys

_NONCE_BYTES = 12


def lock(keys: Keys, channel: UUID, secrets: Mapping[str, str]) -> bytes:
    """Put secrets away."""
    nonce = token_bytes(_NONCE_BYTES)
    data = json.dumps(dict(secrets), sort_keys=True).encode()
    return nonce + keys.secrets_lock().encrypt(nonce, data, _bound(channel))


def unlock(keys: Keys, channel: UUID, box: bytes) -> dict[str, str]:
    """Take them out; HomeProblem if the row was altered, cut or is another seed's."""
    try:
        opened = keys.secrets_lock().decrypt(
            box[:_NONCE_BYTES], box[_NONCE_BYTES:], _bound(channel)
        )
    except (InvalidTag, ValueError) as error:
        raise HomeProblem(
            "the secrets of a channel cannot be opened with this controller's seed",
            help="put the seed of the recovery sheet back, or make the channel anew",
        ) from error
    held: dict[str, str] = json.loads(opened)
    return held


def _bound(channel: UUID) -> bytes:
    return b"channel\0" + channel.bytes
