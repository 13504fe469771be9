"""`dscl -plist . -readall /Users …` (dscl(1)): who has an account on this Mac?

Attributes hold lists of texts. Of the authorities only their names are kept: they say how a
password is checked, never what it is.
"""

import re
from dataclasses import dataclass
from typing import Any

from agent.readers import plist
from agent.readers.errors import ParseError
from agent.readers.plist import Values

_NO_SHELLS = frozenset({"/usr/bin/false", "/bin/false", "/sbin/nologin", "/usr/sbin/uucico"})
_NUMBER = re.compile(r"-?[0-9]{1,10}")
_NAME = re.compile(r"[^/\0\n]{1,255}")


@dataclass(frozen=True, slots=True)
class OpenAccount:
    """One account; `authorities` as ShadowHash, DisabledUser, LocalCachedUser."""

    name: str
    uid: int
    home: str
    shell: str
    authorities: frozenset[str]

    @property
    def usable_shell(self) -> bool:
        """Accounts for sharing alone have one that ends at once."""
        return self.shell not in _NO_SHELLS


def users(data: bytes) -> tuple[OpenAccount, ...]:
    """All accounts; there is always one with number 0."""
    accounts = tuple(_account(record) for record in plist.parse_list(data))
    if not any(account.uid == 0 for account in accounts):
        raise ParseError("a list of accounts without root")
    return accounts


def members(data: bytes) -> tuple[frozenset[str], bool]:
    """A group's own file: the names of its members, and whether other groups are in it."""
    group = plist.parse(data)
    if "name" not in group:
        raise ParseError("a group without a name")
    names = plist.words(group, "users") if "users" in group else []
    return frozenset(names), bool(group.get("nestedgroups"))


def _account(record: Any) -> OpenAccount:  # noqa: ANN401 - what a property list held
    if not isinstance(record, dict):
        raise ParseError("an account that is no dictionary")
    name, uid = _first(record, "RecordName"), _first(record, "UniqueID")
    if not _NAME.fullmatch(name) or name in (".", "..") or not _NUMBER.fullmatch(uid):
        raise ParseError("an account without a name or number")
    said = _all(record, "AuthenticationAuthority")
    words = (word for authority in said for word in authority.split(";"))
    return OpenAccount(
        name=name,
        uid=int(uid),
        home=(_all(record, "NFSHomeDirectory") or [""])[0],
        shell=(_all(record, "UserShell") or [""])[0],
        authorities=frozenset(word for word in words if word.isalpha()),
    )


def _all(record: Values, name: str) -> list[str]:
    key = f"dsAttrTypeStandard:{name}"
    return plist.words(record, key) if key in record else []


def _first(record: Values, name: str) -> str:
    found = _all(record, name)
    if not found:
        raise ParseError(f"an account without {name}")
    return found[0]
