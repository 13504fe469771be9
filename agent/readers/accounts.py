"""Who has an account on this machine? (passwd(5), shadow(5), group(5), login.defs(5))

Of a password only this is kept: is there one, is it blank, is it switched off. These files are
written whole by their tools and end with a line end: what does not is cut.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.readers.errors import ParseError
from agent.readers.text import lines

Password: TypeAlias = Literal["set", "blank", "off", "elsewhere"]

_NO_SHELLS = frozenset({"false", "nologin", "sync", "shutdown", "halt", "true", "git-shell"})


@dataclass(frozen=True, slots=True)
class Account:
    """One line of passwd; `elsewhere`: its password stands in shadow."""

    name: str
    password: Password
    uid: int
    gid: int
    home: str
    shell: str

    @property
    def usable_shell(self) -> bool:
        """May a person work in it? An empty field means /bin/sh."""
        return self.shell.rpartition("/")[2] not in _NO_SHELLS


@dataclass(frozen=True, slots=True)
class Shadow:
    """One line of shadow; `expires` is the day after 1 January 1970 on which the account ends."""

    password: Password
    expires: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """One line of group; those whose first group it is are not among its members."""

    name: str
    gid: int
    members: tuple[str, ...]


def passwd(data: bytes) -> tuple[Account, ...]:
    """All accounts; there is always one with number 0."""
    accounts = tuple(
        Account(f[0], _password(f[1]), _number(f[2]), _number(f[3]), f[5], f[6])
        for f in _rows(data, 7)
    )
    if not any(account.uid == 0 for account in accounts):
        raise ParseError("a list of accounts without root")
    return accounts


def shadow(data: bytes) -> dict[str, Shadow]:
    """Passwords' states by account; an empty file is no answer."""
    rows = {f[0]: Shadow(_password(f[1]), _day(f[7])) for f in _rows(data, 9)}
    if not rows:
        raise ParseError("a list of passwords without one")
    return rows


def group(data: bytes) -> tuple[Group, ...]:
    """All groups; there is always one with number 0."""
    groups = tuple(
        Group(f[0], _number(f[2]), tuple(name for name in f[3].split(",") if name))
        for f in _rows(data, 4)
    )
    if not any(one.gid == 0 for one in groups):
        raise ParseError("a list of groups without root")
    return groups


def people(data: bytes) -> range:
    """The numbers that login.defs gives to people; without a word of it, those of Debian."""
    said = dict(line.split(None, 1) for line in lines(data) if len(line.split()) > 1)
    return range(_number(said.get("UID_MIN", "1000")), _number(said.get("UID_MAX", "60000")) + 1)


def _rows(data: bytes, columns: int) -> list[list[str]]:
    text = data.decode(errors="surrogateescape")
    if text and not text.endswith("\n"):
        raise ParseError("a list of accounts that is cut")
    rows = [line.split(":") for line in text.split("\n") if line and line[0] not in "+-#"]
    if any(len(row) != columns for row in rows):
        raise ParseError("a line of a list of accounts is not of its form")
    return rows


def _password(field: str) -> Password:
    if field == "":
        return "blank"
    if field == "x":
        return "elsewhere"
    return "off" if field[0] in "!*" else "set"


def _number(field: str) -> int:
    text = field.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise ParseError("an account without a number")
    return int(text)


def _day(field: str) -> int | None:
    return _number(field) if field.strip() else None
