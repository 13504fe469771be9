"""What may be kept of the texts of Linux, whose settings are files of many forms?

They are kept as texts, in which names that were learnt, addresses, and names below homes and
folders of data are replaced. Remarks in settings go: nobody needs them, and people write names
into them.

- Names are learnt from the calls themselves; one that stands in none of the places where names
  belong cannot be known here. Whoever records is told to read the file.
"""

import re
from collections.abc import Iterator
from functools import partial

from agent.host.kept.standins import StandIns
from agent.host.paths import holds

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_MAC = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:])")
_IPV4 = re.compile(rf"(?<![0-9.]){_OCTET}(?:\.{_OCTET}){{3}}(?![0-9.])")
_IPV6 = re.compile(r"(?<![\w:])[0-9a-f]{1,4}(?:::?[0-9a-f]{1,4}){3,7}(?![\w:])", re.IGNORECASE)
_ADDRESSES = ((_MAC, "02:00:00:00:00:{:02x}"), (_IPV4, "192.0.2.{}"), (_IPV6, "2001:db8::{}"))
_SECRET = re.compile(r"(?<=://)[^/@\s]+@")
_REMARK = re.compile(r"^([ \t]*[#;])(?!include|includedir).*$", re.MULTILINE)
_BELOW = re.compile(
    r"(/home/[^/\s\"]+|/root|(?:/run)?/media|/imaging-[0-9]+"
    r"|(?<![^\s\"])(?:/mnt|/srv|/data|/backups?|/var/backups))((?:/[^/\s\"]+)+)"
)
_KNOWN_BELOW = frozenset(
    {
        *(".bash_login", ".bash_profile", ".bashrc", ".profile", ".zshenv", ".zshrc"),
        *(
            ".ssh",
            "authorized_keys",
            "authorized_keys2",
            ".config",
            "dconf",
            "user",
            "kscreenlockerrc",
            "Access-Your-Private-Data.desktop",
        ),
    }
)
"""Names that collectors ask for, the same on every machine."""

_SERIALS = ("serial", "_uuid", "machine-id", "wwid", "asset_tag")
_PEOPLE = range(1000, 60001)


class Learnt:
    """Text in which what is known, and what looks like an address, is replaced.

    Of bytes that are no text only the words that are known are. `addresses` is false where
    versions have four numbers.
    """

    def __init__(self, *, addresses: bool = True) -> None:
        self._shapes = _ADDRESSES if addresses else ()

    def kept(self, data: bytes, names: StandIns) -> bytes:
        """The text, cleaned."""
        try:
            return self.text(data.decode(), names).encode()
        except UnicodeDecodeError:
            for word, stand_in in names.learnt.items() if names.settled else ():
                for code in ("utf-8", "utf-16-le"):
                    data = data.replace(word.encode(code), stand_in.encode(code))
            return data

    def text(self, text: str, names: StandIns) -> str:
        """The same of a text."""
        text = _SECRET.sub("", names.known(text))
        for shape, form in self._shapes:
            text = shape.sub(partial(_given, form, names), text)
        return _BELOW.sub(partial(_below, names), text)


LEARNT = Learnt()
LEARNT_VERSIONS = Learnt(addresses=False)
"""What apt would install has versions of four numbers, and no addresses."""


class Settings(Learnt):
    """A file of settings: remarks are emptied, their lines stay."""

    def text(self, text: str, names: StandIns) -> str:
        """Without what people wrote for people."""
        return super().text(_REMARK.sub(r"\1", text), names)


SETTINGS = Settings()


def said(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Names that a file holds by its nature, each with the noun of its stand-in."""
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


def _given(form: str, names: StandIns, found: re.Match[str]) -> str:
    return names.give(form, found[0])


def _below(names: StandIns, found: re.Match[str]) -> str:
    """Names of folders and files of a person; those of settings that we ask for stay."""
    store = next((path for path in names.stores if holds(path, found[0])), None)
    hidden = found[0] if store is None else store
    kept = [_private(name, names) for name in hidden[len(found[1]) :].split("/")[1:]]
    return "/".join((found[1], *kept)) + found[0][len(hidden) :]


def _private(name: str, names: StandIns) -> str:
    return name if name in _KNOWN_BELOW else names.give("name-{}", name)
