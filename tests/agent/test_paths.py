"""The home: every file has its place, and a file is written whole or not at all."""

import os
import stat
import sys
import time

import pytest

from agent import files, paths
from agent.errors import HomeError
from agent.ourselves import chosen_home
from agent.paths import Home

if sys.platform == "win32":
    pytest.skip("modes are POSIX'", allow_module_level=True)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_all_state_lies_below_the_home_that_was_chosen(tmp_path):
    home = Home.at(str(tmp_path / "op1"))
    files = [getattr(home, name) for name in vars(Home) if isinstance(vars(Home)[name], property)]

    assert all(file.is_relative_to(home.root) for file in files)
    assert len(set(files)) == len(files)


def test_folders_have_their_modes_again_after_a_second_start(tmp_path):
    home = Home(tmp_path / "op1")
    home.create()
    home.identity.chmod(0o777)

    home.create()

    assert mode(home.identity) == 0o750
    assert mode(home.outbox.parent) == 0o2770


def test_a_home_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(HomeError, match="cannot be made"):
        Home(tmp_path / "file" / "op1").create()


def test_a_file_is_replaced_whole_and_private(tmp_path):
    path = tmp_path / "chain.json"
    paths.write(path, b"old")
    paths.write(path, b"new")

    assert path.read_bytes() == b"new"
    assert mode(path) == 0o600
    assert [*tmp_path.iterdir()] == [path]


def test_what_killed_writers_left_goes_with_the_next_writing(tmp_path):
    old, young, other = (tmp_path / f".nas.jsonl.{end}" for end in ("17", "18", "x"))
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (time.time() - files.ABANDONED_S - 1,) * 2)

    paths.write(tmp_path / "nas.jsonl", b"whole")

    assert [path.exists() for path in (old, young, other)] == [False, True, True]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(HomeError, match="cannot be written"):
        paths.write(tmp_path / "nowhere" / "chain.json", b"new")

    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("words", "home", "rest"),
    [
        (["--home", "/a", "status"], "/a", ["status"]),
        (["status", "--home", "/a", "--format", "line"], "/a", ["status", "--format", "line"]),
        (["show", "--home=/a", "ID"], "/a", ["show", "ID"]),
        (["scan", "--", "--home", "/a"], None, ["scan", "--", "--home", "/a"]),
        (["status", "--home"], None, ["status", "--home"]),
    ],
)
def test_the_home_may_be_named_anywhere_among_the_words(words, home, rest) -> None:
    assert chosen_home(words) == (home, rest)
