"""What is shared with other machines, and to whom? The answer for Linux: Samba and NFS.

`everyone` is the lesser of what the share and the folder's own mode allow to others; over NFS it is
the share's word alone, since a client says itself who its user is. Only shares that the
configuration names are known; that a server is on is the matter of other facts.
"""

import posixpath
from collections.abc import Iterator

from agent.facts.base import About, answers
from agent.facts.shares.folders import Access, Folders
from agent.host.base import (
    Host,
    HostError,
    is_installed,
    list_if_there,
    output,
    read_if_there,
)
from agent.host.programs import Program
from agent.readers import exports, samba
from agent.readers.errors import ParseError
from agent.readers.exports import Export
from agent.readers.samba import Samba
from rules.facts.base import Items, Unknown, Why
from rules.facts.shares import SHARES, Share

_NO_SHARES = frozenset({"homes", "printers", "print$"})
"""Sections of smb.conf that are no folders of the practice; of `homes` each sees his own."""

_USERSHARES = "/var/lib/samba/usershares"
_EXPORTS, _MORE_EXPORTS = "/etc/exports", "/etc/exports.d"


@answers(SHARES, on="linux", confidence="derived")
def linux(host: Host, about: About) -> Items[Share]:
    """From Samba's settings in force, the shares that people made, and /etc/exports."""
    look = Folders(host, about.settings)
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


def _samba(look: Folders) -> Iterator[Share]:
    if not is_installed(look.host, Program.TESTPARM):
        return  # no Samba: its tool comes with what it shares by
    said = samba.parse(output(look.host, Program.TESTPARM, "-s", "-v", "--suppress-prompt"))
    encrypted = said.requires("server smb encrypt")
    for name in said.sections:
        if name not in _NO_SHARES:
            yield _section(look, said, name, encrypted=encrypted)
    for entry in list_if_there(look.host, _USERSHARES):
        yield _usershare(look, entry.name, encrypted=encrypted)


def _section(look: Folders, said: Samba, name: str, *, encrypted: bool) -> Share:
    path = said.of(name, "path")
    guest = said.lets_guests_in(name)
    restricted = bool(said.of(name, "valid users")) or not guest
    writes = said.of(name, "read only") == "No"
    granted: Access = "none" if restricted else "change" if writes else "read"
    return Share(
        name=name,
        path=path,
        kind="smb",
        everyone=look.least(path, granted),
        guest=guest,
        encrypted=encrypted or said.of(name, "server smb encrypt") in ("required", "mandatory"),
        holds_imaging=look.holds_imaging(path) if "%" not in path else Unknown(Why.UNRECOGNISED),
        hidden=name.endswith("$") or said.of(name, "browseable") == "No",
    )


def _usershare(look: Folders, name: str, *, encrypted: bool) -> Share:
    said = samba.usershare(look.host.read(posixpath.join(_USERSHARES, name)))
    granted: Access = said.everyone if said.guest else "none"
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


def _exports(look: Folders) -> Iterator[Share]:
    more = [entry.name for entry in list_if_there(look.host, _MORE_EXPORTS)]
    files = [f"{_MORE_EXPORTS}/{name}" for name in more if name.endswith(".exports")]
    for path in (_EXPORTS, *files):
        for export in exports.parse(read_if_there(look.host, path) or b""):
            yield _export(look, export)


def _export(look: Folders, export: Export) -> Share:
    granted: Access = "none"
    if export.everyone_reads:
        granted = "change" if export.everyone_writes else "read"
    return Share(
        name=export.path,
        path=export.path,
        kind="nfs",
        everyone=granted,
        guest=False,
        encrypted=export.encrypted,
        holds_imaging=look.holds_imaging(export.path),
        hidden=False,
    )
