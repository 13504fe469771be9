"""launchd: what may it start, what has it loaded? (launchctl(1), launchd.plist(5))"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.readers import plist
from agent.readers.errors import ParseError

_OVERRIDE = re.compile(r'"(?P<label>[^"]{1,255})" => (?P<state>disabled|enabled|true|false)')
_LOADED = re.compile(
    r"(?P<pid>-|[0-9]{1,10})\t(?P<status>-?[0-9]{1,10})\t(?P<label>[^\t\n]{1,255})"
)
_HEAD, _END = "disabled services = {", "}"
_TITLES = "PID\tStatus\tLabel"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its file describes it; `at_load`: it is started without being asked for."""

    label: str
    is_disabled: bool
    at_load: bool


def job(data: bytes) -> Job:
    """A launchd.plist; KeepAlive and RunAtLoad start a job as soon as it is loaded."""
    said = plist.parse(data)
    disabled = said.get("Disabled")
    # a condition of hardware (a dictionary) is decided when launchd reads it
    return Job(
        label=plist.text(said, "Label"),
        is_disabled=not isinstance(disabled, dict) and plist.flag(said, "Disabled") is True,
        at_load=plist.flag(said, "RunAtLoad") is True or said.get("KeepAlive") is True,
    )


def overrides(data: bytes) -> Mapping[str, bool]:
    """`launchctl print-disabled system`: is a job disabled, by label; over what its file says.

    In older releases `true` stands for disabled. What follows the list is about login items.
    """
    lines = [line.strip() for line in data.decode(errors="surrogateescape").strip().split("\n")]
    if lines[0] != _HEAD or _END not in lines:
        raise ParseError("not the jobs that launchd was told to leave alone")
    found = {}
    for line in lines[1 : lines.index(_END)]:
        told = _OVERRIDE.fullmatch(line)
        if not told:
            raise ParseError("a line that is no label and its state")
        found[told["label"]] = told["state"] in ("disabled", "true")
    return found


def loaded(data: bytes) -> Mapping[str, bool]:
    """`launchctl list`: the jobs that are loaded, by label; true: there is a process of it."""
    first, *lines = data.decode(errors="surrogateescape").split("\n")
    if first != _TITLES or not lines or lines[-1]:
        raise ParseError("not the jobs that launchd has loaded")
    found = {}
    for line in lines[:-1]:
        told = _LOADED.fullmatch(line)
        if not told:
            raise ParseError("a line that is no job")
        found[told["label"]] = told["pid"] != "-"
    if not found:
        raise ParseError("launchd without a job")
    return found
