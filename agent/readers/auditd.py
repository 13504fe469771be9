"""What does Linux's audit system record, and how far back? (auditctl(8), auditd.conf(5))"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.readers import text
from agent.readers.errors import ParseError

_STAMP = re.compile(rb"[^\n]{0,128}?\bmsg=audit\(([0-9]{1,11})\.[0-9]{3}:[0-9]+\)")
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Rules:
    """The places that are watched when they are written, and the calls that are recorded."""

    watched: frozenset[str]
    calls: frozenset[str]
    watches_reading: bool


def rules(data: bytes) -> Rules:
    """What `auditctl -l` lists; ParseError if a line is of no known form."""
    watched: set[str] = set()
    calls: set[str] = set()
    reads = False
    for line in text.lines(data):
        if line == "No rules":
            continue
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise ParseError("a rule of audit whose quotes do not close") from error
        if not words or words[0] not in ("-w", "-a", "-A"):
            raise ParseError("a rule of audit of no known form")
        pairs = list(_pairs(words))
        excludes = any(flag in ("-a", "-A") and "never" in value for flag, value in pairs)
        if excludes:
            continue
        rights = "".join(_fields(pairs, "perm"))
        places = [value for flag, value in pairs if flag == "-w"]
        places += [*_fields(pairs, "path"), *_fields(pairs, "dir")]
        rights += "".join(value for flag, value in pairs if flag == "-p")
        watched.update(place.rstrip("/") for place in places if "w" in rights or not rights)
        reads = reads or (bool(places) and "r" in rights)
        calls.update(call for flag, value in pairs if flag == "-S" for call in value.split(","))
    return Rules(frozenset(watched), frozenset(calls), reads)


def _pairs(words: list[str]) -> Iterator[tuple[str, str]]:
    if len(words) % 2:
        raise ParseError("a rule of audit with a word too many")
    yield from zip(words[::2], words[1::2], strict=True)


def _fields(pairs: list[tuple[str, str]], name: str) -> list[str]:
    values = (value.partition("=") for flag, value in pairs if flag == "-F")
    return [value for key, _, value in values if key == name]


@dataclass(frozen=True, slots=True)
class Log:
    """Where the log lies, and the most that it and its older parts may hold, in bytes."""

    path: str
    parts: int
    size: int


def log(data: bytes) -> Log:
    """What auditd.conf says; values that it leaves out are those of auditd.conf(5)."""
    said = {}
    for line in text.lines(data):
        name, _, value = line.partition("=")
        said[name.strip().lower()] = value.strip()
    try:
        parts, megabytes = int(said.get("num_logs", "5")), int(said.get("max_log_file", "8"))
    except ValueError as error:
        raise ParseError("a number of auditd.conf that is none") from error
    if not (0 <= parts <= 999 and 0 <= megabytes <= 1 << 20):
        raise ParseError("auditd.conf asks for more than there can be")
    path = said.get("log_file", "/var/log/audit/audit.log")
    return Log(path, max(parts, 1), max(parts, 1) * megabytes * _MEGABYTE)


def first_record(data: bytes) -> datetime | None:
    """When the first record of a log was made; None in an empty log."""
    if not data:
        return None
    found = _STAMP.match(data)
    if not found:
        raise ParseError("a log of audit without a stamp")
    return datetime.fromtimestamp(int(found[1]), UTC)


def is_active(data: bytes) -> bool:
    """Is a plugin of audit's dispatcher switched on?"""
    pairs = (line.partition("=") for line in text.lines(data))
    return any(name.strip() == "active" and value.strip() == "yes" for name, _, value in pairs)
