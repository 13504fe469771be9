"""`dentinel rules fmt` says what it did, and with --check does nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.workbench.new import new_pack


def dentinel(*words: str):
    return CliRunner().invoke(app, ["rules", "fmt", *words])


@pytest.fixture
def untidy(tmp_path, monkeypatch) -> Path:
    """A new pack, after somebody was in a hurry."""
    monkeypatch.chdir(tmp_path)
    pack = new_pack(Path("our-practice")).pack
    rule = pack / "accounts.yaml"
    rule.write_text(rule.read_text().replace("not user.enabled", "'!user.enabled'"))
    return pack


def test_check_changes_nothing_and_is_exit_1(untidy) -> None:
    before = (untidy / "accounts.yaml").read_bytes()
    said = dentinel("--check")
    assert (said.exit_code, said.output) == (
        1,
        (
            "our-practice/accounts.yaml: would be formatted\n"
            "1 file would be formatted, 2 files in order\n"
        ),
    )
    assert (untidy / "accounts.yaml").read_bytes() == before


def test_a_file_is_formatted_once(untidy) -> None:
    said = dentinel("our-practice")
    assert (said.exit_code, said.output) == (
        0,
        "our-practice/accounts.yaml: formatted\n1 file formatted, 2 files in order\n",
    )
    assert "- that: not user.enabled\n" in (untidy / "accounts.yaml").read_text()
    again = dentinel("our-practice", "--check")
    assert (again.exit_code, again.output) == (0, "3 files in order\n")


def test_a_file_with_errors_is_left_alone_and_said(untidy) -> None:
    rule = untidy / "accounts.yaml"
    rule.write_text(rule.read_text().replace("user.guest", "user.gast"))
    before = rule.read_bytes()
    said = dentinel("our-practice")
    assert said.exit_code == 1
    assert said.output.startswith(
        "our-practice/accounts.yaml: left alone, it has errors: "
        "dentinel rules check our-practice/accounts.yaml\n"
    )
    assert rule.read_bytes() == before


def test_a_folder_that_cannot_be_written_is_a_sentence(untidy, monkeypatch) -> None:
    def refuses(self: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_bytes", refuses)
    said = dentinel("our-practice")
    assert said.exit_code == 2
    assert "cannot be used: Permission denied" in said.output
