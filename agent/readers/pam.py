"""Which modules decide who signs in? (/etc/pam.d, pam.conf(5))"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from agent.readers import text
from agent.readers.errors import ParseError

_RULE = re.compile(
    r"-?(?P<type>auth|account|password|session)\s+(?P<control>\[[^\]]*\]|\S+)\s+(?P<rest>\S.*)",
    re.IGNORECASE,
)
_INCLUDE = re.compile(r"@include\s+(\S+)")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Module:
    """One line of a stack: what it is for, its module without folder, and its words.

    One that does not decide (`optional`) is asked, and nobody minds what it says.
    """

    type: str
    name: str
    words: tuple[str, ...]
    decides: bool = True

    def value(self, name: str) -> str | None:
        """The value of `name=value` among its words; the last one counts."""
        found = [word.partition("=")[2] for word in self.words if word.startswith(f"{name}=")]
        return found[-1] if found else None


_MINDLESS = frozenset({"optional", "[default=ignore]"})

Open = Callable[[str], bytes]


def stack(open_: Open, service: str, depth: int = _DEPTH) -> tuple[Module, ...]:
    """All modules of a service, with those of the files that it includes.

    `open_` gives the bytes of a file of /etc/pam.d by its name. ParseError if a line is of no
    known form, or files include one another without end.
    """
    if depth == 0 or not _NAME.fullmatch(service):
        raise ParseError("files of PAM that include one another without end, or no such name")
    found: list[Module] = []
    for line in _lines(open_(service)):
        if include := _INCLUDE.fullmatch(line):
            found += stack(open_, include[1], depth - 1)
            continue
        rule = _RULE.fullmatch(line)
        if not rule:
            raise ParseError("a line of PAM that is of no known form")
        name, *words = rule["rest"].split()
        if rule["control"].lower() in ("include", "substack"):
            inner = stack(open_, name, depth - 1)
            found += [one for one in inner if one.type == rule["type"].lower()]
        else:
            decides = rule["control"].lower() not in _MINDLESS
            name = name.rpartition("/")[2]
            found.append(Module(rule["type"].lower(), name, tuple(words), decides))
    return tuple(found)


def _lines(data: bytes) -> list[str]:
    whole = data.replace(b"\\\n", b" ")
    lines = (line.split("#", 1)[0].strip() for line in text.lines(whole))
    return [line for line in lines if line]


def settings(data: bytes) -> dict[str, str]:
    """A file of /etc/security: `name = value` lines, or a name alone."""
    found = {}
    for line in text.lines(data):
        name, _, value = line.split("#", 1)[0].partition("=")
        found[name.strip()] = value.strip()
    return found
