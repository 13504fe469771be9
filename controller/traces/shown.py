"""Which accounts are enabled and which patches lacking, by one report of facts? Pure.

What is not known is not gone: an account of which it is not known whether it is enabled counts as
enabled, and a list that is not whole ends nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("account", "patch")
_FACTS = {"account": "users", "patch": "patching"}


@dataclass(frozen=True, slots=True)
class Thing:
    """An account or a patch as a report names it."""

    key: str
    label: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one report shows of a kind; whether that is the whole list."""

    things: Mapping[str, Thing]
    is_whole: bool


def shown(kind: str, facts: Mapping[str, Any]) -> Shown | None:
    """What a report shows of a kind; None if it does not speak of it."""
    fact = facts.get(_FACTS[kind])
    if not isinstance(fact, dict):
        return None
    value = fact.get("value")
    if kind == "patch":
        value = value.get("pending") if isinstance(value, dict) else None
    items = value.get("$items", []) if isinstance(value, dict) else value
    found = _accounts(items) if kind == "account" else _patches(items)
    return Shown({one.key: one for one in found}, isinstance(value, list))


def _accounts(items: Any) -> Iterator[Thing]:  # noqa: ANN401 - JSON
    for one in _records(items):
        if one.get("enabled") is not False and isinstance(one.get("id"), str):
            more = {name: one.get(name) for name in ("kind", "admin", "last_seen")}
            yield Thing(one["id"], str(one.get("name") or ""), more)


def _patches(items: Any) -> Iterator[Thing]:  # noqa: ANN401 - JSON
    for one in _records(items):
        if one.get("security") is not False and isinstance(one.get("id"), str):
            more = {name: one.get(name) for name in ("severity", "released", "waiting_since")}
            yield Thing(one["id"][:200], str(one.get("title") or one["id"])[:200], more)


def _records(items: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(items, list):
        yield from (one for one in items if isinstance(one, dict))
