"""Which folders does NFS export, and to whom? (exports(5))

A line names a folder, then its clients, each with options in parentheses. Everybody may mount it
who comes from a network, a domain or a netgroup that is named, or without a client from anywhere:
by `sec=sys`, the default, a client says itself who its user is. Only Kerberos asks for an account.
"""

import re
import shlex
from dataclasses import dataclass

from agent.readers import text
from agent.readers.errors import ParseError

_CLIENT = re.compile(r"([^()]*)(?:\(([^()]*)\))?")
_ONE_HOST = re.compile(r"[^@*?/\[]+|[^/]+/(?:32|128|255\.255\.255\.255)")
_KERBEROS = frozenset({"krb5", "krb5i", "krb5p"})
_UNESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Export:
    """One folder: what everybody may do, and whether what is sent is encrypted for all."""

    path: str
    everyone_reads: bool
    everyone_writes: bool
    encrypted: bool


def parse(data: bytes) -> tuple[Export, ...]:
    """All exports of a file; ParseError if a line is of no known form."""
    found = []
    for line in text.lines(data.replace(b"\\\n", b" ")):
        try:
            path, *clients = shlex.split(line, comments=True)
        except ValueError as error:
            raise ParseError("an export that is of no known form") from error
        if not path.startswith("/"):
            raise ParseError("an export without a folder")
        found.append(_export(_UNESCAPED.sub(_octal, path), clients))
    return tuple(found)


def _export(path: str, clients: list[str]) -> Export:
    defaults, granted = [], []
    for word in clients or ["*"]:
        found = _CLIENT.fullmatch(word)
        if not found:
            raise ParseError("a client of an export that is of no known form")
        options = (found[2] or "").split(",") if found[2] else []
        if word.startswith("-"):
            defaults = word[1:].split(",")
        else:
            granted.append((found[1], [*defaults, *options]))
    open_ = [
        options
        for client, options in granted
        if not (_ONE_HOST.fullmatch(client) or _flavours(options) <= _KERBEROS)
    ]
    return Export(
        path,
        everyone_reads=bool(open_),
        everyone_writes=any("rw" in options for options in open_),
        encrypted=all(_flavours(options) == {"krb5p"} for _, options in granted),
    )


def _flavours(options: list[str]) -> set[str]:
    """How a client may say who its user is: any of these."""
    said = [one.removeprefix("sec=") for one in options if one.startswith("sec=")]
    return {flavour for one in said for flavour in one.split(":")} or {"sys"}


def _octal(found: re.Match[str]) -> str:
    return chr(int(found[1], 8) & 0xFF)
