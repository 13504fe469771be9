"""With which keys does the controller say what is newest, and which of them does a root name?

Two keys an org, for snapshot and timestamp, derived from the seed like all others. They say only
what is newest: nobody can change a rule by them. Which generation counts stands in the root that
the practice has signed, so there is no state here that could be wrong.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from securesystemslib.signer import Signature, SSlibKey
from tuf.api.metadata import Metadata, Root, Snapshot, Timestamp
from tuf.api.serialization.json import CanonicalJSONSerializer

from controller.errors import Refusal
from controller.identity.secrets import Keys
from evidence.distribution import SNAPSHOT, TIMESTAMP
from evidence.keys import SigningKey

GENERATIONS = 64
"""How many pairs of keys are looked for in a root: one more for each time they were replaced."""


@dataclass(frozen=True, slots=True)
class Online:
    """One generation of the two keys of an org."""

    snapshot: SigningKey
    timestamp: SigningKey
    generation: int

    @classmethod
    def of(cls, keys: Keys, org: UUID, generation: int) -> "Online":
        """Derive them."""
        snapshot, timestamp = (
            SigningKey.from_seed(keys.derive(f"tuf-{role}", str(org), generation))
            for role in (SNAPSHOT, TIMESTAMP)
        )
        return cls(snapshot, timestamp, generation)

    def is_named_by(self, root: Root) -> bool:
        """Does this root trust both?"""
        return all(
            key.public.hex in _publics(root, role)
            for role, key in ((SNAPSHOT, self.snapshot), (TIMESTAMP, self.timestamp))
        )

    def sign(self, root: Root, made: Snapshot | Timestamp) -> bytes:
        """The metadata, signed by the key of their role under the id that the root gives it."""
        role, key = (
            (SNAPSHOT, self.snapshot) if isinstance(made, Snapshot) else (TIMESTAMP, self.timestamp)
        )
        keyid = _publics(root, role)[key.public.hex]
        signature = Signature(keyid, key.sign(CanonicalJSONSerializer().serialize(made)).hex())
        return Metadata[Any](made, {keyid: signature}).to_bytes()


def named_by(root: Root, keys: Keys, org: UUID) -> Online:
    """The generation that a root names; Refusal if it names keys that are not ours."""
    for generation in range(1, GENERATIONS + 1):
        found = Online.of(keys, org, generation)
        if found.is_named_by(root):
            return found
    raise Refusal(
        f"root {root.version} names other keys for what is newest than this controller has",
        help="write them anew with `dentinel-controller packs online-keys`, and let the author "
        "sign a root with them: `dentinel pack sign --role root --online online-keys.json`",
    )


def _publics(root: Root, role: str) -> dict[str, str]:
    """The keys of a role: their ids by their public bytes."""
    found = {}
    for keyid in root.roles[role].keyids:
        key = root.keys[keyid]
        if isinstance(key, SSlibKey) and key.scheme == "ed25519":
            found[key.keyval["public"]] = keyid
    return found
