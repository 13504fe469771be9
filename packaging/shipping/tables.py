"""What does the installer of Windows have to know that wixl has no words for?

The tables of the package are taken out as text, amended, and put back (msiinfo, msibuild):

- The agent itself makes its home and takes the join string, or ends both (agent.service.settle), as
  LocalSystem; the string stands in no log (MsiHiddenProperties, and the bit that hides a target).
- The release before is removed first, with its service, and put back if this one cannot be
  installed: wixl would remove it last, and the new service with it.
- A join string that is none, and a Windows that is too old, are refused before anything changes.

https://learn.microsoft.com/windows/win32/msi/database-tables
"""

import re
import struct
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from shipping.programs import Failed, run

Row = Sequence[str]

_PROGRAM_LATER = 0x12 | 0x400 | 0x800 | 0x2000
"""An installed program; in the script, as LocalSystem, with a target that no log shows (type 18,
msidbCustomActionTypeInScript, NoImpersonate, HideTarget)."""
_GONE = 'PURGE AND REMOVE="ALL" AND NOT UPGRADINGPRODUCTCODE'

AMENDED: Mapping[str, Sequence[Row]] = {
    "CustomAction": (
        ("Settle", str(_PROGRAM_LATER), "Program", 'agent settle --join "[JOIN]"', ""),
        ("Purge", str(_PROGRAM_LATER), "Program", "agent settle --purge", ""),
    ),
    "InstallExecuteSequence": (
        ("RemoveExistingProducts", "", "1501"),
        ("Purge", _GONE, "2100"),
        ("Settle", 'NOT (REMOVE="ALL")', "5801"),
    ),
    "LaunchCondition": (
        (
            "Installed OR VersionNT64 >= 603",
            "dentinel needs Windows 10 or Windows Server 2016, or newer, on 64 bits.",
        ),
        (
            'NOT JOIN OR JOIN << "dentinel1."',
            (
                "JOIN holds no join string: one begins with dentinel1. and stands on one line."
                " Copy it again: dentinel-controller token make prints it."
            ),
        ),
    ),
    "Property": (
        ("SecureCustomProperties", "JOIN;PURGE;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED"),
    ),
}
"""Rows by table; the first field is the key."""

_NEW = {
    "CustomAction": (
        "Action\tType\tSource\tTarget\tExtendedType\r\n"
        "s72\ti2\tS72\tS255\tI4\r\nCustomAction\tAction\r\n"
    ),
    "LaunchCondition": "Condition\tDescription\r\ns255\tl255\r\nLaunchCondition\tCondition\r\n",
}
"""The heads of tables that a package may lack: names, types, table and key."""


def amend(package: Path, work: Path) -> None:
    """Write the rows into the package."""
    there = run(["msiinfo", "tables", package]).split()
    for table, rows in AMENDED.items():
        text = run(["msiinfo", "export", package, table]) if table in there else _NEW[table]
        source = work / f"{table}.idt"
        source.write_bytes(amended(text, rows).encode("ascii"))
        run(["msibuild", package, "-i", source])


def amended(table: str, rows: Sequence[Row]) -> str:
    """A table as text, with these rows in the place of those of the same key, or after all."""
    lines = table.replace("\r\n", "\n").rstrip("\n").split("\n")
    ours = {row[0]: "\t".join(row) for row in rows}
    kept = [line for line in lines[3:] if line.split("\t")[0] not in ours]
    return "".join(f"{line}\r\n" for line in (*lines[:3], *kept, *ours.values()))


def settle(package: Path, title: str, code: str, moment: int) -> None:
    """Its summary: its own code, from what is packed, and the release's time; Failed if amiss."""
    run(["msibuild", package, "-s", title, "the makers of dentinel", "x64;1033", f"{{{code}}}"])
    data = bytearray(package.read_bytes())
    start = data.find(_SUMMARY)
    found = [one for one in _TIME.finditer(data, start, start + _REACH) if _is_now(one[1])]
    if start < 0 or len(found) != 2:
        raise Failed(f"{package} has another summary than msibuild wrote until now: look at it")
    for one in found:
        data[one.start(1) : one.end(1)] = _TICKS.pack((moment + _SINCE_1601) * _TICKS_A_SECOND)
    package.write_bytes(data)


_SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
"""FMTID_SummaryInformation, with which the stream begins in which two times of now stand."""
_REACH = 2048
_TIME = re.compile(rb"\x40\x00\x00\x00(.{8})", re.DOTALL)
"""VT_FILETIME and its value."""
_TICKS = struct.Struct("<Q")
_TICKS_A_SECOND, _SINCE_1601 = 10_000_000, 11_644_473_600
_DAY_S = 86_400


def _is_now(value: bytes) -> bool:
    """Was it written today?"""
    (ticks,) = _TICKS.unpack(value)
    return bool(abs(ticks / _TICKS_A_SECOND - _SINCE_1601 - time.time()) < _DAY_S)
