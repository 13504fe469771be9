"""What may stand in a recording that somebody else will read?

Names of people and of the machine, serial numbers, addresses, and names below homes and imaging
folders are replaced, each by the same stand-in wherever it stands, so that the recording still
answers as the machine did. What is secret, or nobody's business, is cut.

- Names are learnt from the calls themselves; one that stands in none of the places where names
  belong cannot be known here. Whoever records is told to read the file.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from agent.host.base import Entry, Ran, Stat
from agent.host.cuts import cut
from agent.host.paths import holds
from agent.host.programs import Program
from agent.host.recording import Answer, Call

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_MAC = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:])")
_IPV4 = re.compile(rf"(?<![0-9.]){_OCTET}(?:\.{_OCTET}){{3}}(?![0-9.])")
_IPV6 = re.compile(r"(?<![\w:])[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){3,7}(?![\w:])", re.IGNORECASE)
_ADDRESSES = ((_MAC, "02:00:00:00:00:{:02x}"), (_IPV4, "192.0.2.{}"), (_IPV6, "2001:db8::{}"))
_SECRET = re.compile(r"(?<=://)[^/@\s]+@")
_BELOW = re.compile(
    r"(/home/[^/\s\"]+|/root|(?:/run)?/media|/imaging-[0-9]+"
    r"|(?<![^\s\"])(?:/mnt|/srv|/data|/backups?|/var/backups))((?:/[^/\s\"]+)+)"
)
_KNOWN_BELOW = frozenset(
    {
        *(".bash_login", ".bash_profile", ".bashrc", ".profile", ".zshenv", ".zshrc"),
        *(".config", "dconf", "user", "kscreenlockerrc", "Access-Your-Private-Data.desktop"),
    }
)
"""Names that collectors ask for, the same on every machine."""

_SERIALS = ("serial", "_uuid", "machine-id", "wwid", "asset_tag")
_PEOPLE = range(1000, 60001)


@dataclass(slots=True)
class _Names:
    """Stand-ins by what they stand for; a form says how those of one kind are written."""

    known: dict[str, str] = field(default_factory=dict)

    def learn(self, noun: str, value: str) -> None:
        """Know a word from now on; a single letter would be everywhere."""
        if len(value) > 1:
            self.stand_in(f"{noun}-{{}}", value)

    def stand_in(self, form: str, value: str) -> str:
        """What stands for a value, the same each time."""
        if value not in self.known:
            taken = set(self.known.values())
            numbers = range(1, len(taken) + 2)
            self.known[value] = next(
                name for number in numbers if (name := form.format(number)) not in taken
            )
        return self.known[value]

    def pattern(self) -> re.Pattern[str]:
        """All learnt words, the longest first, where they stand alone."""
        words = sorted(self.known, key=len, reverse=True)
        return re.compile(
            rf"(?<![A-Za-z0-9_])(?:{'|'.join(map(re.escape, words)) or '(?!)'})(?![A-Za-z0-9_])"
        )


def redact(calls: Mapping[Call, Answer], roots: tuple[str, ...]) -> tuple[dict[Call, Answer], int]:
    """The calls as they may be shown, and how many different things were replaced in them."""
    names = _Names()
    for root in roots:
        names.learn("/imaging", root)
    for call, answer in calls.items():
        if isinstance(answer, bytes):
            for noun, value in _said(call.subject, answer):
                names.learn(noun, value)
    pattern = names.pattern()
    stores = tuple(_Clean(names, pattern).known(path) for path in _stores(calls))
    redacted = {}
    for call, answer in calls.items():
        shorter = cut(call, answer)
        # what apt would install has versions of four numbers, and no addresses
        shapes = () if call.subject == Program.APT_GET else _ADDRESSES
        said = _Clean(names, pattern, shapes, stores).answer(call, shorter)
        redacted[_Clean(names, pattern, stores=stores).call(call)] = said
    return redacted, len(names.known)


def _stores(calls: Mapping[Call, Answer]) -> Iterator[str]:
    """Folders with the names of a backup repository in them: what they hold is named by numbers."""
    for call, answer in calls.items():
        if call.op == "list" and isinstance(answer, tuple):
            names = {entry.name for entry in answer}
            if names >= {"config", "data"} and names & {"snapshots", "README"}:
                yield call.subject


def _said(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Names that a file holds by its nature."""
    text = data.decode(errors="replace")
    if path == "/proc/sys/kernel/hostname":
        yield "host", text.strip()
    elif path.rpartition("/")[2].endswith(_SERIALS):
        yield "serial", text.strip()
    elif path == "/etc/passwd":
        for row in (line.split(":") for line in text.splitlines()):
            if len(row) == 7 and row[2].isdigit() and int(row[2]) in _PEOPLE:
                yield "user", row[0]
                yield from (("person", part.strip()) for part in row[4].split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class _Clean:
    """Replaces in calls and answers what the names know, and what looks like an address."""

    names: _Names
    pattern: re.Pattern[str]
    addresses: tuple[tuple[re.Pattern[str], str], ...] = _ADDRESSES
    stores: tuple[str, ...] = ()

    def call(self, call: Call) -> Call:
        args = tuple(map(self.text, call.args)) if call.op == "run" else call.args
        return replace(call, subject=self.text(call.subject), args=args)

    def answer(self, call: Call, answer: Answer) -> Answer:
        match answer:
            case bytes():
                return self.data(answer)
            case Ran():
                return replace(answer, out=self.data(answer.out), err=self.data(answer.err))
            case Stat():
                return replace(answer, link=None if answer.link is None else self.text(answer.link))
            case tuple():
                return tuple(self._entries(call.subject, answer))
        return answer

    def _entries(self, folder: str, entries: tuple[Entry, ...]) -> Iterator[Entry]:
        """Names as they are in their paths; that of an imaging folder goes, it is elsewhere now."""
        for entry in entries:
            path = posixpath.join(folder, entry.name)
            if path not in self.names.known:
                inside = self.text(path).rpartition("/")[2]
                yield Entry(self.text(entry.name) if inside == entry.name else inside, entry.kind)

    def data(self, data: bytes) -> bytes:
        """Text as text; of bytes that are none, only the words that are known."""
        try:
            return self.text(data.decode()).encode()
        except UnicodeDecodeError:
            for word, stand_in in self.names.known.items():
                for code in ("utf-8", "utf-16-le"):
                    data = data.replace(word.encode(code), stand_in.encode(code))
            return data

    def known(self, text: str) -> str:
        """The text with what the names know replaced."""
        return self.pattern.sub(lambda found: self.names.known[found[0]], text)

    def text(self, text: str) -> str:
        text = self.known(text)
        text = _SECRET.sub("", text)
        for shape, form in self.addresses:
            text = shape.sub(partial(self._address, form), text)
        return _BELOW.sub(self._below, text)

    def _address(self, form: str, found: re.Match[str]) -> str:
        return self.names.stand_in(form, found[0])

    def _below(self, found: re.Match[str]) -> str:
        """Names of folders and files of a person; those of settings that we ask for stay."""
        store = next((path for path in self.stores if holds(path, found[0])), None)
        hidden = found[0] if store is None else store
        kept = [self._private(name) for name in hidden[len(found[1]) :].split("/")[1:]]
        return "/".join((found[1], *kept)) + found[0][len(hidden) :]

    def _private(self, name: str) -> str:
        if name in _KNOWN_BELOW or name in self.names.known.values():
            return name
        return self.names.stand_in("name-{}", name)
