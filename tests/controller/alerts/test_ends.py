"""What ends is told in time, by one alert of the org that closes when it is renewed."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from controller.alerts import ends
from controller.alerts.look import Whose, look
from controller.alerts.models import Alert, AlertMachine
from controller.fleet import own_keys
from controller.identity import authority
from controller.identity.secrets import Keys
from controller.policy import actions as policy
from tests.controller.alerts.conftest import Desk
from tests.controller.bright_smiles import DAY, NOW
from tests.controller.policy.author import Author, now

NAME = "keys-expire"
HOUR = timedelta(hours=1)


def weights(desk: Desk, after: timedelta) -> dict[str, str]:
    there, now = desk.practice, NOW + after
    return {one.subject: one.severity for one in ends.troubles(there.home, there.org, now)}


def opened(desk: Desk, at: datetime) -> Alert | None:
    look(desk.practice.home, Whose(desk.practice.org, None), at)
    rows = Alert.objects.at(desk.practice.place).filter(name=NAME, closed_at__isnull=True)
    return rows.first()


def labels(desk: Desk, alert: Alert) -> str:
    rows = AlertMachine.objects.at(desk.practice.place).filter(alert=alert, left_at__isnull=True)
    return " ".join(row.label for row in rows.order_by("label"))


def test_nothing_ends_soon_in_a_new_practice(desk: Desk) -> None:
    assert weights(desk, timedelta()) == {}
    assert opened(desk, NOW) is None


@pytest.mark.parametrize(
    ("days", "weight"), [(64, None), (66, "high"), (89.9, "high"), (90.1, "critical")]
)
def test_the_certificate_for_machines_is_told_when_it_was_not_renewed(
    desk: Desk, days: float, weight: str | None
) -> None:
    """It is renewed by itself at 60 of its 90 days."""
    assert weights(desk, days * DAY).get("server") == weight


@pytest.mark.parametrize(
    ("left", "weight"), [(366, None), (364, "medium"), (89, "high"), (-1, "critical")]
)
def test_the_end_of_the_ca_is_told_a_year_before(desk: Desk, left: int, weight: str | None) -> None:
    assert weights(desk, authority.CA_LIFE - left * DAY).get("ca") == weight


def test_a_certificate_that_was_renewed_closes_its_alert(desk: Desk) -> None:
    there, late = desk.practice, NOW + 70 * DAY
    first = opened(desk, late)
    assert first is not None
    assert "the certificate that machines are shown ends on" in labels(desk, first)
    assert first.clinic is None

    authority.ensure(there.home, Keys.load(there.home), ["localhost"], late)
    opened(desk, late + HOUR)

    assert opened(desk, late + 2 * HOUR) is None


def test_what_cannot_be_read_counts_as_ended(desk: Desk) -> None:
    desk.practice.home.ca_certificate.write_text("no certificate")

    found = {one.subject: one for one in ends.troubles(desk.practice.home, desk.practice.org, NOW)}

    assert found["ca"].severity == "critical"
    assert "cannot be read" in found["ca"].label


@pytest.mark.parametrize(
    ("left", "weight"), [(21, None), (19, "medium"), (6, "high"), (-1, "critical")]
)
def test_the_certificate_for_people_is_told_where_there_is_one(
    desk: Desk, settings, left: int, weight: str | None
) -> None:
    settings.PEOPLE_CERT = desk.practice.home.server_certificate

    assert weights(desk, (90 - left) * DAY - timedelta(minutes=1)).get("people") == weight


def test_a_certificate_for_people_that_is_gone_is_told(desk: Desk, settings, tmp_path) -> None:
    settings.PEOPLE_CERT = Path(tmp_path / "people.pem")

    assert weights(desk, timedelta())["people"] == "critical"


@pytest.mark.parametrize(("days", "weight"), [(334, None), (336, "low"), (366, "medium")])
def test_a_receipt_key_is_told_when_its_year_is_over(
    desk: Desk, days: int, weight: str | None
) -> None:
    assert weights(desk, days * DAY).get("receipt") == weight


def test_a_receipt_key_that_was_renewed_has_another_year(desk: Desk) -> None:
    own_keys.rotate_receipt(desk.practice.home, desk.by(360 * DAY), "age")

    assert "receipt" not in weights(desk, 370 * DAY)


def test_readers_of_logs_have_30_days_for_the_new_policy(desk: Desk) -> None:
    own_keys.rotate_logs(desk.practice.home, desk.by(), "age")

    told = {day: weights(desk, day * DAY).get("log") for day in (0, 22, 24, 31)}

    assert told == {0: "low", 22: "low", 24: "medium", 31: None}


def test_after_a_theft_there_is_no_old_key_to_wait_for(desk: Desk) -> None:
    own_keys.rotate_logs(desk.practice.home, desk.by(), "compromise")

    assert "log" not in weights(desk, timedelta())


def test_a_change_of_the_ca_that_was_forgotten_is_told_after_a_month(desk: Desk) -> None:
    coming = desk.practice.home.ca_coming
    coming.write_bytes(desk.practice.home.ca_certificate.read_bytes())
    os.utime(coming, (NOW.timestamp(), NOW.timestamp()))

    assert "ca-change" not in weights(desk, 29 * DAY)
    assert weights(desk, 31 * DAY)["ca-change"] == "medium"


def test_signed_rules_and_the_keys_of_their_root_are_told_before_they_end(desk: Desk) -> None:
    """Targets are signed for 180 days, a root and with it the keys of its holders for 365."""
    there = desk.practice
    author = Author(there.home, there.org.id, there.clinic.id).begin()
    policy.publish(there.home, policy.Order(there.org.id, author.handed()), desk.by())

    told = {}
    for days in (1, 121, 181, 306):
        look(there.home, Whose(there.org, None), now() + days * DAY)
        rows = AlertMachine.objects.at(there.place).filter(alert__kind="expiry")
        told[days] = {(row.alert.name, row.subject) for row in rows.select_related("alert")}

    assert ("rules-expire", "targets") in told[121] - told[1]
    assert ("rules-expired", "targets") in told[181] - told[121]
    assert ("rules-expire", "root") in told[306] - told[181]
