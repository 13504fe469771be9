"""No name that a collector can meet stands in a recording, in whatever clothes."""

import base64
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from agent.facts.gather import gather
from agent.facts.index import OF_THE_AGENT
from agent.host.recorded import RecordedHost, Recorder
from agent.host.recording import Header, read, write
from agent.host.redaction import redact
from agent.host.tree import TreeHost
from agent.readers import gvdb
from agent.settings import RootSetting, Settings
from rules.facts.index import CATALOGUE
from tests.agent.facts.clinic import NOW, PASSWD, SHADOW, about, pano_01
from tests.agent.storage.machine import luks2

FACTS = [name for name in CATALOGUE if name not in OF_THE_AGENT]
CANARIES = {
    "user": "mwinterbottom",
    "person": "Millicent Winterbottom",
    "folder": "Zwetschkenbaum_Anna",
    "host": "brightsmilepano",
    "serial": "SN-CANARY-9931",
    "secret": "y9T.canaryhash",
    "root": "/srv/patients-of-lee",
    "root's name": "patients-of-lee",
    "a folder beside it": "OConnor_Patricia",
    "a copy": "Abernathy_John.vbk",
    "mirror": "mirroruser:mirrorsecret",
    "mac": "52:54:00:aa:bb:cc",
    "address": "10.44.3.17",
    "setting": "file:///home/x/canary-recent",
    "key": "canarykeyslot",
    "remark": "Tierarzt-Remark",
    "whose key": "mwinter@home-office",
}


@pytest.fixture
def told() -> Recorder:
    """PANO-01, with a name planted wherever a collector looks."""
    tree = pano_01()
    user, folder = CANARIES["user"], CANARIES["folder"]
    own = gvdb.write({"/org/gtk/recent": gvdb.Value("s", CANARIES["setting"].encode() + b"\0")})
    files = dict(tree.files) | {
        "/proc/sys/kernel/hostname": f"{CANARIES['host']}\n",
        "/etc/passwd": PASSWD
        + f"{user}:x:1002:1002:{CANARIES['person']},,,:/home/{user}:/bin/bash\n",
        "/etc/shadow": SHADOW + f"{user}:$y$j9T${CANARIES['secret']}:20000:0:99999:7:::\n",
        f"/home/{user}": {"folder": True},
        f"/home/{user}/.config/dconf/user": own,
        "/root/.ssh/authorized_keys": f"ssh-ed25519 AAAA {CANARIES['whose key']}\n",
        "/sys/class/dmi/id/product_serial": f"{CANARIES['serial']}\n",
        "/sys/bus/usb/devices/1-2/serial": f"{CANARIES['serial']}\n",
        "/etc/apt/sources.list": str(tree.files["/etc/apt/sources.list"])
        + f"deb https://{CANARIES['mirror']}@{CANARIES['address']}/x bookworm main\n",
        "/etc/login.defs": f"UID_MIN 1000\n# {CANARIES['remark']} decided this\nUID_MAX 60000\n",
        "/dev/sdb": luks2() + CANARIES["key"].encode() * 100,
        "/proc/1/mountinfo": str(tree.files["/proc/1/mountinfo"])
        + f"90 1 0:90 / /home/{user}/{folder} rw - fuse.gocryptfs /home/{user}/.{folder} rw\n"
        + f"91 1 0:91 / /mnt/x rw - cifs //{CANARIES['address']}/img rw,mac={CANARIES['mac']}\n",
        f"{CANARIES['root']}/2026": {"folder": True},
        f"/srv/{CANARIES['a folder beside it']}/1": "x",
        f"/mnt/vault/{CANARIES['a copy']}": "x",
    }
    programs = dict(tree.programs) | {"lsattr -d --": {"error": "tool_missing"}}
    recorder = Recorder(TreeHost(files, programs))
    settings = Settings(
        roots=(RootSetting(label="store", path=Path(CANARIES["root"]), role="store"),)
    )
    gather(recorder, replace(about(), settings=settings), FACTS)
    return recorder


def spellings(word: str) -> list[bytes]:
    raw = word.encode()
    wide = word.encode("utf-16-le")
    packed = [base64.b64encode(b"x" * lead + raw)[4:-4] for lead in (0, 1, 2)]
    return [raw, wide, quote(word, safe="").encode(), *(part for part in packed if len(part) > 7)]


@pytest.mark.parametrize("canary", CANARIES)
def test_a_planted_name_is_in_no_recording(told, canary) -> None:
    calls, _ = redact("linux", told.calls, (CANARIES["root"],))
    text = write(Header("linux", elevated=True, taken_at=NOW), calls).encode()
    assert not [word for word in spellings(CANARIES[canary]) if word in text]


@pytest.mark.parametrize("canary", sorted(set(CANARIES) - {"mac"}))
def test_without_redaction_the_same_name_is_found(told, canary) -> None:
    text = write(Header("linux", elevated=True, taken_at=NOW), told.calls).encode()
    assert [word for word in spellings(CANARIES[canary]) if word in text]


def test_a_redacted_recording_still_answers_as_the_machine_did(told) -> None:
    calls, count = redact("linux", told.calls, (CANARIES["root"],))
    assert count >= 6
    host = RecordedHost(*read(write(Header("linux", elevated=True, taken_at=NOW), calls)))
    settings = Settings(roots=(RootSetting(label="store", path=Path("/imaging-1"), role="store"),))
    readings = gather(host, replace(about(), settings=settings), FACTS)
    theirs = Settings(
        roots=(RootSetting(label="store", path=Path(CANARIES["root"]), role="store"),)
    )
    before = gather(told.host, replace(about(), settings=theirs), FACTS)
    assert {name: r.status for name, r in readings.items()} == {
        name: r.status for name, r in before.items()
    }
    users = {user["name"]: user["lock"] for user in readings["users"].value}
    assert len(users) == 5
    enabled = [user["enabled"] for user in readings["users"].value]
    assert enabled == [user["enabled"] for user in before["users"].value]
    assert readings["patching"].value["pending"] == before["patching"].value["pending"]


def test_the_same_name_has_the_same_stand_in_everywhere(told) -> None:
    calls, _ = redact("linux", told.calls)
    subjects = {call.subject for call in calls}
    passwd = next(answer for call, answer in calls.items() if call.subject == "/etc/passwd")
    homes = [line.split(b":")[5].decode() for line in passwd.splitlines()]
    assert f"{homes[-1]}/.config/dconf/user" in subjects
