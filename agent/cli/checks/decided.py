"""Can what the practice decided be used: settings, imaging folders, hours?"""

import os
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from agent import settings
from agent.cli.checks.base import Seen, Told, within
from agent.cli.checks.service import journal
from agent.guard import state
from agent.readers.mountinfo import unescape
from agent.settings import RootSetting
from rules.counted import counted

_FSTAB = Path("/etc/fstab")
_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")


def decided(seen: Seen) -> Iterator[Told]:
    """Can agent.toml be used? Each mistake is told with its key and what to write instead."""
    found = settings.load(seen.home)
    if not found.roots:
        do = f"name it in {seen.home.settings}, as [[imaging.root]]; dentinel discover shows where"
        yield "no imaging folder is named", do
    else:
        yield f"{seen.home.settings} names {counted(len(found.roots), 'imaging folder')}", None


def folders(seen: Seen) -> Iterator[Told]:
    """Is each imaging folder there, mounted, and to be read? One that hangs is left after 5 s.

    Told by its label: what the doctor says is what an RMM takes along, and its path stays here.
    """
    for root in settings.load(seen.home).roots:
        yield _fault(root) or (f"{root.label} can be read", None)


def _fault(root: RootSetting) -> Told | None:
    at = root.label
    if unmounted(root.path, _fstab()):
        return f"{at}: what /etc/fstab has at its path is not mounted", "mount -a"
    try:
        within(partial(_first, root.path))
    except FileNotFoundError:
        return f"{at} is not there", "correct its path in agent.toml, or mount its disk"
    except NotADirectoryError:
        return f"{at} is a file", "name the folder in which the images lie"
    except TimeoutError as error:
        return f"{at}: {error}", "its server or disk hangs: look at the NAS and the network"
    except OSError as error:
        return f"{at} cannot be read: {error.strerror}", "let the agent (root, SYSTEM) read it"
    return None


def _first(path: Path) -> bool:
    """Look into a folder, no further than its first name."""
    with os.scandir(path) as found:
        return next(found, None) is not None


def _fstab() -> str:
    try:
        return _FSTAB.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # macOS and Windows have none


def unmounted(path: Path, fstab: str) -> str | None:
    """The mount point of a path by the text of fstab(5), if nothing is mounted there now."""
    points = [
        unescape(fields[1].encode())
        for line in fstab.splitlines()
        if len(fields := line.split()) > 2 and not line.lstrip().startswith("#")
    ]
    above = [point for point in points if point != "/" and path.is_relative_to(point)]
    point = max(above, key=len, default=None)
    return point if point is not None and not os.path.ismount(point) else None


def watches(seen: Seen) -> Iterator[Told]:
    """Is each imaging folder watched whole? By what the guard says, and the limit of inotify."""
    guard = state.read(seen.home)
    if guard is None or guard["stopped_at"] is not None:
        return
    for label, root in guard["roots"].items():
        if root["watched"]:
            yield f"{label} is watched whole", None
        else:
            yield f"{label} is not watched whole: it is swept each 15 minutes", _more_watches()


def _more_watches() -> str:
    try:
        limit = int(_WATCHES.read_text())
    except (OSError, ValueError):
        return journal()
    return (
        f"the system allows {limit} watched folders; if there are more, raise"
        f" fs.inotify.max_user_watches in /etc/sysctl.d (a network share is always swept)"
    )


def zone(seen: Seen) -> Iterator[Told]:
    """Do hours of agent.toml (`quiet`, `batch`) mean the practice's? By the time zone set here."""
    found = settings.load(seen.home)
    has_hours = any(root.quiet or root.batch for root in found.roots)
    now = time.localtime(seen.now.timestamp())
    is_utc = now.tm_gmtoff == 0 and now.tm_zone.upper() in {"UTC", "GMT", "UNIVERSAL", "ZULU"}
    said = f"this machine's time zone is {now.tm_zone}"
    if is_utc and has_hours:
        yield f"{said}, and agent.toml names hours: they are taken as such", _set_zone()
    else:
        yield said, None


def _set_zone() -> str:
    return f"{_ZONES.get(sys.platform, _ZONES['linux'])}, or that of the practice"


_ZONES = {
    "linux": "timedatectl set-timezone America/New_York",
    "darwin": "systemsetup -settimezone America/New_York",
    "win32": "Set-TimeZone -Id 'Eastern Standard Time'",
}
