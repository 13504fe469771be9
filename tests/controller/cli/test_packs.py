"""`dentinel-controller packs`: what each command says, and what it does when it may not."""

import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import Result
from typer.testing import CliRunner

from controller.cli.app import app
from controller.jobs import freshness
from controller.policy.repository import Repository
from evidence.handover import Handover
from evidence.roster import Roster
from tests.controller.policy.author import Author, now
from tests.controller.policy.conftest import author  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """What a command puts into the environment ends with its test."""
    with patch.dict(os.environ):
        yield


@pytest.fixture
def file(author: Author, tmp_path: Path) -> Path:  # noqa: F811
    """What dr_lee handed over."""
    path = tmp_path / "north-quay.dentinel-packs"
    path.write_bytes(author.handed().to_bytes())
    return path


def packs(author: Author, *words: object) -> Result:  # noqa: F811
    typed = ["--home", str(author.home.root), "packs", *map(str, words)]
    return CliRunner().invoke(app, typed)


def test_the_author_gets_names_and_public_keys_and_no_secret(author, tmp_path: Path) -> None:  # noqa: F811
    out = tmp_path / "online-keys.json"
    done = packs(author, "online-keys", "-o", out)
    found = Roster.from_bytes(out.read_bytes())
    assert done.exit_code == 0, done.output
    assert [one.name for one in found.clinics] == ["bright-smiles"]
    assert author.home.seed.read_bytes().hex() not in out.read_text()


def test_new_keys_are_others_and_the_present_ones_come_again(author, file, tmp_path) -> None:  # noqa: F811
    packs(author, "publish", file)
    read = []
    for words in ((), (), ("--new",)):
        packs(author, "online-keys", "-o", tmp_path / "out.json", *words)
        read.append(Roster.from_bytes((tmp_path / "out.json").read_bytes()).timestamp)
    assert read[0] == read[1] != read[2]


def test_publishing_says_what_each_clinic_gets(author, file: Path) -> None:  # noqa: F811
    done = packs(author, "publish", file)
    assert done.exit_code == 0, done.output
    assert "dental-baseline 1.0.0 (serial 1)" in done.output
    assert "run by no machine yet" in packs(author, "list").output
    assert "packs/dental-baseline/1.0.0.json" in packs(author, "show").output


def test_what_is_published_can_be_handed_on(author, file: Path, tmp_path: Path) -> None:  # noqa: F811
    packs(author, "publish", file)
    packs(author, "show", "-o", tmp_path / "again")
    handed = Handover.from_bytes((tmp_path / "again").read_bytes())
    assert handed == author.handed()


def test_status_tells_an_author_s_key_that_lies_here(author, file: Path) -> None:  # noqa: F811
    packs(author, "publish", file)
    assert packs(author, "status").exit_code == 0
    (author.home.root / "author.key").write_text('{"dentinel": "key/v1"}')
    done = packs(author, "status")
    assert done.exit_code == 1
    assert "keep it off the controller" in done.output


@pytest.mark.parametrize("words", [("list",), ("show",), ("status",)])
def test_before_anything_is_published_the_way_is_told(author, words) -> None:  # noqa: F811
    done = packs(author, *words)
    assert done.exit_code == 2
    assert "docs/packs.md" in done.output


def test_a_file_that_is_none_is_refused(author, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "letter.txt").write_text("Dear colleague")
    done = packs(author, "publish", tmp_path / "letter.txt")
    assert done.exit_code == 2
    assert "no hand-over of packs" in done.output


def test_the_hourly_job_signs_for_every_org_and_minds_no_broken_one(author, file) -> None:  # noqa: F811
    from datetime import timedelta

    packs(author, "publish", file)
    held = Repository(author.home.tuf(author.org))
    broken = author.home.root / "tuf" / "5b0c1111-1111-4111-8111-111111111111" / "metadata"
    broken.mkdir(parents=True)
    (broken / "timestamp.json").write_bytes(b"{}")
    before = held.timestamp().signed.version
    assert freshness.sign_all(author.home, now() + timedelta(hours=2)) == 1
    assert held.timestamp().signed.version > before
