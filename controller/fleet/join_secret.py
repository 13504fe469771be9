"""What is kept of the secret of a join token? Its hash, and nothing that it could be made of."""

import hashlib


def hash_of(secret: str) -> str:
    """SHA-256, in hex, of the secret as it stands in the join string.

    No slow hash: it is 160 random bits, which nobody guesses.
    """
    return hashlib.sha256(secret.encode("ascii")).hexdigest()
