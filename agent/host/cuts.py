"""What of an answer has no business in a recording at all?

- Of shadow, the hashes: whether there is one, and whether it is switched off, stays.
- Of a key of the registry, every value at which no collector has looked.
- Of authorized_keys, everything but whether there is a key: their remarks say whose they are.
- Of lastlog, everything but when: the terminals, and from where somebody came.
- Of dconf, all settings but those of the screen's lock.
- Of a disk, everything but the mark that says what lies on it, and a LUKS header without the
  place where keys lie.
"""

import re

from agent.host.base import Key
from agent.host.kept import registry
from agent.host.recording import Answer, Call
from agent.readers import gvdb, luks, superblock
from agent.readers.errors import ParseError

_LAST = 4 + 32 + 256
_SCREEN = re.compile(r"/org/gnome/desktop/(session|screensaver|lockdown)/")


def cut(call: Call, answer: Answer) -> Answer:
    """The answer without what must not be kept; what is not understood is dropped."""
    if isinstance(answer, Key):
        return registry.seen(answer)
    if call.op != "read" or not isinstance(answer, bytes):
        return answer
    if call.subject == "/etc/shadow":
        return _shadow(answer)
    if "/.ssh/" in call.subject:
        return b"key\n" if answer.strip() else b""
    if call.subject == "/var/log/lastlog":
        return _lastlog(answer)
    if "/dconf/" in call.subject and not call.subject.startswith("/etc/dconf/profile"):
        return _dconf(answer)
    return _disk(answer) if call.subject.startswith("/dev/") else answer


def _shadow(data: bytes) -> bytes:
    """Hashes go; `!` and `*` before them, and an empty field, stay."""
    return re.sub(rb"(?m)^([^:\n]*:[!*]*+)[^:\n]+", rb"\1x", data)


def _lastlog(data: bytes) -> bytes:
    """Records of 292 bytes: the time in four, then a line and a host (lastlog(8), utmp(5))."""
    records = (data[at : at + _LAST] for at in range(0, len(data), _LAST))
    return b"".join(one[:4] + bytes(len(one[4:])) for one in records)


def _dconf(data: bytes) -> bytes:
    try:
        table = gvdb.parse(data)
    except ParseError:
        return b""
    locks = table.tables[".locks"].values if ".locks" in table.tables else {}
    values = {key: value for key, value in table.values.items() if _SCREEN.match(key)}
    return gvdb.write(values, tuple(key for key in locks if _SCREEN.match(key)))


def _disk(data: bytes) -> bytes:
    if data.startswith(luks.MAGIC):
        return data[: luks.header_size(data) or 0] if len(data) >= luks.FIRST else data
    return superblock.skeleton(data)
