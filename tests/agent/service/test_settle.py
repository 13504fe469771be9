"""What a package has the agent do, first and last."""

import pytest

from agent.__main__ import main
from agent.guard import state
from agent.paths import Home


@pytest.fixture
def op1(tmp_path):
    return Home(tmp_path / "op1")


def settle(home, *words):
    return main(["--home", str(home.root), "settle", *words])


def test_a_join_string_is_left_in_a_home_of_its_own(op1):
    assert settle(op1, "--join", "dentinel1.x@controller.lan") == 0

    assert op1.join.read_text() == "dentinel1.x@controller.lan\n"
    assert op1.join.stat().st_mode & 0o777 == 0o600


def test_a_property_that_nobody_set_leaves_none(op1):
    assert settle(op1, "--join", "") == 0

    assert op1.identity.is_dir()
    assert not op1.join.exists()


def test_a_purge_leaves_nothing(op1):
    settle(op1, "--join", "")

    assert settle(op1, "--purge") == 0
    assert settle(op1, "--purge") == 0

    assert not op1.root.exists()


def test_nothing_is_purged_under_a_guard(op1, capsys):
    op1.create()
    with state.lock(op1):
        assert settle(op1, "--purge") == 2

    assert op1.identity.is_dir()
    assert "stop the service" in capsys.readouterr().err


def test_wrong_words_do_nothing(op1):
    with pytest.raises(SystemExit):
        settle(op1)

    assert not op1.root.exists()
