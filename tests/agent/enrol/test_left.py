"""`python -m agent enroll`: what a package left is used, or stays to be tried again."""

import pytest

from agent.__main__ import main
from agent.enrol.left import TRY_AGAIN
from agent.paths import Home


@pytest.fixture
def op1(tmp_path):
    home = Home(tmp_path / "op1")
    home.create()
    return home


def enroll(home):
    return main(["--home", str(home.root), "enroll"])


def test_nothing_is_left(op1):
    assert enroll(op1) == 0


def test_a_damaged_join_string_is_refused_for_good(op1, capsys):
    op1.join.write_text("dentinel1.nothing@nowhere\n")

    assert enroll(op1) == 2
    assert not op1.join.exists()
    assert "damaged" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_stays_to_be_tried_again(op1):
    op1.join.mkdir()

    assert enroll(op1) == TRY_AGAIN
