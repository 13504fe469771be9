"""Forty SIGKILLs of `visit`: what it leaves is whole, or absent, and taken for no other visit's.

A real sshd answers, real processes ask it, and each is killed wherever it happens to be.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent import settings
from agent.errands import visited
from agent.errands.hosts import Replay
from agent.errands.results import Results
from agent.facts.base import About
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from agent.host.recorded import RecordedHost
from agent.packs.rules import in_force
from agent.paths import Home
from agent.settings import HostSetting
from rules.compiled import builtin
from rules.facts.base import Reading
from tests.agent.errands.nursery import KILLS, Nursery, cut_down, nursery
from tests.agent.host.ssh.machine import Server, needs_sshd, sshd

BUSYBOX = shutil.which("busybox")
pytestmark = [
    needs_sshd,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can make so small a server"),
    pytest.mark.skipif(BUSYBOX is None, reason="busybox is not installed"),
]
NAS = "nas"


@pytest.fixture
def nas(tmp_path: Path) -> Iterator[Server]:
    """A server of nothing but busybox, as small boxes are: it is visited in no time."""
    box = tmp_path / "box"
    (box / "bin").mkdir(parents=True)
    shutil.copy(str(BUSYBOX), box / "bin" / "busybox")
    subprocess.run(
        ["chroot", box, "/bin/busybox", "--install", "-s", "/bin"], check=True, capture_output=True
    )
    shell = f"ForceCommand chroot {box} /bin/busybox ash -s"
    (tmp_path / "nas").mkdir()
    with sshd(tmp_path / "nas", shell) as server:
        yield server


def home_at(root: Path, nas: Server) -> Home:
    """A home whose settings name the server."""
    made = Home.at(root)
    made.create()
    made.settings.write_text(host_lines(nas.setting(name=NAS)), encoding="utf-8")
    return made


def host_lines(host: HostSetting) -> str:
    return (
        f'[[host]]\nname = "{host.name}"\naddress = "{host.address}"\nport = {host.port}\n'
        f'user = "{host.user}"\nkey_file = "{host.key_file}"\npins = {json.dumps(host.pins)}\n'
    )


@pytest.fixture
def visits(tmp_path: Path, nas: Server) -> Iterator[list[Nursery]]:
    """Four machines that visit the same server."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(nursery(home_at(tmp_path / name, nas).root, "agent.errands.visit"))
            for name in ("op1", "op2", "op3", "op4")
        ]


def is_torn(home: Home) -> bool:
    """Was it killed between recording and report? Both are whole, and the recording is newer."""
    recording = home.recording(NAS)
    found = RecordedHost.load(recording) if recording.exists() else None
    seen = visited.read(home, LocalHost(), NAS)
    assert home.visited(NAS).exists() == (seen is not None)
    if found is None or seen is None:
        assert seen is None  # nobody says that he was there who left nothing
        return found is not None
    assert found.taken_at >= seen.at
    return found.taken_at > seen.at


def judged(home: Home) -> dict[str, Reading]:
    """What a patrol takes from it."""
    now, decided = datetime.now(UTC), settings.load(home)
    about = About(decided, home, Memory.none(), now)
    replay = Replay(LocalHost(), about, in_force(home, None, now, builtin.pack))
    return dict(replay.look(decided.hosts[0], Results(), is_whole=False).readings)


@pytest.mark.slow
@pytest.mark.threat("power-loss")
def test_forty_kills_leave_a_recording_whole_or_none_and_none_is_taken_for_another(
    visits: list[Nursery],
) -> None:
    homes = [Home.at(one.root) for one in visits]
    usual, killed, torn = visits[0].lasts("visit", NAS), 0, False
    while killed < KILLS:
        killed += cut_down(visits, "visit", NAS, within=1.5 * usual)
        for home in filter(is_torn, homes):
            if not torn:
                torn = True
                assert judged(home)["host"].value is None

    assert [one.finish("visit", NAS) for one in visits] == [0, 0, 0, 0]
    assert not any(map(is_torn, homes))
    assert judged(homes[-1])["host"].value["os"] == "linux"
