"""Which accounts does a machine report? Read from what it last said of itself.

An account goes by the number that its machine gave its name, and by a hash of its id that is the
same on every machine of the clinic: no name leaves a machine.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def listed(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Its accounts as far as they are known; an incomplete list stands in `$items`."""
    fact = document.get("users")
    value = fact.get("value") if isinstance(fact, dict) else None
    items = value.get("$items", []) if isinstance(value, dict) else value
    if isinstance(items, list):
        yield from (one for one in items if isinstance(one, dict))


def is_complete(document: Mapping[str, Any]) -> bool:
    """Was the whole list told? Only then an account that is not on it is absent."""
    fact = document.get("users")
    return isinstance(fact, dict) and isinstance(fact.get("value"), list)


def said(account: Mapping[str, Any], path: str) -> str | bool | None:
    """One thing that is said of an account; `unknown` and why, where it is not known."""
    value: Any = account
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, dict):
        return f"unknown: {value.get('$unknown', 'not said')}"
    return value if isinstance(value, str | bool) or value is None else str(value)
