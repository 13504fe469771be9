"""What does a value of the Windows registry mean, whichever way its bytes came here?

A value is its type and its data: a number for `dword` and `qword`, a text for `sz` and
`expand_sz` (not expanded), texts for `multi_sz`, else the bytes. Bytes that are not of the form
of their type stay bytes: who asks for a number or a text then sees that it is none.

Types: winnt.h; "Registry value types" of Microsoft's Win32 documentation. A text ends at its
first NUL, as the Windows programs that read it take it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Value: TypeAlias = tuple[str, object]

_KINDS = (
    *("none", "sz", "expand_sz", "binary", "dword", "dword_big_endian", "link", "multi_sz"),
    *("resource_list", "full_resource_descriptor", "resource_requirements_list", "qword"),
)
_TEXTS = ("sz", "expand_sz")
_SIZES = {"dword": 4, "qword": 8}
_1601 = datetime(1601, 1, 1, tzinfo=UTC)
_LAST = 2_650_467_743_999_999_999
"""The last 100 ns of the year 9999."""


@dataclass(frozen=True, slots=True)
class Found:
    """A key: values by name as written ("" is the default value), names of subkeys, last write."""

    values: Mapping[str, Value] = field(default_factory=dict)
    subkeys: tuple[str, ...] = ()
    written_at: datetime | None = None


def kind(number: int) -> str:
    """The name of a type; one that Windows does not name is `type_` and its number."""
    return _KINDS[number] if 0 <= number < len(_KINDS) else f"type_{number}"


def number_of(kind: str) -> int | None:
    """The number of a type by its name, as `kind` gives it; None if it is no name."""
    return _KINDS.index(kind) if kind in _KINDS else None


def value(number: int, data: bytes) -> Value:
    """The value that these bytes are, as they lie in a hive or in the `hex` of an export."""
    name = kind(number)
    if len(data) == _SIZES.get(name):
        return name, int.from_bytes(data, "little")
    if name in _TEXTS and len(data) % 2 == 0:
        return name, text(data)
    if name == "multi_sz" and len(data) % 2 == 0:
        return name, _texts(data)
    return name, data


def text(data: bytes) -> str:
    """UTF-16 up to its first NUL; halves of characters are replaced."""
    return data.decode("utf-16-le", errors="replace").partition("\0")[0]


def _texts(data: bytes) -> tuple[str, ...]:
    """Texts that each end with a NUL, up to the first empty one."""
    parts = data.decode("utf-16-le", errors="replace").split("\0")
    return tuple(parts[: parts.index("")] if "" in parts else parts)


def instant(ticks: int) -> datetime | None:
    """A FILETIME, 100 ns since 1601; None for 0 and for what lies beyond the year 9999."""
    return _1601 + timedelta(microseconds=ticks // 10) if 0 < ticks <= _LAST else None
