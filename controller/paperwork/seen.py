"""What that statements depend on does one machine show: images, software, ways in, cloud folders?

A pure function of what the machine last said. What is unknown there is not seen; it fails its rule
instead. The names are closed words of the fact catalogue.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

_WAYS = {
    "rdp": "remote desktop",
    "ssh": "secure shell",
    "vnc": "VNC",
    "apple_remote": "Apple remote management",
}


class Thing(NamedTuple):
    """Something of which a statement may speak: `what` is the trigger that its coming fires."""

    what: str
    key: str
    label: str


class Told(NamedTuple):
    """As much of what a machine last said as matters here; each fact is its `value` or null."""

    machine: UUID
    host: str
    role: str
    software: Any
    backups: Any
    remote_access: Any
    imaging: Any
    shares: Any = None
    listeners: Any = None


def things(told: Told) -> set[Thing]:
    """Everything of that sort on one machine."""
    roots = [root for root in _items(_of(told.imaging, "roots")) if _is_here(root)]
    found: set[Thing] = set()
    if roots or told.role == "imaging_server":
        found.add(Thing("imaging_machine", told.machine.hex, told.host))
    found |= _named("imaging_software", told.software, "product")
    found |= _named("backup_software", _of(told.backups, "copies"), "product")
    found |= _named("remote_access", _of(told.remote_access, "tools"), "name")
    found |= {
        Thing("remote_access", way, word)
        for way, word in _WAYS.items()
        if _of(told.remote_access, way) is True
    }
    return found | {one for one in _named("cloud_sync", roots, "cloud_sync") if one.key != "none"}


def _named(what: str, items: Any, field: str) -> set[Thing]:  # noqa: ANN401 - JSON
    words = (_of(item, field) for item in _items(items))
    return {
        Thing(what, word, word.replace("_", " "))
        for word in words
        if isinstance(word, str) and word
    }


def _is_here(root: Mapping[str, Any]) -> bool:
    return root.get("owner") not in ("other_host", "unowned")


def _items(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    """The records of a list, as far as it is known: an incomplete one stands in `$items`."""
    listed = value.get("$items", []) if isinstance(value, dict) else value
    if isinstance(listed, list):
        yield from (one for one in listed if isinstance(one, dict))


def _of(value: Any, field: str) -> Any:  # noqa: ANN401
    return value.get(field) if isinstance(value, dict) else None
