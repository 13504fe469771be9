"""`dentinel scan`: records, exit codes, and nothing but one document on standard output."""

import io
import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from agent.cli import context, scan
from agent.cli.scanned import Groups, Progress, line, shown
from agent.imaging.clouds import search
from agent.imaging.clouds.base import Synced
from agent.imaging.clouds.search import Clouds
from agent.imaging.shelter import Shelter
from agent.imaging.volumes import Volume, Volumes
from rules.facts.base import Why
from tests.agent.imaging.samples.dicom import written, xray
from tests.agent.imaging.samples.raster import JPEG

FIELDS = {"path", "verdict", "reason", "kind", "format", "method", "names_exposed", "outcome"}

SHELTERED = Shelter("protected", removable=False, holds_store=False)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


@pytest.fixture
def dentinel(tmp_path: Path):
    app = typer.Typer()
    app.callback()(lambda ctx: None)

    @app.callback()
    def home(ctx: typer.Context) -> None:
        ctx.obj = context.Chosen(str(tmp_path / "home"))

    app.command()(scan.scan)
    runner = CliRunner()

    def run(*words: object) -> Result:
        return runner.invoke(app, ["scan", *map(str, words)])

    return run


def test_each_file_is_a_record(images, dentinel) -> None:
    (images / "a.jpg").write_bytes(JPEG)
    (images / "b").write_bytes(bytes(100))
    ran = dentinel(images, "--role", "outbox", "--format", "jsonl")
    records = {Path(r["path"]).name: r for r in map(json.loads, ran.stdout.splitlines())}

    assert ran.exit_code == 1
    assert set(records["a.jpg"]) == FIELDS
    assert records["a.jpg"]["outcome"] == "exposed"
    assert records["b"]["outcome"] == "unproven"


def test_one_document_holds_all(images, dentinel) -> None:
    (images / "a.jpg").write_bytes(JPEG)
    (images / "link").symlink_to(images / "a.jpg")
    os.mkfifo(images / "fifo")
    document = json.loads(dentinel(images, images / "link", "--format", "json").stdout)

    assert [Path(file["path"]).name for file in document["files"]] == ["a.jpg"]
    assert document["summary"]["files"] == 1
    assert document["unreadable"] == [{"path": str(images / "link"), "reason": "no_file"}]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, 0),
        ({"empty": b""}, 0),
        ({"opaque": bytes(99)}, 3),
        ({"a.jpg": JPEG, "opaque": bytes(99)}, 1),
    ],
    ids=["nothing", "no-content", "unproven", "exposed"],
)
def test_the_exit_code_is_the_worst_outcome(files, code, images, dentinel) -> None:
    for name, data in files.items():
        (images / name).write_bytes(data)
    assert dentinel(images, "--role", "outbox").exit_code == code


def test_an_envelope_is_safe_in_an_outbox(images, dentinel, tmp_path) -> None:
    assert dentinel(images, "--role", "outbox").exit_code == 0


def test_what_a_client_carries_away_is_in_an_outbox_whatever_was_said(
    images, dentinel, monkeypatch
) -> None:
    (images / "stays.txt").write_text("nothing of anybody")
    (images / "cloud").mkdir()
    (images / "cloud" / "a.jpg").write_bytes(JPEG)
    link = images.with_name("link")
    link.symlink_to(images)
    found = Clouds("linux", (Synced("dropbox", str(images / "cloud")),), Why.ACCESS_DENIED)
    monkeypatch.setattr(search, "clouds", lambda _: found)
    monkeypatch.setattr(Volumes, "under", lambda *_: Volume("protected", SHELTERED))

    ran = dentinel(link / "cloud", link / "stays.txt", "--format", "json")
    document = json.loads(ran.stdout)
    outcomes = {Path(one["path"]).name: one["outcome"] for one in document["files"]}
    assert outcomes == {"a.jpg": "exposed", "stays.txt": "safe"}
    assert document["summary"]["carried"] == {"dropbox": 1}
    said = dentinel(images).stdout
    assert "1 of them are carried away by dropbox: judged as in an outbox" in said
    assert "not every client of everybody could be asked: access_denied" in said


def test_wrong_use_is_2(images, dentinel) -> None:
    assert dentinel(images / "gone").exit_code == 2
    assert dentinel(images, "--role", "garden").exit_code == 2
    assert dentinel().exit_code == 2


def test_identity_is_said_of_dicom_alone(images, dentinel) -> None:
    (images / "a.dcm").write_bytes(written(xray(PatientName="Doe^Jane")))
    (images / "a.jpg").write_bytes(JPEG)
    ran = dentinel(images, "--identity", "--format", "jsonl")
    records = {r["kind"]: r for r in map(json.loads, ran.stdout.splitlines())}

    assert (records["dicom"]["identity"], records["dicom"]["modality"]) == ("identified", "IO")
    assert (records["image"]["identity"], records["image"]["modality"]) == (None, None)


def test_a_file_that_is_named_is_judged_although_excluded(images, dentinel, tmp_path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "agent.toml").write_text(
        f'[[imaging.exclude]]\npath = "{images / "demo"}"\nwhy = "demo patients"\n'
    )
    (images / "demo").mkdir()
    file = images / "demo" / "a.jpg"
    file.write_bytes(JPEG)

    assert len(json.loads(dentinel(file, "--format", "json").stdout)["files"]) == 1
    whole = json.loads(dentinel(images, "--format", "json").stdout)
    assert (whole["files"], whole["summary"]["excluded"]) == ([], 1)


def test_settings_that_cannot_be_read_are_told_and_survived(images, dentinel, tmp_path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "agent.toml").write_text("role =")
    ran = dentinel(images)

    assert ran.exit_code == 0
    assert "without the settings" in ran.stderr


def test_text_names_only_what_needs_attention(images, dentinel) -> None:
    (images / "a.jpg").write_bytes(JPEG)
    (images / "empty").write_bytes(b"")
    said = dentinel(images, "--role", "outbox").stdout

    assert "a.jpg" in said
    assert "empty" not in said
    assert "2 files: 1 exposed" in said


def test_a_name_cannot_steer_the_screen(images, dentinel) -> None:
    name = os.fsdecode(b"a\x1b[2Jb\xff.jpg")
    (images / name).write_bytes(JPEG)

    assert "\x1b" not in dentinel(images, "--role", "outbox").stdout
    assert json.loads(dentinel(images, "--format", "json").stdout)["files"][0]["path"].endswith(
        name
    )
    assert shown("a\nb") == "a\\nb"


def test_many_files_come_through_several_threads(images, dentinel) -> None:
    for number in range(2500):
        (images / f"{number}.jpg").write_bytes(JPEG[:40])
    document = json.loads(dentinel(images, "--format", "json").stdout)
    assert document["summary"]["verdicts"] == {"plaintext": 2500}
    assert len({file["path"] for file in document["files"]}) == 2500


@pytest.mark.parametrize(
    ("done", "of", "seconds", "said"),
    [
        (500, None, 0.2, "500 files"),
        (12_000, None, 2.0, "12,000 files, 6,000/s"),
        (12_000, 98_000, 2.0, "12,000 of 98,000 files, 6,000/s, 14 s left"),
        (12_000, 4_000_000, 2.0, "12,000 of 4,000,000 files, 6,000/s, 11 min left"),
        (1_000, 40_000_000, 2.0, "1,000 of 40,000,000 files, 500/s, 22.2 h left"),
        (98_001, 98_000, 9.0, "98,000 of 98,000 files, 10,889/s"),
    ],
)
def test_a_scan_says_how_far_it_is(done, of, seconds, said) -> None:
    assert line(done, of, seconds) == said


def test_what_is_alike_is_one_thing_to_mend() -> None:
    groups = Groups()
    for number in range(400_000):
        groups.add(
            {
                "outcome": "exposed",
                "kind": "dicom",
                "verdict": "plaintext",
                "reason": "content",
                "path": f"/srv/{number}.dcm",
            }
        )
    lines = list(groups.lines())
    assert len(lines) == 7
    assert "400,000" in lines[0]
    assert "and 399,995 more" in lines[-1]


def test_progress_is_wiped_and_goes_to_a_terminal_alone() -> None:
    silent, loud = io.StringIO(), io.StringIO()
    for to, shows in ((silent, False), (loud, True)):
        progress = Progress(lambda: range(10), to, shows=shows)
        progress.said(1)
        progress.close()
    assert silent.getvalue() == ""
    assert loud.getvalue().endswith("\r\x1b[K")


def test_pictures_stand_before_what_is_more(images, dentinel) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (images / name).write_text("recall in spring")
    (images / "a.jpg").write_bytes(JPEG)
    said = dentinel(images, "--role", "outbox").stdout

    assert said.index("image: plaintext") < said.index("text: plaintext")


def test_one_file_is_one_file(images, dentinel) -> None:
    (images / "a.jpg").write_bytes(JPEG)
    assert "1 file: 1 exposed" in dentinel(images, "--role", "outbox").stdout


def test_a_long_path_does_not_fill_the_screen() -> None:
    said = shown("/images/" + "d/" * 2000 + "last.dcm")
    assert (said.startswith("/images/"), said.endswith("/last.dcm")) == (True, True)
    assert len(said) < 310


def test_what_is_no_file_is_said_in_words(images, dentinel) -> None:
    os.mkfifo(images / "pipe")
    ran = dentinel(images / "pipe")
    assert (ran.exit_code, "neither a file nor a folder" in ran.stdout) == (3, True)
