"""Whose rules are these: do they hang on the root that the reader was told of?

The part of P1 that no bundle can answer by itself. Whoever holds the controller could put another
repository in the place of the author's, with a first root of his own, and every signature in it
would hold. So the reader's policy says for an organisation from which root its rules must hang,
as it says which key is its log's.

- A policy that names no root of this organisation leaves P1 incomplete, with the fingerprint.
- One that names another makes it false: the reader was told so by a way of his own.
"""

import hashlib
from collections.abc import Iterable

from evidence.bodies import Policy
from evidence.bundle import TUF, Manifest
from evidence.errors import EvidenceError
from evidence.trust_policy import TrustPolicy
from evidence.verify.case import Case, Place
from evidence.verify.opened import Opened

FIRST = f"{TUF}1.root.json"


def check(
    opened: Opened,
    manifest: Manifest | None,
    policy: TrustPolicy | None,
    uses: Iterable[Policy],
    case: Case,
) -> str | None:
    """P1 of the first root; its SHA-256, if a report names signed rules and the root is here."""
    if all(use.targets is None for use in uses):
        return None
    try:
        found = hashlib.sha256(opened.whole(FIRST)).hexdigest()
    except EvidenceError:  # missing, or too large for a root: the chain of roots says so
        return None
    named = policy.first_roots(manifest.org) if policy and manifest else frozenset[str]()
    if not named:
        case.lacks("P1", _unnamed(policy), Place(file=FIRST, found=found))
    elif found not in named:
        what = "the rules hang on another first root than the one that the policy names"
        expected = " or ".join(sorted(named))
        case.false("P1", what, Place(file=FIRST, expected=expected, found=found))
    return found


def _unnamed(policy: TrustPolicy | None) -> str:
    says = "no policy was given"
    if policy is not None:
        says = "the policy names no first root of this organisation's rules"
    return f"the rules are signed, but nobody has said whose root that is: {says}"
