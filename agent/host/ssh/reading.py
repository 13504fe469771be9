"""What does a section say, in the words of the host port?

A section that says something else than its form allows gives `parse_error`, for its question
alone. What is no reason of the catalogue is none here either.
"""

import re
import stat as modes
from datetime import UTC, datetime

from agent.host.base import Absent, Entry, HostError, HostFault, Kind, Ran, Stat
from agent.host.ssh.sections import Section
from rules.facts.base import Why

_KINDS: dict[str, Kind] = {"l": "link", "d": "folder", "f": "file", "o": "other"}
_STAT = rb"([0-9a-f]{1,8}) ([0-9]{1,10}) ([0-9]{1,10}) ([0-9]{1,19}) (-?[0-9.]{1,31}) ([0-9]{1,20})"
_LOOK = re.compile(_STAT + rb"\n(?:(.*)\n)?\.", re.DOTALL)
_PLAIN = rb"'([^'\\\n]*)'"
_LOOKS = re.compile(_STAT + rb" " + _PLAIN + rb"(?: -> " + _PLAIN + rb")?")
_ENDED = re.compile(rb"\n([0-9]{1,3})\.\Z")
_KILLED = frozenset({124, 137, 143})
"""What timeout(1) and a shell return for a program that was killed at its deadline."""
_CUT_RC = -9


def fault(section: Section) -> HostFault | None:
    """Why there is no value; None if the section has one."""
    if section.body is None:
        return HostError(Why.PARSE_ERROR, f"{section.path}: its section is broken")
    if section.status == "ok":
        return None
    if section.status == "absent":
        return Absent(section.path)
    if section.status in {str(why) for why in Why}:
        return HostError(Why(section.status), section.path)
    return HostError(Why.PARSE_ERROR, f"{section.path}: {section.status} is no status")


def data(section: Section) -> bytes | HostFault:
    """The bytes of a file; without the closing full stop, reading it failed half-way."""
    body = section.body or b""
    if found := fault(section):
        return found
    return body[:-1] if body.endswith(b".") else HostError(Why.API_ERROR, section.path)


def entries(section: Section) -> tuple[Entry, ...] | HostFault:
    """The names in a folder, sorted."""
    if found := fault(section):
        return found
    names = (section.body or b"").split(b"\0")
    if names.pop() != b".":
        return HostError(Why.PARSE_ERROR, section.path)
    texts = [name.decode(errors="surrogateescape") for name in names]
    if not all(text[:1] in _KINDS and text[1:] and "/" not in text for text in texts):
        return HostError(Why.PARSE_ERROR, section.path)
    return tuple(sorted((Entry(text[1:], _KINDS[text[0]]) for text in texts), key=_name))


def _name(entry: Entry) -> str:
    return entry.name


def look(section: Section) -> Stat | HostFault:
    """What the file system says of one name."""
    if found := fault(section):
        return found
    match = _LOOK.fullmatch(section.body or b"")
    if match is None:
        return HostError(Why.PARSE_ERROR, section.path)
    return _stat(match.groups()) or HostError(Why.PARSE_ERROR, section.path)


def looks(section: Section) -> tuple[dict[str, Stat | None], bool]:
    """What is told of the names in a folder, by path, and whether these are all of them.

    None stands for a link whose target was not told: it is there, and closed to us.
    """
    *lines, last = (section.body or b"").split(b"\n")
    found: dict[str, Stat | None] = {}
    for line in lines:
        match = _LOOKS.fullmatch(line)
        path = match[7].decode(errors="surrogateescape") if match else ""
        if match and path.rpartition("/")[0] == section.path:
            found[path] = _stat((*match.groups()[:6], match[8]))
    return found, section.status == "ok" and last == b"%d." % len(found)


def _stat(fields: tuple[bytes | None, ...]) -> Stat | None:
    """A record of what stat(1) printed; None if it cannot be."""
    mode, owner, group, size, at, inode = ((field or b"").decode() for field in fields[:6])
    number = int(mode, 16)
    kind = _kind(number)
    link = fields[6]
    if (kind == "link") != (link is not None):
        return None
    try:
        modified_at = datetime.fromtimestamp(float(at), UTC)  # rounded as files.look rounds
    except (ValueError, OverflowError, OSError):
        return None
    return Stat(
        kind=kind,
        mode=modes.S_IMODE(number),
        owner=int(owner),
        group=int(group),
        size=int(size),
        modified_at=modified_at,
        inode=int(inode),
        link=None if link is None else link.decode(errors="surrogateescape"),
    )


def _kind(mode: int) -> Kind:
    if modes.S_ISLNK(mode):
        return "link"
    if modes.S_ISDIR(mode):
        return "folder"
    if modes.S_ISBLK(mode):
        return "block"
    return "file" if modes.S_ISREG(mode) else "other"


def ran(section: Section, limit: int) -> Ran | HostFault:
    """What a program left behind: cut if it wrote more than its limit in bytes."""
    if found := fault(section):
        return found
    body = section.body or b""
    ended = _ENDED.search(body[-8:])
    out = body[: -len(ended[0])] if ended else body
    if len(out) > limit or not ended:
        if len(out) <= limit:
            return HostError(Why.PARSE_ERROR, f"{section.path}: its end is missing")
        return Ran(_CUT_RC, out[:limit], cut=True)
    rc = int(ended[1])
    if rc in _KILLED:
        return HostError(Why.TIMEOUT, f"{section.path} took longer than its deadline")
    return Ran(rc, out)
