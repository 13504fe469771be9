"""Whose rules are these: do they hang on the root that the reader was told of?

The part of P1 that no bundle can answer by itself. Whoever holds the controller could put another
repository in the place of the author's, with a first root of his own, and every signature in it
would hold. So the reader's policy says for an organisation from which root its rules must hang,
as it says which key is its log's.

- A policy that names no root of this organisation leaves P1 incomplete, with the fingerprint.
- One that names another makes it false: the reader was told so by a way of his own.
- An author who lost the keys of the root begins anew, and says so to the reader: the policy then
  names both. Asked for is each root on which the rules of a report hang, and no other.
"""

from collections.abc import Iterable

from evidence.bodies import Policy
from evidence.bundle import Manifest
from evidence.trust_policy import TrustPolicy
from evidence.verify.case import Case, Place
from evidence.verify.rules import Roots, root_file


def check(
    roots: Roots,
    manifest: Manifest | None,
    policy: TrustPolicy | None,
    uses: Iterable[Policy],
    case: Case,
) -> tuple[str, ...]:
    """P1 of the first roots; the SHA-256 of each on which rules hang that a report names."""
    named = policy.first_roots(manifest.org) if policy and manifest else frozenset[str]()
    begun = {roots.first_of(use.root or 0) for use in uses if use.targets is not None}
    found = {version: sha for version, sha in roots.first.items() if version in begun}
    for version, sha in found.items():
        place = Place(file=root_file(version), found=sha)
        if not named:
            case.lacks("P1", _unnamed(policy), place)
        elif sha not in named:
            expected = " or ".join(sorted(named))
            place = Place(file=root_file(version), expected=expected, found=sha)
            case.false("P1", _another(version), place)
    return tuple(found.values())


def _another(version: int) -> str:
    what = "the rules hang on another first root than the one that the policy names"
    return what if version == 1 else f"{what}: they were begun anew with root {version}"


def _unnamed(policy: TrustPolicy | None) -> str:
    says = "no policy was given"
    if policy is not None:
        says = "the policy names no first root of this organisation's rules"
    return f"the rules are signed, but nobody has said whose root that is: {says}"
