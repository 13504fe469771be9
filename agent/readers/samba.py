"""What does Samba share, and how? (`testparm -sv`, smb.conf(5); usershares of net(8))

testparm prints every setting as it is in force: sections in brackets, `name = value` below them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.readers.errors import ParseError

_SECTION = re.compile(r"\[(.+)\]")
_OLD = frozenset({"CORE", "COREPLUS", "LANMAN1", "LANMAN2", "NT1"})
_PROTOCOLS = _OLD | {"SMB2", "SMB2_02", "SMB2_10", "SMB3", "SMB3_00", "SMB3_02", "SMB3_11"}


@dataclass(frozen=True, slots=True)
class Samba:
    """Settings of the whole server, and of each section over them."""

    server: Mapping[str, str]
    sections: Mapping[str, Mapping[str, str]]

    def of(self, section: str, name: str) -> str:
        """A setting of a share, else the server's."""
        return self.sections[section].get(name, self.server.get(name, ""))

    def lets_guests_in(self, section: str) -> bool:
        """May somebody without an account open a share?

        `map to guest` decides about strangers' names alone: who gives none, comes in all the same
        (measured with Samba 4.17: `Never` and `guest ok`, listed by `smbclient -N`).
        """
        return self.of(section, "guest ok") == "Yes"

    def speaks_smb1(self, name: str) -> bool:
        """Is the oldest protocol of this setting SMB 1 or older?"""
        said = self.server.get(name, "")
        if said not in _PROTOCOLS:
            raise ParseError(f"{name} is no protocol that Samba knows")
        return said in _OLD

    def requires(self, name: str) -> bool:
        """Is signing or encryption asked of everybody?"""
        return self.server.get(name, "") in ("required", "mandatory", "force", "forced")


def parse(data: bytes) -> Samba:
    """Read all settings; ParseError without the server's own, or of a text that was cut."""
    if not data.endswith(b"\n"):
        raise ParseError("testparm did not finish its last line")
    sections: dict[str, dict[str, str]] = {}
    here: dict[str, str] | None = None
    for line in data.decode(errors="surrogateescape").split("\n"):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if section := _SECTION.fullmatch(stripped):
            here = sections.setdefault(section[1], {})
        elif here is not None and "=" in stripped:
            name, _, value = stripped.partition("=")
            here[name.strip()] = value.strip()
        else:
            raise ParseError("a line of testparm that is of no known form")
    if "server min protocol" not in sections.get("global", {}):
        raise ParseError("testparm does not say all settings")
    return Samba(sections.pop("global"), sections)


Grant: TypeAlias = Literal["none", "read", "full"]


@dataclass(frozen=True, slots=True)
class UserShare:
    """A share that a person made: the most that everyone may do, and whether guests may."""

    path: str
    everyone: Grant
    guest: bool


_GRANTS: dict[str, Grant] = {"F": "full", "R": "read", "D": "none"}
_EVERYONE = "S-1-1-0"


def usershare(data: bytes) -> UserShare:
    """Read the file of one; ParseError if it is of another version."""
    said = dict(
        line.partition("=")[::2] for line in data.decode(errors="surrogateescape").split("\n")
    )
    if not any(line.startswith("#VERSION 2") for line in said) or not said.get("path"):
        raise ParseError("no usershare of version 2")
    grants = [grant.rpartition(":") for grant in said.get("usershare_acl", "").split(",")]
    if any(right.upper() not in _GRANTS for _, _, right in grants):
        raise ParseError("a right that usershares do not have")
    of_everyone = [_GRANTS[right.upper()] for who, _, right in grants if who == _EVERYONE]
    return UserShare(
        said["path"], of_everyone[0] if of_everyone else "none", said.get("guest_ok") == "y"
    )
