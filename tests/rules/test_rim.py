"""What cannot be written, read or spelt ends a program with one sentence, and no Python."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rules import rim

HOUSE = Path(__file__).parents[2]
PROGRAMS = {
    "agent.cli.app": "rules explain DL302",
    "controller.cli.app": "--help",
    "evidence": "nothing.dentinel-evidence",
}


def ended(module: str, rest: str, room: Path, **environment: str) -> tuple[int, str]:
    command = f"{sys.executable} -m {module} {rest}"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=room,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(HOUSE), **environment},
    )
    return done.returncode, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("module", PROGRAMS)
def test_a_full_disk_is_told(module, tmp_path) -> None:
    code, said = ended(module, f"{PROGRAMS[module]} > /dev/full", tmp_path)
    assert (code, said) == (
        2,
        "error: what was to be written cannot be kept: No space left on device\n",
    )


@pytest.mark.parametrize("module", PROGRAMS)
def test_output_that_nobody_wants_is_no_fault(module, tmp_path) -> None:
    _, said = ended(module, f"{PROGRAMS[module]} >&-", tmp_path)
    assert said == ""


def test_a_folder_for_a_file_is_told(tmp_path) -> None:
    sheet = tmp_path / "sheet.txt"
    sheet.mkdir()
    code, said = ended("controller.cli.app", "--home c keys recover sheet.txt", tmp_path)
    assert code == 2
    assert "sheet.txt" in said
    assert "File " not in said


def test_a_word_that_is_no_text_is_told(tmp_path) -> None:
    strict = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    code, said = ended(
        "controller.cli.app", '--home c init --org "$(printf "Z\\344hne")"', tmp_path, **strict
    )
    assert code == 2
    assert "is no text on this system: set LANG to C.UTF-8" in said


def test_a_file_where_a_folder_is_to_be_is_told(tmp_path) -> None:
    (tmp_path / "schemas").write_text("")
    code, said = ended("agent.cli.app", "rules schema --write schemas", tmp_path)
    assert code == 2
    assert "schemas cannot be used: it is a file, and a folder is wanted" in said


def test_what_is_no_text_is_shown_by_its_bytes() -> None:
    assert rim.shown("Z\udce4hne") == "Z\\udce4hne"


def test_a_file_that_nobody_typed_is_a_fault_and_not_named(tmp_path, monkeypatch, capfd) -> None:
    """`dentinel run` writes to a journal, and the file may be a patient's."""
    monkeypatch.setattr(sys, "argv", ["dentinel", "--home", str(tmp_path), "run"])
    with pytest.raises(FileNotFoundError):
        rim.run((tmp_path / "Zéphyrine.dcm").read_bytes)
    assert "Zéphyrine" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("typed", ["{0}/there/list.csv", "--output={0}/there/list.csv"])
def test_a_file_that_was_typed_is_named_and_so_is_its_folder(
    typed, tmp_path, monkeypatch, capfd
) -> None:
    monkeypatch.setattr(sys, "argv", ["dentinel", "rules", typed.format(tmp_path)])
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    for path in (tmp_path / "there" / "list.csv", tmp_path / "there"):
        with pytest.raises(SystemExit):
            rim.run(lambda path=path: path.stat())
        assert f"error: {path} cannot be used: No such file" in capfd.readouterr().err
