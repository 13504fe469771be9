"""Hosts without an agent are visited, and what they answered is left for who judges it."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import agent
from agent.__main__ import main
from agent.errands.visit import visit
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.index import OF_THE_AGENT
from agent.facts.memory import Memory
from agent.host.recorded import RecordedHost
from agent.host.ssh import line
from agent.paths import Home
from agent.readers import probed
from agent.settings import HostSetting, Settings
from rules.facts.index import CATALOGUE
from tests.agent.host.ssh.machine import Server, needs_sshd, sshd
from tests.agent.transport.test_dicom import pacs

pytestmark = needs_sshd


@pytest.fixture
def nas(tmp_path):
    (tmp_path / "server").mkdir()
    with sshd(tmp_path / "server") as server:
        yield server


@pytest.fixture
def home(tmp_path) -> Home:
    found = Home.at(tmp_path / "home")
    found.create()
    return found


def written(home: Home, *hosts: HostSetting) -> None:
    lines = []
    for host in hosts:
        lines += ["[[host]]", f'name = "{host.name}"', f'address = "{host.address}"']
        lines += [f"port = {host.port}", f'user = "{host.user}"']
        lines += [f'key_file = "{host.key_file}"'] if host.key_file else []
        lines += [f"pins = {json.dumps(host.pins)}"] if host.pins else []
    home.settings.write_text("\n".join(lines))


def visited(home: Home, *names: str) -> int:
    return main(["--home", str(home.root), "visit", *names])


def recording(home: Home, name: str) -> RecordedHost:
    return RecordedHost.load(home.visits / f"{name}.jsonl")


def test_a_visit_leaves_a_recording_that_answers_all_facts(nas: Server, home) -> None:
    written(home, nas.setting())
    assert visited(home) == 0
    host = recording(home, "nas")
    about = About(Settings(), home, Memory.none(), host.taken_at)
    again = gather(host, about, [name for name in CATALOGUE if name not in OF_THE_AGENT])
    assert again["host"].value["os"] == "linux"
    assert "error" not in {str(one.status) for one in again.values()}


def test_a_recording_is_its_owners_alone_and_keeps_no_hash(nas: Server, home) -> None:
    written(home, nas.setting())
    visited(home)
    path = home.visits / "nas.jsonl"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "$y$" not in path.read_text()
    assert "$6$" not in path.read_text()


def test_facts_of_an_agent_are_not_answered_out_of_this_home(nas: Server, home) -> None:
    seen = visit(nas.setting(role="nas"), home)
    assert {name for name in OF_THE_AGENT if seen.readings[name].status == "unsupported"} == {
        "agent",
        "imaging",
    }
    assert seen.readings["host"].value["role"] == "nas"


def test_all_facts_take_three_rounds_at_most(nas: Server, home) -> None:
    seen = visit(nas.setting(), home)
    assert seen.fault is None
    assert 1 <= seen.rounds <= 3


def test_several_are_visited_and_one_that_fails_costs_no_other(
    nas: Server, home, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(line, "RETRIES", 0)
    gone = HostSetting(name="gone", address="127.0.0.1", port=1, user="x", pins=nas.setting().pins)
    written(home, nas.setting(), nas.setting(name="pacs"), gone, nas.setting(name="new", pins=()))
    assert visited(home) == 1
    said = capsys.readouterr()
    assert {path.stem for path in home.visits.glob("*.jsonl")} == {"nas", "pacs"}
    assert "host=gone was not visited: unreachable" in said.err
    assert "host=new" in said.err
    assert nas.setting().pins[0] in said.err


def test_one_can_be_visited_alone(nas: Server, home) -> None:
    written(home, nas.setting(), nas.setting(name="pacs"))
    assert visited(home, "pacs") == 0
    assert [path.name for path in home.visits.glob("*.jsonl")] == ["pacs.jsonl"]


def test_a_name_that_the_settings_do_not_have_is_said(home, capsys) -> None:
    written(home)
    assert visited(home, "nas") == 2
    assert "no host 'nas'" in capsys.readouterr().err


def test_a_host_that_is_not_trusted_any_more_keeps_its_last_recording(nas: Server, home) -> None:
    written(home, nas.setting())
    visited(home)
    before = (home.visits / "nas.jsonl").read_bytes()
    written(home, nas.setting(pins=("ssh-ed25519 SHA256:" + "A" * 43,)))
    assert visited(home) == 1
    assert (home.visits / "nas.jsonl").read_bytes() == before


@pytest.mark.live
def test_a_visit_asks_the_ports_of_its_own_machine(home, capsys) -> None:
    written(home)
    with pacs(port=11112):
        assert visited(home) == 0
    assert "asked=" in capsys.readouterr().out
    answers = probed.parse(home.probed.read_bytes())
    assert answers["127.0.0.1", 11112].answer == probed.Answer("plain", None)


NOBODY = 65534
DROPPED = f"""
import os, sys
from agent.__main__ import main
main(["--home", sys.argv[1], "visit"])  # loads all that this Python may keep where only root reads
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
sys.exit(main(["--home", sys.argv[2], "visit"]))
"""


@pytest.fixture
def shared(tmp_path_factory):
    """A home as the package makes it: of root, and `visits/` for the group of the visit."""
    folder = Path(tempfile.mkdtemp(prefix="visit-"))
    home = Home.at(folder / "home")
    home.create()
    for path in (folder, home.root, home.run):
        path.chmod(0o755)
    os.chown(home.visits, 0, NOBODY)
    yield home
    shutil.rmtree(folder)


@pytest.mark.live
@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
def test_a_visit_needs_no_privilege(nas: Server, shared: Home) -> None:
    key = shared.root / "visit.key"
    shutil.copy(nas.folder / "visit", key)
    os.chown(key, NOBODY, NOBODY)
    written(shared, nas.setting(key_file=key))
    shared.settings.chmod(0o644)
    first = Home.at(shared.root / "first")
    first.create()
    written(first, nas.setting())
    done = subprocess.run(
        [sys.executable, "-c", DROPPED, first.root, shared.root],
        cwd=Path(agent.__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "host=nas rounds=" in done.stdout
    assert shared.recording("nas").stat().st_uid == NOBODY
    assert shared.visit_ended.exists()
