"""What of a fact, as it was read, leaves beside its value?

The envelope of facts.md: status, reasons, sources, confidence, cost and age. All of it is closed
but two: the place of a reason, which must be a path of the catalogue, and the call to the machine
on which the answer rests. Of a call leaves

- what was done: `run`, `read`, `list`, `stat`, `registry`;
- of a program its name, and of our own probe which one; never its arguments, which hold paths;
- of a file the longest of the system's own folders and files below in which it lies, and nothing
  of what comes after: `read:/etc/sudoers.d`, not whose file it is. What lies anywhere else, in a
  home or an imaging folder, leaves as the verb alone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, get_args

from evidence import minimum, places, shape
from evidence.errors import LeavesTooMuch
from evidence.marks import AtMost, Between, By, Misfit, Pattern
from evidence.minimum import Numbers
from evidence.strict_json import INTEGERS_TO, Json
from rules.facts import form
from rules.facts.base import Confidence, Privilege, Reading, Status, Why

Verb: TypeAlias = Literal["run", "read", "list", "stat", "registry"]

KNOWN_PLACES = (
    "/boot",
    "/etc/adduser.conf",
    "/etc/apt",
    "/etc/crypttab",
    "/etc/dconf",
    "/etc/group",
    "/etc/login.defs",
    "/etc/machine-id",
    "/etc/modprobe.d",
    "/etc/os-release",
    "/etc/pam.d",
    "/etc/passwd",
    "/etc/profile",
    "/etc/profile.d",
    "/etc/shadow",
    "/etc/ssh",
    "/etc/sudoers",
    "/etc/sudoers.d",
    "/etc/systemd",
    "/etc/usbguard",
    "/lib/modules",
    "/proc",
    "/proc/1/mountinfo",
    "/proc/mounts",
    "/proc/self/mountinfo",
    "/proc/swaps",
    "/run/reboot-required",
    "/run/systemd",
    "/run/udev",
    "/sys",
    "/sys/block",
    "/sys/bus/usb",
    "/sys/class/dmi/id",
    "/sys/dev/block",
    "/sys/fs",
    "/sys/module",
    "/usr/lib",
    "/usr/share",
    "/var/lib/apt",
    "/var/lib/dpkg",
    "/var/log/apt",
)
"""Places that every Linux has, so that naming one says nothing about whose machine it is."""

_VERBS = frozenset(get_args(Verb))
_PROGRAM = re.compile(r"[a-z][a-z0-9._+-]{0,31}")
_PROBE = re.compile(r"probe [a-z][a-z0-9_]{0,31}")
_BELOW_HIVE = re.compile(r"HKLM\\(SOFTWARE|SYSTEM)")


def _instant(value: Json) -> Json:
    try:
        form.instant(value if isinstance(value, str) else "")
    except ValueError:
        raise Misfit("not a time of a fact") from None
    return value


def _call(value: Json) -> Json:
    if not isinstance(value, str) or call(value) != value:
        raise Misfit("says more of a call than may leave")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    code: Why
    at: Annotated[str, Pattern(r"[a-z][a-z0-9_.\[\]]{0,127}")]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    call: Annotated[str, By(_call)]
    rc: Annotated[int, Between(-INTEGERS_TO)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    wall_ms: int
    cpu_ms: int
    spawned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Envelope:
    fact: Annotated[str, Pattern(r"[a-z][a-z0-9_]{0,31}")]
    schema: int
    status: Status
    value: Annotated[Json, By(lambda value: value)]
    reasons: Annotated[tuple[_Reason, ...], AtMost(10_000)]
    source: Annotated[tuple[_Source, ...], AtMost(10_000)]
    confidence: Confidence
    privilege: Privilege
    observed_at: Annotated[str, By(_instant)]
    ttl: Annotated[str, Pattern(r"(0|[1-9][0-9]{0,11})s")]
    cost: _Cost


def redact(reading: Reading, numbers: Numbers, key: bytes) -> dict[str, Json]:
    """The envelope of a reading with what of it may leave."""
    document = form.to_json(reading)
    document["value"] = minimum.redact(reading.fact, reading.value, numbers, key)
    for reason in document["reasons"]:
        reason["at"] = reason["at"] if _is_path(reading.fact, reason["at"]) else reading.fact
    for source in document["source"]:
        source["call"] = call(source["call"])
    document["source"] = _once(document["source"])
    return document


def check(name: str, document: Json) -> Mapping[str, Json]:
    """The same document; Malformed or LeavesTooMuch, unless all of it may have left."""
    envelope = shape.read(_Envelope, document, closed=True)
    if envelope.fact != name:
        raise LeavesTooMuch("a fact under the name of another")
    minimum.check(name, envelope.value)
    if not all(_is_path(name, reason.at) for reason in envelope.reasons):
        raise LeavesTooMuch(f"a reason of {name} at a path that the catalogue does not have")
    kept: Mapping[str, Json] = document
    return kept


def call(text: str) -> str:
    """What of a call leaves; what has left leaves again as it is."""
    verb, _, what = text.partition(":")
    if verb not in _VERBS:
        return "run"
    kept = _program(what) if verb == "run" else _key(what) if verb == "registry" else _place(what)
    return f"{verb}:{kept}" if kept else verb


def _program(what: str) -> str:
    if _PROBE.fullmatch(what):
        return what
    name = what.partition(" ")[0].rpartition("/")[2]
    return name if _PROGRAM.fullmatch(name) else ""


def _key(what: str) -> str:
    hive = _BELOW_HIVE.match(what)
    return hive[0] if hive else ""


def _place(what: str) -> str:
    lies_in = [place for place in KNOWN_PLACES if what == place or what.startswith(f"{place}/")]
    return max(lies_in, key=len, default="")


def _is_path(fact: str, at: str) -> bool:
    return at.partition(".")[0].partition("[")[0] == fact and bool(places.named(at))


def _once(sources: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """Calls that have become the same by what was left out stand once."""
    return list({(source["call"], source.get("rc")): source for source in sources}.values())
