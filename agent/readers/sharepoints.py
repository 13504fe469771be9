"""`sharing -l -f json` (sharing(8)): which folders does a Mac share?

An object of records by their names; switches are 0 and 1. AFP is gone since macOS 11: a record
that shares by nothing else is not shared.
"""

import json
from dataclasses import dataclass
from typing import Any

from agent.readers.errors import ParseError


@dataclass(frozen=True, slots=True)
class SharePoint:
    """A folder that is shared by SMB; `is_sealed`: it is given out encrypted alone."""

    name: str
    path: str
    guests: bool
    is_read_only: bool
    is_sealed: bool


def parse(data: bytes) -> tuple[SharePoint, ...]:
    """The records that are shared by SMB, in the order of their names."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ParseError("not JSON") from error
    if not isinstance(said, dict):
        raise ParseError("no records of shared folders")
    records = [(name, record) for name, record in sorted(said.items())]
    return tuple(_point(name, one) for name, one in records if _is_shared(one))


def _is_shared(record: Any) -> bool:  # noqa: ANN401 - what JSON held
    if not isinstance(record, dict):
        raise ParseError("a shared folder that is no record")
    return _switch(record, "smb_shared")


def _point(name: str, record: dict[str, Any]) -> SharePoint:
    path, shown = record.get("path"), record.get("smb_name", name)
    if not isinstance(path, str) or not path.startswith("/") or not isinstance(shown, str):
        raise ParseError("a shared folder without its path")
    return SharePoint(
        name=shown,
        path=path,
        guests=_switch(record, "smb_guest_access"),
        is_read_only=_switch(record, "smb_read_only"),
        is_sealed=_switch(record, "smb_sealed"),
    )


def _switch(record: dict[str, Any], name: str) -> bool:
    found = record.get(name)
    if found not in (0, 1):
        raise ParseError(f"{name} is neither on nor off")
    return bool(found)
