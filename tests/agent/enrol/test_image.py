"""What is left of an agent after `seal`, and what comes of a copy of that."""

import os
import shutil
from pathlib import Path

import pytest

from agent.enrol import image
from agent.errands import patrol
from agent.errors import HomeError, NotEnrolled
from agent.identity.machine import Identity
from agent.paths import Home
from tests.agent.practice import Practice


@pytest.fixture
def lived_in(practice: Practice) -> Practice:
    """OP1 with settings, sealed reports, local data and a file of somebody else."""
    practice.seal(2)
    practice.deliver()
    practice.home.settings.write_text('role = "workstation"\n')
    for name in ("local.sqlite", "local.sqlite-wal", "exhibits.jsonl", "notes.txt"):
        (practice.home.root / name).write_text("x")
    for folder in ("joining/identity", "visits", "packs/kept", "run"):
        (practice.home.root / folder).mkdir(parents=True, exist_ok=True)
    return practice


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_nothing_that_makes_it_itself_is_left(lived_in: Practice) -> None:
    keys = [lived_in.identity.report_key().seed.hex().encode()]
    left = image.forget(lived_in.home)

    assert {path.name for path in left} == names(lived_in.home.root) == {"agent.toml", "notes.txt"}
    rest = b"".join(p.read_bytes() for p in lived_in.home.root.rglob("*") if p.is_file())
    assert not any(key in rest for key in keys)


def test_it_can_be_done_twice_and_to_a_home_that_is_not_there(
    lived_in: Practice, tmp_path: Path
) -> None:
    image.forget(lived_in.home)

    assert image.forget(lived_in.home)
    assert image.forget(Home(tmp_path / "never")) == ()


def test_a_computer_from_the_image_judges_itself_and_waits(lived_in: Practice) -> None:
    image.forget(lived_in.home)
    made = Home(lived_in.home.root.with_name("op7"))
    shutil.copytree(lived_in.home.root, made.root)

    with pytest.raises(NotEnrolled):
        Identity.load(made)
    assert patrol.main(made, ["--only=host"]) == 0
    lived_in.join(home=made)
    assert Identity.load(made).agent


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may remove everything"
)
def test_what_may_not_be_removed_is_said(lived_in: Practice) -> None:
    lived_in.home.identity.chmod(0o500)
    with pytest.raises(HomeError, match="cannot be removed"):
        image.forget(lived_in.home)
