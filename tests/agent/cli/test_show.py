"""`dentinel show`: the path for a local administrator, and the note that it was shown."""

from pathlib import Path

import pytest

from agent.cli.show import written
from agent.errors import LedgerError
from agent.imaging.reveal import reveal
from agent.paths import Home
from tests.agent.imaging.samples.practice import Practice


@pytest.fixture
def north_quay(tmp_path: Path):
    practice = Practice(tmp_path / "home", tmp_path / "images")
    (tmp_path / "home" / "agent.toml").write_text(
        f'[[imaging.root]]\nlabel = "images"\npath = "{practice.images}"\nrole = "store"\n'
    )
    practice.look(practice.put("Smith/a.jpg"))
    practice.ledger.commit()
    yield practice
    practice.ledger.close()


@pytest.fixture
def home(north_quay: Practice) -> Home:
    return Home(north_quay.home)


def test_the_path_is_shown(north_quay, home) -> None:
    assert reveal(home, north_quay.findings()[0].id) == str(north_quay.images / "Smith/a.jpg")


def test_that_it_was_shown_is_noted_until_it_is_sealed(north_quay, home) -> None:
    finding = north_quay.findings()[0].id
    reveal(home, finding)
    [noted] = north_quay.ledger.findings.reveals()
    north_quay.ledger.findings.revealed([noted.number])

    assert noted.finding == finding
    assert north_quay.ledger.findings.reveals() == ()


def test_a_file_that_moved_is_found_by_its_id(north_quay, home) -> None:
    finding = north_quay.findings()[0].id
    (north_quay.images / "Smith").rename(north_quay.images / "Jones")
    assert reveal(home, finding) == str(north_quay.images / "Jones/a.jpg")


def test_a_file_that_is_gone_is_told(north_quay, home) -> None:
    finding = north_quay.findings()[0].id
    (north_quay.images / "Smith/a.jpg").unlink()
    with pytest.raises(LedgerError, match="not where it was"):
        reveal(home, finding)
    assert north_quay.ledger.findings.reveals() == ()


def test_a_closed_finding_shows_where_it_was(north_quay, home) -> None:
    finding = north_quay.findings()[0].id
    (north_quay.images / "Smith/a.jpg").unlink()
    north_quay.look(north_quay.images / "Smith/a.jpg")
    north_quay.ledger.commit()
    assert reveal(home, finding).endswith("a.jpg")


@pytest.mark.parametrize("finding", ["", "x", "0" * 31, "0" * 32, "../" * 11])
def test_an_id_of_nothing_is_refused(finding, north_quay, home) -> None:
    with pytest.raises(LedgerError):
        reveal(home, finding)


def test_a_home_without_a_ledger_is_told(tmp_path) -> None:
    with pytest.raises(LedgerError, match="no agent has looked"):
        reveal(Home(tmp_path / "none"), "0" * 32)
    assert not (tmp_path / "none").exists()


def test_a_home_that_cannot_be_looked_into_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LedgerError, match="cannot be looked into"):
        reveal(Home(tmp_path / "file"), "0" * 32)


@pytest.mark.threat("unseen")
def test_a_name_steers_no_terminal_and_reaches_a_pipe_as_it_is() -> None:
    name = "/srv/exports/a\x1b[2J\x9b1A\u202egpj.exe\udcff"

    assert written(name, is_terminal=True) == ("/srv/exports/a\\x1b[2J\\x9b1A\\u202egpj.exe\\xff")
    assert written(name, is_terminal=False).startswith("/srv/exports/a\x1b[2J")
