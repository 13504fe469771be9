"""From where does apt take packages? (sources.list(5), both of its forms)

A source that is switched off or gives only source code is left out. Nothing is downloaded: an
address is only turned into the name under which apt keeps what it last fetched.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.text import lines

_ONE_LINE = re.compile(
    r"deb\s+(\[(?P<options>[^\]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<rest>.*)"
)
_FIELD = re.compile(r"([A-Za-z0-9-]+):(.*)")
_QUOTED = re.compile(r'[\\|{}\[\]<>"^~_=!@#$%^&*\x00-\x20\x7f-\xff]')


@dataclass(frozen=True, slots=True)
class Source:
    """One suite at one address."""

    uri: str
    suite: str
    components: tuple[str, ...]
    architectures: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The same in the one-line form, without what only matters for downloads."""
        options = f"[arch={','.join(self.architectures)}] " if self.architectures else ""
        return " ".join((f"deb {options}{self.uri}", self.suite, *self.components)) + "\n"

    @property
    def release(self) -> str:
        """The name of its signed index in apt's folder of lists, without `InRelease` at its end."""
        address = re.sub(r"^[a-z0-9+.-]+:(//)?([^@/]*@)?", "", self.uri).rstrip("/")
        suite = self.suite.rstrip("/")
        path = f"{address}/{suite}" if self.suite.endswith("/") else f"{address}/dists/{suite}"
        return _QUOTED.sub(lambda found: f"%{ord(found[0]):02x}", path).replace("/", "_") + "_"


def parse(data: bytes, name: str) -> tuple[Source, ...]:
    """The sources in one file; its name says which form it has."""
    if name.endswith(".sources"):
        return tuple(_of_stanzas(data))
    return tuple(source for line in lines(data) for source in _of_line(line))


def _of_line(line: str) -> Iterator[Source]:
    if line.startswith("deb-src"):
        return
    found = _ONE_LINE.fullmatch(line.partition("#")[0].strip())
    if not found:
        raise ParseError("a line of an apt source list is not of its form")
    options = dict(word.partition("=")[::2] for word in (found["options"] or "").split())
    architectures = tuple(filter(None, options.get("arch", "").split(",")))
    yield Source(found["uri"], found["suite"], tuple(found["rest"].split()), architectures)


def _of_stanzas(data: bytes) -> Iterator[Source]:
    text = data.decode(errors="surrogateescape")
    plain = "\n".join(line for line in text.split("\n") if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", plain):
        fields = _fields(stanza)
        if fields and fields.get("enabled", "yes").lower() not in ("no", "false", "0", "off"):
            yield from _of_fields(fields)


def _fields(stanza: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = None
    for line in filter(str.strip, stanza.split("\n")):
        found = _FIELD.fullmatch(line)
        if found:
            last = found[1].lower()
            fields[last] = found[2].strip()
        elif line[0] in " \t" and last:
            fields[last] += " " + line.strip()
        else:
            raise ParseError("a line of an apt source is not of its form")
    return fields


def _of_fields(fields: dict[str, str]) -> Iterator[Source]:
    if not {"types", "uris", "suites"} <= fields.keys():
        raise ParseError("an apt source without type, address or suite")
    if "deb" not in fields["types"].split():
        return
    components = tuple(fields.get("components", "").split())
    architectures = tuple(fields.get("architectures", "").split())
    for uri in fields["uris"].split():
        for suite in fields["suites"].split():
            yield Source(uri, suite, components, architectures)
