"""Two Linux servers of North Quay as trees: on PACS-01 all is well, on ARCHIVE-1 nothing is.

Their images lie in a real folder, swept by the real sweep; the machine around them is a tree.
"""

import atexit
import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from agent.facts.base import About
from agent.facts.memory import Memory
from agent.host.tree import TreeHost
from agent.imaging.sweep import sweep
from agent.paths import Home
from agent.readers import probed
from agent.readers.probed import Answer, Asked
from agent.settings import BackupSetting, RootSetting, Settings
from tests.agent.facts.clinic import (
    EVERYWHERE,
    EVERYWHERE_6,
    GROUP,
    NIGHTLY,
    NOW,
    OPEN_SAMBA,
    PASSWD,
    SAMBA,
    SHADOW,
    SSHD,
    SSHD_SAYS,
    TESTPARM,
    THIS_WEEK,
    TITLES,
    op1,
    pano_01,
    socket,
    system,
)
from tests.agent.imaging.samples.practice import Practice
from tests.agent.imaging.samples.raster import JPEG
from tests.agent.storage.machine import Machine

LAST_YEAR = THIS_WEEK.replace(b"\xffj", b"\xffh")
STALE = {
    name: {"b64": "eA==", "modified": "2026-09-01T01:00:00Z"} if "snapshots" in name else said
    for name, said in NIGHTLY.items()
}


@dataclass(frozen=True, slots=True)
class Server:
    """A machine, and what its agent knows besides it."""

    host: TreeHost
    about: About


def _copy(name: str, path: str, destination: Any, *, offsite: bool) -> BackupSetting:
    return BackupSetting(
        name=name,
        path=Path(path),
        destination=destination,
        offsite=offsite,
        immutable=False,
        images=True,
        database=True,
        restored=date(2026, 10, 1),
    )


def _practice(kept: dict[str, bytes], sent: dict[str, bytes]) -> Practice:
    """The store `images` and the folder `export`, swept."""
    folder = Path(mkdtemp(prefix="north-quay-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    export = folder / "export"
    export.mkdir()
    more = (RootSetting(label="export", path=export, role="export"),)
    practice = Practice(folder / "home", folder / "images", now=NOW.timestamp(), more=more)
    for name, data in kept.items():
        practice.put(name, data)
    for name, data in sent.items():
        (export / name).write_bytes(data)
    for root in practice.roots.all:
        sweep(practice.examiner(), root, practice.now)
    practice.ledger.commit()
    practice.ledger.close()
    return practice


def _server(
    practice: Practice, machine: Machine, *copies: BackupSetting, mode: int = 700
) -> Server:
    home = Home(practice.home)
    home.create()
    roots = practice.settings.roots
    watched = {"watched": True, "stream_since": practice.now - 500, "oldest_pending": None}
    said = {root.label: watched | {"dirty": False} for root in roots}
    machine.files |= {str(root.path): {"folder": True, "mode": mode} for root in roots} | {
        str(home.guard): json.dumps({"updated_at": practice.now - 1, "roots": said})
    }
    decided = Settings(role="imaging_server", roots=roots, backups=copies)
    return Server(machine.host(), About(decided, home, Memory.none(), NOW))


def _asked(host: TreeHost) -> dict[str, Any]:
    """What the programs of another PC said, but for its disks."""
    return {call: said for call, said in host.programs.items() if not call.startswith("dmsetup")}


def _shared(said: str, practice: Practice) -> str:
    return said.replace("/srv/xray", str(practice.images))


def pacs_01() -> Server:
    """Encrypted, copied twice, shared with named people, DICOM to nobody."""
    practice = _practice({"a.jpg": JPEG}, {})
    machine = Machine(files=system())
    machine.mount(machine.crypt("root", machine.partition(machine.disk("sda", "8:0"), "8:2")), "/")
    machine.mount(machine.crypt("vault", machine.disk("sdb", "8:16")), "/srv/backup")
    machine.mount(
        machine.crypt("stick", machine.disk("sdc", "8:32", bus="pci/usb1/1-2/1-2:1.0")),
        "/mnt/vault",
    )
    nightly = {
        f"{place}/{name}": text
        for place in ("/srv/backup", "/mnt/vault")
        for name, text in NIGHTLY.items()
    }
    machine.files |= nightly | {
        "/usr/bin/testparm": "",
        "/usr/sbin/clamd": "",
        "/proc/1/net/tcp": f"{TITLES}\n{socket(EVERYWHERE, 22, 7001)}"
        f"{socket(EVERYWHERE, 445, 7009)}",
        "/proc/1/net/tcp6": f"{TITLES}\n{socket(EVERYWHERE_6, 22, 7003)}",
        "/proc/821/exe": {"link": "/usr/sbin/smbd"},
        "/proc/821/fd/3": {"link": "socket:[7009]"},
    }
    machine.programs |= {
        "lsattr -d --": "--------------e------- /srv/backup\n",
        **_asked(op1()),
        TESTPARM: _shared(SAMBA, practice),
    }
    return _server(
        practice,
        machine,
        _copy("nightly", "/srv/backup", "nas", offsite=False),
        _copy("away", "/mnt/vault", "usb", offsite=True),
    )


def archive_1() -> Server:
    """Plain disks, X-rays in clear on them and in the export, open to everybody, an old copy."""
    practice = _practice({"a.jpg": JPEG}, {"b.jpg": JPEG})
    home = Home(practice.home)
    machine = Machine(files=system())
    said = {"personal": {"path": str(practice.settings.roots[1].path), "host": 1}}
    machine.files["/home/dr_lee/.dropbox/info.json"] = json.dumps(said)
    machine.mount(machine.partition(machine.disk("sda", "8:0"), "8:2"), "/")
    machine.mount(machine.disk("sdb", "8:16"), "/mnt/vault")
    machine.files |= {
        "/etc/shadow": SHADOW.replace("front_desk:$y$j9T$ghi$jkl", "front_desk:"),
        "/etc/group": GROUP.replace("sudo:x:27:dr_lee", "sudo:x:27:dr_lee,front_desk"),
        "/etc/sudoers": system()["/etc/sudoers"] + "postgres ALL=(ALL) ALL\n",
        "/etc/passwd": f"{PASSWD}scan:x:1002:1002::/home/scan:/bin/bash\n",
        "/etc/sudoers.d/late": "scan ALL=(ALL) ALL\n",
        "/home/scan": {"folder": True},
        "/var/log/lastlog": bytes(1000 * 292) + 3 * (LAST_YEAR + bytes(288)) + bytes(2000),
        "/usr/bin/testparm": "",
        "/proc/1/net/tcp": f"{TITLES}\n{socket(EVERYWHERE, 22, 7001)}"
        f"{socket(EVERYWHERE, 104, 7008)}{socket(EVERYWHERE, 445, 7009)}",
        "/proc/820/exe": {"link": "/usr/bin/Orthanc"},
        "/proc/820/fd/3": {"link": "socket:[7008]"},
        "/proc/821/exe": {"link": "/usr/sbin/smbd"},
        "/proc/821/fd/3": {"link": "socket:[7009]"},
        str(home.probed): probed.write({("0.0.0.0", 104): Asked(NOW, Answer("plain", None))}),
        **{f"/mnt/vault/{name}": said for name, said in STALE.items()},
    }
    machine.files["/etc/shadow"] += "scan:$y$j9T$a$b:20000:0:99999:7:::\n"
    machine.programs |= {
        **_asked(pano_01()),
        TESTPARM: _shared(OPEN_SAMBA, practice),
        SSHD: SSHD_SAYS.replace("passwordauthentication no", "passwordauthentication yes"),
    }
    return _server(practice, machine, _copy("vault", "/mnt/vault", "nas", offsite=True), mode=777)
