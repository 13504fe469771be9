"""What is a text in an answer, and what of it may be kept?

A kind takes a text and gives what stands for it in a recording. None lets a text pass because it
looks harmless: it passes because it has the form that was foreseen, or is told openly by a fact.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from agent.host.kept import paths
from agent.host.kept.standins import StandIns

_MAC = re.compile(r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])")
_SYSTEMS_OWN = re.compile(r"root|daemon|nobody|guest|administrator|_[a-z0-9-]+", re.IGNORECASE)
_WINDOWS_OWN = re.compile(r"([a-z]|admin|ipc|print)\$", re.IGNORECASE)
_NOBODYS = re.compile(r"|127(\.[0-9]{1,3}){3}|0\.0\.0\.0|::1?|::ffff:(0\.0\.0\.0|127(\.[0-9]+){3})")

_ENDPOINT = re.compile(
    r"(?P<open>\[)?(?P<address>\*|[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)"
    r"(?:%[A-Za-z0-9]+)?(?P<rest>\]?[.:](?:[0-9]{1,5}|\*))"
)
_OWNED = re.compile(r"(/Users/|/Volumes/|/home/|[A-Za-z]:\\Users\\|[D-Zd-z]:)", re.IGNORECASE)


class Kind(Protocol):
    """What a text is."""

    def kept(self, text: str, names: StandIns) -> str:
        """What stands for it."""
        ...


@dataclass(frozen=True, slots=True)
class Plain:
    """No text is foreseen there: numbers, switches, objects."""

    def kept(self, text: str, names: StandIns) -> str:
        """A word that says nothing."""
        return names.give("text-{}", text)


@dataclass(frozen=True, slots=True)
class Open:
    """Words of a vendor that a fact tells openly; learnt names in them are replaced."""

    def kept(self, text: str, names: StandIns) -> str:
        """Nearly itself."""
        return _MAC.sub(
            lambda found: names.give("02:00:00:00:00:{:02x}", found[0]), names.known(text)
        )


@dataclass(frozen=True, slots=True)
class Like:
    """A text of a form that holds no name."""

    pattern: str

    def kept(self, text: str, names: StandIns) -> str:
        """Itself, if it is of that form."""
        fits = re.fullmatch(self.pattern, text, re.IGNORECASE)
        return text if fits else names.give("text-{}", text)


@dataclass(frozen=True, slots=True)
class Start:
    """A text that begins with a word of its system, and goes on with what is nobody's business."""

    pattern: str

    def kept(self, text: str, names: StandIns) -> str:
        """Its beginning, if it has that form."""
        found = re.match(self.pattern, text)
        return found[0] if found else names.give("text-{}", text)


@dataclass(frozen=True, slots=True)
class Named:
    """A name; `known`: it is replaced in every other text too, if it stands there."""

    noun: str
    known: bool = True

    def kept(self, text: str, names: StandIns) -> str:
        """Its stand-in; accounts that every system has keep their names."""
        if self.noun == "user" and _SYSTEMS_OWN.fullmatch(text):
            return text
        return names.learn(self.noun, text) if self.known else names.give(f"{self.noun}-{{}}", text)


@dataclass(frozen=True, slots=True)
class Share:
    """What a shared folder is called; `$` at its end hides it."""

    def kept(self, text: str, names: StandIns) -> str:
        """Its stand-in, hidden as it was; one that every Windows makes keeps its name."""
        if _WINDOWS_OWN.fullmatch(text):
            return text
        return names.give("share-{}", text) + ("$" if text.endswith("$") else "")


@dataclass(frozen=True, slots=True)
class Sid:
    """The number of an account or a group."""

    def kept(self, text: str, names: StandIns) -> str:
        """Of this machine's or a domain's the last number; those of every Windows whole."""
        said = names.sids(text)
        return said if re.fullmatch(r"S-1(-[0-9]+)+", said) else names.give("text-{}", text)


@dataclass(frozen=True, slots=True)
class Rights:
    """A list of rights of Windows (SDDL): letters and numbers, and whose they are as SIDs."""

    def kept(self, text: str, names: StandIns) -> str:
        """The list, its SIDs as `Sid` keeps them; one with a condition in it is of no such form."""
        said = names.sids(text)
        return said if re.fullmatch(r"[\w():;-]*", said) else names.give("text-{}", text)


@dataclass(frozen=True, slots=True)
class Path:
    """A path of Windows or macOS, or a program with one."""

    def kept(self, text: str, names: StandIns) -> str:
        """Every name replaced that is not every machine's."""
        return paths.cleaned(text, names)


@dataclass(frozen=True, slots=True)
class Usb:
    r"""A device on USB as Windows calls it: `USB\VID_0781&PID_5581\SERIAL`."""

    def kept(self, text: str, names: StandIns) -> str:
        """Whose make it is; the serial number replaced, also where Windows made it up (`&`)."""
        head, _, own = text.rpartition("\\")
        if not re.fullmatch(r"USB\\VID_[0-9A-F]{4}&PID_[0-9A-F]{4}(&MI_[0-9]{2})?", head, re.I):
            return names.give("text-{}", text)
        return f"{head}\\{names.learn('serial', own)}{'&0' if '&' in own else ''}"


@dataclass(frozen=True, slots=True)
class Volume:
    r"""A volume as Windows names it: `\\?\Volume{…}\`, a number that no other machine has."""

    def kept(self, text: str, names: StandIns) -> str:
        """Another such number."""
        if not re.fullmatch(r"\\\\\?\\Volume\{[0-9a-f-]{36}\}\\", text, re.IGNORECASE):
            return names.give("text-{}", text)
        return names.give(_VOLUME, text.lower())


_VOLUME = "\\\\?\\Volume{{00000000-0000-0000-0000-{:012d}}}\\"


@dataclass(frozen=True, slots=True)
class Address:
    """An address in a network; those that mean this machine, or any, say nothing."""

    def kept(self, text: str, names: StandIns) -> str:
        """One of those that stand in documents (RFC 5737, RFC 3849), scope and zone dropped."""
        if _NOBODYS.fullmatch(text):
            return text
        return names.give("2001:db8::{:x}" if ":" in text else "192.0.2.{}", text)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and a port: `*:22`, `[fe80::1%en0]:5353`, `192.168.1.20.49731`."""

    def kept(self, text: str, names: StandIns) -> str:
        """The port as it is, the address replaced, its zone dropped."""
        found = _ENDPOINT.fullmatch(text)
        if not found:
            return names.give("text-{}", text)
        address = found["address"]
        own = address if address == "*" else ADDRESS.kept(address, names)
        return f"{found['open'] or ''}{own}{found['rest']}"


@dataclass(frozen=True, slots=True)
class ProgramPath:
    """The path of a program that runs: what is installed is told openly, where it is not a home."""

    def kept(self, text: str, names: StandIns) -> str:
        """Itself, unless it lies below somebody's home or on a disk of his own."""
        owned = _OWNED.match(text)
        return PATH.kept(text, names) if owned else OPEN.kept(text, names)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text of words that are foreseen, and of a system's own that begin alike."""

    words: str
    own: str

    def kept(self, text: str, names: StandIns) -> str:
        """Itself, other words replaced."""
        known = frozenset(self.words.split())

        def one(found: re.Match[str]) -> str:
            word = found[0]
            fits = len(word) == 1 or word in known or word.startswith(self.own)
            return word if fits else names.give("word{}", word)

        return re.sub(r"[^\W\d_]+", one, text)


@dataclass(frozen=True, slots=True)
class Cut:
    """Nobody's business."""

    def kept(self, text: str, names: StandIns) -> str:  # noqa: ARG002 - as every kind is asked
        """Nothing."""
        return ""


PLAIN, OPEN, SID, PATH, ADDRESS, CUT = Plain(), Open(), Sid(), Path(), Address(), Cut()
RIGHTS = Rights()
USER, PERSON, HOST = Named("user"), Named("person"), Named("host")
DOMAIN, SERIAL = Named("domain"), Named("serial")
SHARE, LABEL = Share(), Named("label", known=False)
GROUP, KEY = Named("group", known=False), Named("key", known=False)
GUID = Like(r"\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?")
NUMERIC = Like(r"\s*-?[0-9]{0,10}\s*")
VERSION = Like(r"[0-9]{1,8}([._-][0-9]{1,8}){0,4}( ?(SP|R|Update|RC) ?[0-9]{1,3})?")
TIME = Like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,18}(Z|[+-][0-9:]{5})?")
DEVICE = Like(r"(/dev/)?r?disk[0-9]{1,4}(s[0-9]{1,4}){0,2}")
USB, VOLUME, ENDPOINT, PROGRAM = Usb(), Volume(), Endpoint(), ProgramPath()
