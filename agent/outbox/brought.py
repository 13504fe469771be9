"""Which report brings a key, and what became of it?"""

import json

from agent.outbox.store import Outbox, Sealed


def by(outbox: Outbox, keyid: str) -> Sealed | None:
    """The newest `key_rotate` that is kept for this key; None if none was sealed here."""
    for sealed in outbox.all_of("key_rotate"):
        if json.loads(sealed.envelope.payload)["body"]["keyid"] == keyid:
            return sealed
    return None
