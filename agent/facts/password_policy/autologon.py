"""Who is signed in without being asked? What display managers and consoles of Linux are told."""

import posixpath
import re
from collections.abc import Iterator

from agent.host.base import Host, list_if_there, read_if_there
from agent.readers import kdeini, text

_GDM = ("/etc/gdm3/daemon.conf", "/etc/gdm3/custom.conf", "/etc/gdm/custom.conf")
_SWITCHES = ("AutomaticLoginEnable", "TimedLoginEnable")
_LIGHTDM = "/etc/lightdm/lightdm.conf"
_LIGHTDM_MORE = ("/usr/share/lightdm/lightdm.conf.d", "/etc/lightdm/lightdm.conf.d")
_SDDM, _SDDM_MORE = "/etc/sddm.conf", "/etc/sddm.conf.d"
_UNITS = "/etc/systemd/system"
_GETTY = re.compile(r"(getty|autovt|console-getty|serial-getty)@?.*\.service(\.d)?")
_AGETTY = re.compile(r"ExecStart=.*getty\b.*\s(--autologin[= ]|-a\s)")


def is_anybody_let_in(host: Host) -> bool:
    """Is there an account that the machine opens by itself? Raises what the host raises."""
    return any(_gdm(host)) or any(_lightdm(host)) or any(_sddm(host)) or any(_consoles(host))


def _gdm(host: Host) -> Iterator[bool]:
    """GDM: a switch in [daemon]."""
    for path in _GDM:
        said = kdeini.parse(read_if_there(host, path) or b"").values
        for switch in _SWITCHES:
            yield said.get(("daemon", switch), "").lower() in ("true", "1", "yes")


def _lightdm(host: Host) -> Iterator[bool]:
    """LightDM: a name in any seat's section."""
    more = (path for folder in _LIGHTDM_MORE for path in _files(host, folder))
    for path in (_LIGHTDM, *more):
        said = kdeini.parse(read_if_there(host, path) or b"").values
        yield any(key == "autologin-user" and bool(value) for (_, key), value in said.items())


def _sddm(host: Host) -> Iterator[bool]:
    """SDDM: a name in [Autologin]."""
    for path in (_SDDM, *_files(host, _SDDM_MORE)):
        said = kdeini.parse(read_if_there(host, path) or b"").values
        yield bool(said.get(("Autologin", "User")))


def _consoles(host: Host) -> Iterator[bool]:
    """A text console whose getty was given a name (agetty(8))."""
    for entry in list_if_there(host, _UNITS):
        if not _GETTY.fullmatch(entry.name):
            continue
        path = posixpath.join(_UNITS, entry.name)
        for file in _files(host, path) if entry.kind == "folder" else [path]:
            lines = text.lines(read_if_there(host, file) or b"")
            yield any(_AGETTY.match(line) for line in lines)


def _files(host: Host, folder: str) -> list[str]:
    return [
        posixpath.join(folder, entry.name)
        for entry in list_if_there(host, folder)
        if entry.name.endswith(".conf")
    ]
