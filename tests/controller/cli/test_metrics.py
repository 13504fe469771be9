"""The token for /metrics is made and ended at the server's shell, on record."""

import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from controller.identity import watcher
from controller.ledger.models import Audit
from tests.controller.bright_smiles import Practice, new_home, practice


@pytest.fixture
def there(db, tmp_path, settings, monkeypatch) -> Practice:
    home = new_home(tmp_path / "controller")
    settings.HOME = home.root
    monkeypatch.setattr("controller.cli.ready.opened", lambda: home)
    return practice(home)


def test_it_is_shown_once_and_ended(there: Practice) -> None:
    made = CliRunner().invoke(app, ["metrics", "token"])
    assert made.exit_code == 0
    assert watcher.is_known(there.home, made.stdout.strip())

    ended = CliRunner().invoke(app, ["metrics", "close"])

    assert ended.exit_code == 0
    assert not watcher.is_open(there.home)
    acts = list(Audit.objects.at(there.place).order_by("n").values_list("action", flat=True))
    assert acts[-2:] == ["metrics.token", "metrics.close"]
    kept = str(list(Audit.objects.at(there.place).values()))
    assert made.stdout.strip() not in kept
