"""`dentinel integrity`: what a person reads, and what a script does."""

import shutil
import time

import pytest
import typer
from typer.testing import CliRunner

from agent.cli import context
from agent.cli.integrity import integrity
from agent.imaging.sweep import sweep
from tests.agent.imaging.samples.practice import Practice
from tests.agent.imaging.samples.raster import PNG
from tests.agent.imaging.test_integrity import rot


@pytest.fixture
def archive(tmp_path):
    practice = Practice(tmp_path / "home", tmp_path / "images", integrity=True, now=time.time())
    for number in range(4):
        practice.put(f"{number}.png", PNG + bytes([number]))
    (practice.home / "agent.toml").write_text(
        f'[[imaging.root]]\nlabel = "images"\npath = "{practice.images}"\nrole = "store"\n'
        "integrity = true\n"
        f'[[imaging.root]]\nlabel = "exports"\npath = "{practice.home}"\nrole = "export"\n'
    )
    yield practice
    practice.ledger.close()


@pytest.fixture
def dentinel(archive):
    app = typer.Typer()

    @app.callback()
    def home(ctx: typer.Context) -> None:
        ctx.obj = context.Chosen(str(archive.home))

    app.command()(integrity)
    return lambda *words: CliRunner().invoke(app, ["integrity", *map(str, words)])


def test_before_a_pass_nothing_is_claimed(archive, dentinel) -> None:
    sweep_without_sums = archive.integrity = False
    archive.sweep()
    ran = dentinel("images")
    assert (ran.exit_code, "4 files" in ran.output) == (3, True)
    assert not sweep_without_sums


def test_an_archive_as_it_was_and_one_that_rotted(archive, dentinel) -> None:
    archive.sweep()
    assert dentinel("images").exit_code == 0
    rot(archive.images / "2.png")
    archive.ledger._db.execute("UPDATE imaging_sum SET at = at - 30 * 86400")
    archive.ledger._db.execute("UPDATE imaging_sum_pass SET at = at - 30 * 86400")
    sweep(archive.examiner(), archive.root, archive.now)
    ran = dentinel("images")
    assert (ran.exit_code, "1 changed silently" in ran.output) == (1, True)
    assert dentinel("images", "--accept").exit_code == 0
    assert dentinel("images").exit_code == 3


def test_a_restored_copy_is_compared(archive, dentinel, tmp_path) -> None:
    archive.sweep()
    shutil.copytree(archive.images, tmp_path / "copy")
    ran = dentinel("images", "--restored", tmp_path / "copy")
    assert (ran.exit_code, "4 files as in images" in ran.output) == (0, True)
    (tmp_path / "copy" / "1.png").unlink()
    assert dentinel("images", "--restored", tmp_path / "copy").exit_code == 1


@pytest.mark.parametrize(
    ("label", "said"), [("gone", "there are exports, images"), ("exports", "integrity = true")]
)
def test_wrong_use_says_what_there_is(label, said, dentinel) -> None:
    ran = dentinel(label)
    assert ran.exit_code == 2
    assert said in " ".join(ran.output.replace("│", " ").split())
