"""From the shell it is seen what is open, and whether a channel works."""

import pytest
from typer.testing import CliRunner

from controller.alerts import actions
from controller.alerts.actions import Wanted
from controller.cli.app import app
from tests.controller.alerts import told
from tests.controller.bright_smiles import Practice, by, new_home, practice


@pytest.fixture
def there(db, tmp_path, settings, monkeypatch) -> Practice:
    home = new_home(tmp_path / "controller")
    settings.HOME = home.root
    monkeypatch.setattr("controller.cli.ready.opened", lambda: home)
    return practice(home)


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["alert", *words])
    return done.exit_code, done.output


def test_what_is_open_is_a_line_each(there: Practice) -> None:
    told.alert(there)

    code, said = run("list")

    assert code == 0
    assert said.startswith("critical ")
    assert "Bright Smiles: volumes-encrypted" in said
    assert run("list", "--state", "closed") == (0, "no closed alerts\n")


def test_a_state_that_is_none_and_a_channel_that_is_none_are_told(there: Practice) -> None:
    assert run("list", "--state", "new")[0] == 2
    code, said = run("test-channel", "Pager")
    assert (code, "there is no channel 'Pager'" in said) == (2, True)


def test_a_test_that_is_not_accepted_ends_with_1(there: Practice) -> None:
    wanted = Wanted(there.org.id, None, "webhook", "Tickets", {"url": "https://127.0.0.1:1/"})
    actions.add_channel(there.home, wanted, by())

    code, said = run("test-channel", "Tickets")

    assert (code, said.startswith("not accepted: not allowed")) == (1, True)
