"""Does the last answer of a dear program still hold?

It does while nothing has changed that it rests on: the files named, and those in the folders
named, each by its time of change, its size and its inode. All else of the fact is read anew.

- For a day at most, by a clock that nobody can set; never over a restart.
- A fingerprint that cannot be taken confirms nothing, nor does a file that was changed in the last
  seconds: one more change in the same instant would not be seen.
- Only a patrol keeps answers (`About.kept`). Who asks by hand is answered afresh.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.facts.base import About
from agent.host.base import Absent, Host, HostError, list_if_there, output
from agent.host.clocks import Clocks
from agent.host.programs import Program
from rules.facts.base import Why
from rules.facts.form import instant, timestamp

LONGEST = timedelta(hours=24)
_SETTLED = timedelta(seconds=2)
_FACT = "kept"
"""Under which the memory has the answers, each by its program."""


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What an answer is made of; `words` are settings that it depends on besides."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    words: str = ""


def kept_output(host: Host, about: About, rests_on: RestsOn, program: Program, *args: str) -> bytes:
    """As `output`, or what the program wrote last if all that it rests on is unchanged."""
    clocks = about.kept
    if clocks is None:
        return output(host, program, *args)
    fingerprint = _fingerprint(host, rests_on, clocks.at, args)
    known = _recall(about.memory.noted(_FACT, program), fingerprint, clocks)
    if known is not None:
        return known
    said = output(host, program, *args)
    if fingerprint is not None:
        about.memory.note(_FACT, program, _written(said, fingerprint, clocks), about.now)
    return said


def _fingerprint(host: Host, rests_on: RestsOn, now: datetime, args: tuple[str, ...]) -> str | None:
    """Taken before the program is run, so that a change meanwhile is one; None if it cannot be."""
    try:
        seen = [_seen(host, path, now) for path in _paths(host, rests_on)]
    except HostError:
        return None
    return hashlib.sha256(json.dumps([args, rests_on.words, seen]).encode()).hexdigest()


def _paths(host: Host, rests_on: RestsOn) -> Iterator[str]:
    yield from rests_on.files
    for folder in rests_on.folders:
        yield folder
        yield from (f"{folder}/{entry.name}" for entry in list_if_there(host, folder))


def _seen(host: Host, path: str, now: datetime) -> list[str | int | None]:
    """One file as it stands; HostError if that proves nothing of what is read through its name."""
    try:
        found = host.stat(path)
    except Absent:
        return [path, None]
    if found.kind == "link" or found.modified_at > now - _SETTLED:
        raise HostError(Why.CONFLICT, f"{path} is a link, or has just been changed")
    return [path, found.modified_at.isoformat(), found.size, found.inode]


def _written(said: bytes, fingerprint: str, clocks: Clocks) -> str:
    return json.dumps(
        {
            "rests_on": fingerprint,
            "at": timestamp(clocks.at),
            "boot": clocks.boot,
            "uptime": clocks.uptime,
            "said": base64.b85encode(zlib.compress(said)).decode("ascii"),
        }
    )


def _recall(text: str | None, fingerprint: str | None, now: Clocks) -> bytes | None:
    """What was said, if it still holds; None also where nothing sound was kept."""
    if text is None or fingerprint is None:
        return None
    try:
        kept = json.loads(text)
        then = Clocks(instant(kept["at"]), str(kept["boot"]), float(kept["uptime"]))
        said = zlib.decompress(base64.b85decode(kept["said"]))
    except (ValueError, KeyError, TypeError, zlib.error):
        return None
    age = now.age(then)
    holds = kept["rests_on"] == fingerprint and age is not None and age < LONGEST
    return said if holds else None
