"""`system_profiler -json TYPE`: what does it report?

Its keys and states are words of its own, the same in every language (system_profiler(8)).
"""

import json
from collections.abc import Mapping
from typing import Any

from agent.readers.errors import ParseError


def parse(data: bytes, section: str) -> list[Mapping[str, Any]]:
    """The items of one section; ParseError if it is not there."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ParseError("not JSON") from error
    items = found.get(section) if isinstance(found, dict) else None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise ParseError(f"no section {section}")
    return items


def only(data: bytes, section: str) -> Mapping[str, Any]:
    """The one item of a section that has no other."""
    items = parse(data, section)
    if len(items) != 1:
        raise ParseError(f"{section} holds {len(items)} items instead of one")
    return items[0]


def text(item: Mapping[str, Any], name: str) -> str:
    """A text that must be there, and not be empty."""
    found = item.get(name)
    if not isinstance(found, str) or not found:
        raise ParseError(f"{name} is no text")
    return found
