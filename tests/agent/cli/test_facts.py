"""Facts are shown with value, status, source and cost, recorded, and read from a recording."""

import json
import stat
from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

from agent.cli import recordings
from agent.cli.program import program
from agent.facts.gather import gather
from agent.host.recorded import Recorder
from agent.host.recording import Header, write
from rules.facts.index import CATALOGUE
from tests.agent.facts.clinic import NOW, about, pano_01
from tests.agent.facts.macs import scan_mac
from tests.agent.facts.windows.clinic import front_1, with_images


def run(*words: str) -> Result:
    return CliRunner().invoke(program(words), list(words))


@pytest.fixture
def recording(tmp_path) -> str:
    """PANO-01, recorded."""
    recorder = Recorder(pano_01())
    gather(recorder, about())
    path = tmp_path / "pano.jsonl"
    path.write_text(write(Header("linux", elevated=True, taken_at=NOW), recorder.calls))
    return str(path)


def test_the_document_holds_an_envelope_for_each_fact(recording) -> None:
    document = json.loads(run("facts", "--replay", recording, "--format", "json").stdout)
    assert set(document) <= {"facts", "caveat"}
    assert list(document["facts"]) == list(CATALOGUE)
    volumes = document["facts"]["volumes"]
    assert volumes["value"][0]["protection"] == "unprotected"
    assert volumes["observed_at"] == "2026-11-22T12:00:00Z"
    assert set(volumes) >= {"status", "value", "source", "cost", "reasons", "privilege"}


def test_a_person_reads_every_leaf_or_why_it_has_none(recording) -> None:
    said = run("facts", "volumes", "users", "--replay", recording).stdout
    assert "protection: unprotected" in said
    assert "state_since: unknown (not_collected)" in said
    assert "after: none" in said
    assert "\x1b[" not in said


def test_each_reason_is_told_once_with_what_to_do(recording) -> None:
    said = run("facts", "volumes", "usb_storage", "--replay", recording).stdout
    assert said.count("not_collected: nothing has collected it") == 1
    assert "Run the agent: dentinel run" in said.replace("\n   ", "")


def test_no_line_is_longer_than_the_terminal(recording, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = run("facts", "--replay", recording).stdout
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize(("machine", "real"), [(front_1, "Windows"), (scan_mac, "Mac")])
def test_what_was_read_on_no_real_one_is_said(machine, real, tmp_path) -> None:
    recorder, path = Recorder(machine()), tmp_path / "recording.jsonl"
    gather(recorder, about())
    recordings._save(recorder, about(), path)

    said = run("facts", "users", "--replay", str(path)).stdout
    document = json.loads(run("facts", "users", "--replay", str(path), "--format", "json").stdout)

    assert f"  not yet confirmed on a real {real}\n" in said
    assert document["caveat"] == f"not yet confirmed on a real {real}: users"


def test_only_what_was_named_is_shown(recording) -> None:
    document = json.loads(run("facts", "host", "--replay", recording, "--format", "json").stdout)
    assert list(document["facts"]) == ["host"]


def test_a_fact_that_there_is_not_is_wrong_use() -> None:
    done = run("facts", "disks")
    assert done.exit_code == 2
    assert "volumes" in done.output


def test_a_file_that_is_no_recording_is_wrong_use(tmp_path) -> None:
    path = tmp_path / "x"
    path.write_text("x")
    assert run("facts", "--replay", str(path)).exit_code == 2
    assert run("facts", "--replay", str(tmp_path / "nothing")).exit_code == 2


@pytest.mark.live
def test_some_unknown_facts_are_no_failure(tmp_path) -> None:
    assert run("--home", str(tmp_path), "facts").exit_code == 0


@pytest.mark.live
def test_a_recording_of_this_machine_gives_its_facts_and_is_its_owners(tmp_path) -> None:
    home, path = str(tmp_path), tmp_path / "here.jsonl"
    names = ("host", "volumes", "usb_storage", "patching")
    before = json.loads(
        run("--home", home, "facts", *names, "--record", str(path), "--format", "json").stdout
    )
    after = json.loads(run("facts", *names, "--replay", str(path), "--format", "json").stdout)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for name in ("volumes", "usb_storage", "patching"):
        assert after["facts"][name]["value"] == before["facts"][name]["value"]


@pytest.mark.live
def test_a_recording_tells_no_imaging_folder_behind_a_link_and_is_its_owners(tmp_path) -> None:
    folder, home, path = tmp_path / "Praxis-Meier", tmp_path / "agent", tmp_path / "facts.jsonl"
    folder.mkdir()
    home.mkdir()
    path.touch(mode=0o644)
    (tmp_path / "images").symlink_to(folder)
    root = f'label = "sidexis"\npath = "{tmp_path / "images"}"\nrole = "store"\n'
    (home / "agent.toml").write_text(f"[[imaging.root]]\n{root}")

    done = run("--home", str(home), "facts", "imaging", "volumes", "--record", str(path))

    assert done.exit_code == 0, done.output
    assert "Praxis-Meier" not in path.read_text()
    assert "/imaging" in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("machine", "folder"), [(front_1, "D:\\PDATA"), (scan_mac, "/Users/Shared/xray")]
)
def test_whose_clouds_are_asked_for_is_in_no_recording(machine, folder, tmp_path) -> None:
    path = tmp_path / "recording.jsonl"
    known = replace(about(), settings=with_images(folder).settings)
    readings = recordings.recorded(machine(), known, ["imaging", "users"], path)
    [root] = readings["imaging"].value["roots"]
    assert root["cloud_sync"] in ("onedrive", "dropbox")  # the control: they were asked
    for name in ("SyncRootManager", "OneDrive!", "info.json", "Dropbox", "CloudStorage"):
        assert name not in path.read_text()


@pytest.mark.parametrize("machine", [front_1, scan_mac])
def test_a_windows_or_mac_is_recorded_without_its_names(machine, tmp_path) -> None:
    recorder, path = Recorder(machine()), tmp_path / "recording.jsonl"
    gather(recorder, about())

    recordings._save(recorder, about(), path)

    text = path.read_text()
    for name in ("frontdesk", "Users/front", "HYG-2", "FRONT-MAC", "4C530001", "2222222222"):
        assert name not in text
    assert "guard.json" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert set(json.loads(run("facts", "--replay", str(path), "--format", "json").stdout)["facts"])
