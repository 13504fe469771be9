"""How does one of our keys sign metadata of The Update Framework, and who signed them?

Over the canonical JSON of what is signed, under the key id by which the metadata know the key.
"""

from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import Signature, SSlibKey
from tuf.api.metadata import Metadata, Root, Signed, Snapshot, Targets, Timestamp
from tuf.api.serialization.json import CanonicalJSONSerializer

from evidence.keys import PublicKey, SigningKey

T = TypeVar("T", Root, Timestamp, Snapshot, Targets)


def canonical(signed: Signed) -> bytes:
    """The bytes that signatures are over."""
    return CanonicalJSONSerializer().serialize(signed)


def described(public: PublicKey) -> SSlibKey:
    """A public key as metadata describe it; its id is the hash of the description."""
    return SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(public.raw))


def add_signature(metadata: Metadata[T], key: SigningKey) -> str:
    """Sign with one more key; its id. Signing twice changes nothing."""
    keyid = described(key.public).keyid
    metadata.signatures[keyid] = Signature(keyid, key.sign(canonical(metadata.signed)).hex())
    return keyid
