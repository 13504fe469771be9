"""What the demo's pages call delivered was accepted by a receiver, at the time that they say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.alerts import queries
from controller.alerts.models import Attempt
from controller.cli.demo.msp import desk, history, people, plot
from controller.cli.demo.msp.cast import Box, Ward
from controller.cli.demo.msp.opening import Open
from controller.findings import protection
from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import By, open_org
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

NOW = datetime(2027, 3, 5, 15, tzinfo=UTC)
BRIGHT_SMILES = Ward("Bright Smiles", "America/New_York", (Box("OP3", "operatory"),))


def test_the_pause_of_encryption_reached_the_help_desk_the_day_it_failed(
    home: ControllerHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    monkeypatch.setattr(plot, "DAYS", 7)
    settings.ALLOW_TO = "127.0.0.1/32,::1/128"
    authority.ensure(home, Keys.load(home), ["localhost"], datetime.now(tz=UTC))
    org = open_org(home, "North Quay IT (demo)", "north-quay-demo", By("shell", "", NOW))
    story = history.begin(Open(home, org), (BRIGHT_SMILES,), NOW, seed=3)
    users = people.settle(story, story.clock.now)

    with desk.staffed(home, tmp_path) as address:
        history.play(story, desk.told(story, users, address), lambda _done, _of: None)

    place = Place(org.id).clinic(story.places[0].clinic.id)
    beside = queries.telling(place, protection.RULE)
    told = queries.told(Clinic.objects.at(place).annotate(**beside).get())
    assert told is not None
    assert told.is_org
    assert NOW - timedelta(days=4) < told.sent_at < NOW - timedelta(days=2)
    answers = Attempt.objects.at(Place(org.id)).values_list("is_accepted", "status").distinct()
    assert list(answers) == [(True, "204")]
