"""Has a fact been read on a real system of that kind, or only as its vendor describes it?

A fact that no test has read on a real Windows or Mac, there or from a recording that was taken of
one, is said not to be confirmed there: by whoever shows it, a rule that reads it, or its export.
"""

from collections.abc import Iterable

from rules.facts.real import READ_FOR_REAL

_SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "Mac"}


def unconfirmed(system: str, facts: Iterable[str]) -> list[str]:
    """Those of the facts that nobody has read on a real system of this kind, by name."""
    return sorted({fact for fact in facts if system not in READ_FOR_REAL.get(fact, ())})


def caveat(systems: Iterable[str]) -> str:
    """`not yet confirmed on a real Windows or Mac`."""
    return f"not yet confirmed on a real {' or '.join(_SYSTEMS[one] for one in systems)}"


def by_system(facts: Iterable[str]) -> dict[str, list[str]]:
    """Of each system on which some of the facts are not confirmed, those facts."""
    named = list(facts)
    return {one: missing for one in _SYSTEMS if (missing := unconfirmed(one, named))}


def of_machine(system: str, facts: Iterable[str]) -> str | None:
    """`not yet confirmed on a real Mac: patching, users`; None if nothing is to be said.

    Nothing is said of a system that is not known.
    """
    missing = unconfirmed(system, facts) if system in _SYSTEMS else []
    return f"{caveat([system])}: {', '.join(missing)}" if missing else None
