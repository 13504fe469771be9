"""What is shared with other machines, and to whom? The answer for Linux: Samba and NFS.

`everyone` is the lesser of what the share and the folder's own mode allow to others. Only shares
that the configuration names are known; that a server is on is the matter of other facts.
"""

import posixpath
from collections.abc import Iterator
from typing import Literal, TypeAlias

from agent.facts.base import About, answers
from agent.host.base import (
    Absent,
    Host,
    HostError,
    is_installed,
    list_if_there,
    output,
    read_if_there,
)
from agent.host.paths import TooManyLinks, follow, holds
from agent.host.programs import Program
from agent.readers import exports, samba
from agent.readers.errors import ParseError
from agent.readers.exports import Export
from agent.readers.samba import Samba
from agent.settings import Settings
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.shares import SHARES, Share

_Access: TypeAlias = Literal["none", "read", "change", "full"]

_NO_SHARES = frozenset({"homes", "printers", "print$"})
"""Sections of smb.conf that are no folders of the practice; of `homes` each sees his own."""

_USERSHARES = "/var/lib/samba/usershares"
_EXPORTS, _MORE_EXPORTS = "/etc/exports", "/etc/exports.d"
_RANK: tuple[_Access, ...] = ("none", "read", "change", "full")


@answers(SHARES, on="linux", confidence="derived")
def linux(host: Host, about: About) -> Items[Share]:
    """From Samba's settings in force, the shares that people made, and /etc/exports."""
    look = _Look(host, about.settings)
    shares: list[Share] = []
    missing: Why | None = None
    for source in (_samba, _exports):
        try:
            shares += source(look)
        except HostError as error:
            missing = error.why
        except ParseError:
            missing = Why.PARSE_ERROR
    return Items(tuple(shares), missing)


class _Look:
    """A machine, and where its imaging folders lie."""

    def __init__(self, host: Host, settings: Settings) -> None:
        self.host = host
        self._roots = [self.real(root.path.as_posix()) for root in settings.roots]

    def real(self, path: str) -> Maybe[str]:
        """The path without links; what cannot be followed is unknown."""
        try:
            return follow(path, self._link)
        except TooManyLinks:
            return Unknown(Why.API_ERROR)
        except HostError as error:
            return Unknown(error.why)

    def _link(self, path: str) -> str | None:
        try:
            return self.host.stat(path).link
        except Absent:
            return None

    def holds_imaging(self, path: str) -> Maybe[bool]:
        """Does an imaging folder lie in it, or it in one?"""
        here = self.real(path)
        known = [root for root in self._roots if isinstance(root, str)]
        if isinstance(here, str) and any(holds(here, one) or holds(one, here) for one in known):
            return True
        unknown = [one for one in (here, *self._roots) if isinstance(one, Unknown)]
        return unknown[0] if unknown else False

    def least(self, path: str, granted: _Access) -> Maybe[_Access]:
        """What is granted, or less, where the folder's mode gives others less."""
        if granted == "none":
            return "none"
        here = self.real(path)
        if isinstance(here, Unknown):
            return here
        try:
            mode = self.host.stat(here).mode
        except Absent:
            return "none"
        except HostError as error:
            return Unknown(error.why)
        of_mode: _Access = "full" if mode & 0o7 == 0o7 else "read" if mode & 0o5 == 0o5 else "none"
        return min(granted, of_mode, key=_RANK.index)


def _samba(look: _Look) -> Iterator[Share]:
    if not is_installed(look.host, Program.TESTPARM):
        return  # no Samba: its tool comes with what it shares by
    said = samba.parse(output(look.host, Program.TESTPARM, "-s", "-v", "--suppress-prompt"))
    encrypted = said.requires("server smb encrypt")
    for name in said.sections:
        if name not in _NO_SHARES:
            yield _section(look, said, name, encrypted=encrypted)
    for entry in list_if_there(look.host, _USERSHARES):
        yield _usershare(look, entry.name, encrypted=encrypted)


def _section(look: _Look, said: Samba, name: str, *, encrypted: bool) -> Share:
    path = said.of(name, "path")
    guest = said.of(name, "guest ok") == "Yes" and said.server.get("map to guest") != "Never"
    restricted = bool(said.of(name, "valid users")) or not guest
    writes = said.of(name, "read only") == "No"
    granted: _Access = "none" if restricted else "change" if writes else "read"
    return Share(
        name=name,
        path=path,
        kind="smb",
        everyone=look.least(path, granted),
        guest=guest,
        encrypted=encrypted or said.of(name, "server smb encrypt") in ("required", "mandatory"),
        holds_imaging=look.holds_imaging(path),
        hidden=name.endswith("$") or said.of(name, "browseable") == "No",
    )


def _usershare(look: _Look, name: str, *, encrypted: bool) -> Share:
    said = samba.usershare(look.host.read(posixpath.join(_USERSHARES, name)))
    granted: _Access = said.everyone if said.guest else "none"
    return Share(
        name=name,
        path=said.path,
        kind="smb",
        everyone=look.least(said.path, granted),
        guest=said.guest,
        encrypted=encrypted,
        holds_imaging=look.holds_imaging(said.path),
        hidden=False,
    )


def _exports(look: _Look) -> Iterator[Share]:
    more = [entry.name for entry in list_if_there(look.host, _MORE_EXPORTS)]
    files = [f"{_MORE_EXPORTS}/{name}" for name in more if name.endswith(".exports")]
    for path in (_EXPORTS, *files):
        for export in exports.parse(read_if_there(look.host, path) or b""):
            yield _export(look, export)


def _export(look: _Look, export: Export) -> Share:
    granted: _Access = "none"
    if export.everyone_reads:
        granted = "change" if export.everyone_writes else "read"
    return Share(
        name=export.path,
        path=export.path,
        kind="nfs",
        everyone=look.least(export.path, granted),
        guest=False,
        encrypted=export.encrypted,
        holds_imaging=look.holds_imaging(export.path),
        hidden=False,
    )
