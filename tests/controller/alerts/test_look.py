"""A look into a practice: what is wrong there is an alert, once, and closes by itself."""

from datetime import timedelta
from uuid import uuid4

import pytest

from controller.alerts.decide import Event, Kind, Topic
from controller.alerts.look import Whose, look
from controller.alerts.models import Alert, AlertMachine, Delivery
from controller.findings.models import EvidenceGap, RuleSpan, Shield
from controller.ledger.models import Quarantine, Report
from controller.policy.models import Rule, Waiver
from tests.controller import overseen
from tests.controller.alerts.conftest import Desk
from tests.controller.bright_smiles import DAY, NOW

MINUTE = timedelta(minutes=1)


def alerts(desk: Desk, kind: Kind = Kind.RULE) -> dict[str, Alert]:
    rows = Alert.objects.at(desk.practice.place).filter(kind=kind, closed_at__isnull=True)
    return {row.name: row for row in rows}


def hosts(alert: Alert, desk: Desk) -> set[str]:
    rows = AlertMachine.objects.at(desk.practice.place).filter(alert=alert, left_at__isnull=True)
    return {row.label for row in rows}


def test_every_rule_that_fails_is_one_alert_with_its_machines_inside(desk: Desk) -> None:
    desk.look()

    found = alerts(desk)
    assert {"OP1"} <= hosts(found["volumes-encrypted"], desk)
    names = {row.label for row in AlertMachine.objects.at(desk.practice.place)}
    assert {"OP1", "PANO-01", "FRONT2"} <= names


def test_a_second_look_changes_nothing(desk: Desk) -> None:
    first = desk.look()
    before = {one.pk: one.told_at for one in Alert.objects.at(desk.practice.place)}

    second = desk.look(MINUTE)

    assert first.notices
    assert second.notices == ()
    assert {one.pk: one.told_at for one in Alert.objects.at(desk.practice.place)} == before


def test_what_is_over_closes_after_ten_minutes(desk: Desk) -> None:
    desk.look()
    desk.passes("OP1")

    desk.look(MINUTE)
    early = set(alerts(desk))
    decided = desk.look(12 * MINUTE)

    assert "volumes-encrypted" in early
    assert "volumes-encrypted" not in alerts(desk)
    assert Event.CLOSED in {one.event for one in decided.notices}


@pytest.mark.parametrize("verdict", ["pass", "not-applicable"])
def test_what_passes_or_does_not_apply_any_more_is_over(desk: Desk, verdict: str) -> None:
    desk.look()
    desk.states("OP1").update(verdict=verdict)

    desk.look(MINUTE)
    desk.look(12 * MINUTE)

    assert "volumes-encrypted" not in alerts(desk)


def test_a_machine_that_is_retired_leaves(desk: Desk) -> None:
    desk.look()
    machine = desk.practice.machines["OP1"]
    machine.state = "retired"
    machine.save()

    desk.look(MINUTE)
    desk.look(12 * MINUTE)

    assert "volumes-encrypted" not in alerts(desk)


def test_a_verdict_that_became_unknown_stays(desk: Desk) -> None:
    desk.look()
    desk.states("OP1").update(verdict="unknown")

    desk.look(MINUTE)
    desk.look(DAY)

    assert "OP1" in hosts(alerts(desk)["volumes-encrypted"], desk)


def shield(desk: Desk, until, host: str = "OP1", label: str = "") -> Waiver:
    clinic, machine = desk.practice.clinic, desk.practice.machines[host]
    waiver = Waiver(
        **{
            "id": uuid4(),
            "org": desk.practice.org,
            "clinic": clinic,
            "label": label,
            **{
                field.name: NOW
                for field in Waiver._meta.concrete_fields
                if field.get_internal_type() == "DateTimeField" and not field.null
            },
        }
    )
    for column in Waiver._meta.concrete_fields:
        if column.get_internal_type() == "DateField" and not column.null:
            setattr(waiver, column.attname, NOW.date())
    waiver.save(force_insert=True)
    number = Rule.objects.at(desk.practice.place).get(name="volumes-encrypted").rule_no
    Shield(
        org=desk.practice.org,
        machine=machine,
        rule_no=number,
        since_at=NOW - DAY,
        until_at=until,
        clinic=clinic,
        waiver=waiver,
    ).save(force_insert=True)
    return waiver


def test_what_is_waived_is_no_alert_until_the_waiver_ends(desk: Desk) -> None:
    shield(desk, NOW + 60 * DAY)
    desk.look()
    during = set(alerts(desk))

    desk.look(61 * DAY)

    assert "volumes-encrypted" not in during
    assert "volumes-encrypted" in alerts(desk)


def test_a_waiver_closes_an_alert_and_its_end_within_a_day_reopens_the_same(desk: Desk) -> None:
    desk.look()
    first = alerts(desk)["volumes-encrypted"]

    shield(desk, NOW + timedelta(hours=20))
    desk.look(MINUTE)
    desk.look(12 * MINUTE)
    waived = set(alerts(desk))
    desk.look(timedelta(hours=21))

    assert "volumes-encrypted" not in waived
    assert alerts(desk)["volumes-encrypted"].id == first.id


def test_a_waiver_that_ends_within_a_week_is_told(desk: Desk) -> None:
    shield(desk, NOW + 3 * DAY)

    desk.look()

    assert hosts(alerts(desk, Kind.WAIVER)["volumes-encrypted"], desk) == {"OP1"}


def test_a_waivers_end_is_told_at_30_7_and_1_days(desk: Desk) -> None:
    shield(desk, NOW + 40 * DAY)

    told = {
        day: notice.event
        for day in range(40)
        for notice in desk.look(day * DAY).notices
        if notice.topic.kind == Kind.WAIVER
    }

    assert told == {10: Event.OPENED, 33: Event.UPDATED, 39: Event.UPDATED}


def test_two_waivers_of_one_rule_are_told_each_at_its_own_30_7_and_1_days(desk: Desk) -> None:
    first = shield(desk, NOW + 33 * DAY, "OP1", "W-1")
    second = shield(desk, NOW + 40 * DAY, "PANO-01", "W-2")

    told = {
        (notice.topic.about, day): notice.event
        for day in range(40)
        for notice in desk.look(day * DAY).notices
        if notice.topic.kind == Kind.WAIVER and notice.event is not Event.CLOSED
    }

    steps = (Event.OPENED, Event.UPDATED, Event.UPDATED)
    assert told == {
        **{(first.id.hex, day): event for day, event in zip((3, 26, 32), steps, strict=True)},
        **{(second.id.hex, day): event for day, event in zip((10, 33, 39), steps, strict=True)},
    }


def test_a_waiver_that_another_goes_on_from_is_not_told(desk: Desk) -> None:
    shield(desk, NOW + 3 * DAY, "OP1", "W-1")
    row = Shield.objects.at(desk.practice.place).get()
    later = shield(desk, NOW + 20 * DAY, "PANO-01", "W-2")
    Shield.objects.at(desk.practice.place).filter(waiver=later).delete()
    Shield(
        org=row.org,
        machine=row.machine,
        rule_no=row.rule_no,
        since_at=NOW + 3 * DAY,
        until_at=NOW + 20 * DAY,
        clinic=row.clinic,
        waiver=later,
    ).save(force_insert=True)

    desk.look()

    open_ = Alert.objects.at(desk.practice.place).filter(kind=Kind.WAIVER, closed_at__isnull=True)
    assert [one.about for one in open_] == [later.id.hex]


def test_a_silent_machine_is_an_alert(desk: Desk) -> None:
    desk.look()

    assert hosts(alerts(desk, Kind.SILENCE)["machine-silent"], desk) == {"FRONT2"}


def test_half_of_a_clinic_falling_silent_at_once_is_one_alert(desk: Desk) -> None:
    for number, host in enumerate(("OP1", "OP2", "OP3", "PANO-01", "FRONT2")):
        machine = desk.practice.machines[host]
        machine.due_by = NOW - number * MINUTE
        machine.save()

    desk.look(MINUTE)

    assert set(alerts(desk, Kind.SILENCE)) == {"clinic-unreachable"}


def test_two_computers_that_speak_as_one_are_critical_at_once(desk: Desk) -> None:
    machine = desk.practice.machines["OP3"]
    machine.clone_suspected_at = NOW
    machine.save()

    desk.look()

    assert alerts(desk, Kind.CLONE)["clone-suspected"].severity == "critical"


def test_a_second_report_for_a_place_that_is_taken_is_critical_at_once(desk: Desk) -> None:
    machine = desk.practice.machines["OP3"]
    Report(
        org=desk.practice.org,
        received_at=NOW - MINUTE,
        machine_id=machine.id,
        epoch=1,
        seq=7,
        sha="f" * 64,
        kind="event",
        standing="fork",
        leaf=9,
    ).save(force_insert=True)

    desk.look()

    found = alerts(desk, Kind.CHAIN)["chain-forked"]
    assert (found.severity, hosts(found, desk)) == ("critical", {"OP3"})


def test_a_hole_in_the_evidence_is_told_for_a_day(desk: Desk) -> None:
    EvidenceGap(
        org=desk.practice.org,
        machine=desk.practice.machines["OP3"],
        epoch=1,
        seq=3,
        reason="outbox_lost",
        observed_to=NOW,
        known_to=NOW,
    ).save(force_insert=True)

    desk.look()
    during = set(alerts(desk, Kind.CHAIN))
    desk.look(DAY + MINUTE)
    desk.look(DAY + 12 * MINUTE)

    assert during == {"evidence-missing"}
    assert alerts(desk, Kind.CHAIN) == {}


def test_paperwork_is_one_alert_that_names_no_host_once_there_was_time_for_it(desk: Desk) -> None:
    desk.webhook_channel = desk.webhook()
    desk.route(desk.webhook_channel, kinds=["attestation"])
    desk.look()
    assert alerts(desk, Kind.ATTESTATION) == {}

    desk.practice.clinic.made_at = NOW - 30 * DAY
    desk.look()

    (row,) = Delivery.objects.at(desk.practice.place)
    (line,) = row.body["lines"]
    assert (line["rule"], line["hosts"]) == ("paperwork-due", [])
    assert line["count"] > 1


def test_a_scorecard_that_waits_is_told_again_in_its_last_week(desk: Desk) -> None:
    card = overseen.scorecard(desk.practice)

    desk.look(MINUTE)
    first = alerts(desk, Kind.ATTESTATION)["scorecard-waits"].severity
    desk.look(29 * DAY)
    last = alerts(desk, Kind.ATTESTATION)["scorecard-waits"].severity
    overseen.acknowledged(desk.practice, card, 29 * DAY)
    desk.look(29 * DAY + MINUTE)
    desk.look(29 * DAY + 12 * MINUTE)

    assert (first, last) == ("low", "medium")
    assert "scorecard-waits" not in alerts(desk, Kind.ATTESTATION)


def test_a_critical_failure_that_ended_between_two_looks_was_seen(desk: Desk) -> None:
    place = desk.practice.place
    critical = Rule.objects.at(place).filter(severity="critical")[0]
    desk.states("OP3").filter(rule_no=critical.rule_no).update(verdict="pass")
    RuleSpan(
        org=desk.practice.org,
        machine=desk.practice.machines["OP3"],
        rule_no=critical.rule_no,
        epoch=1,
        seq=300,
        verdict="fail",
        observed_from=NOW - 2 * MINUTE,
        observed_to=NOW - MINUTE,
        known_from=NOW - 2 * MINUTE,
        known_to=NOW - MINUTE,
    ).save(force_insert=True)

    desk.look()

    assert "OP3" in hosts(alerts(desk)[critical.name], desk)


def look_at_org(desk: Desk, after: timedelta = timedelta()) -> dict[str, Alert]:
    look(desk.practice.home, Whose(desk.practice.org, None), NOW + after)
    rows = Alert.objects.at(desk.practice.place).filter(clinic=None, closed_at__isnull=True)
    return {row.name: row for row in rows}


def test_a_backup_that_is_older_than_26_hours_is_told(desk: Desk) -> None:
    desk.practice.home.last_backup.write_text(f"{NOW.isoformat()}\n")

    assert look_at_org(desk, timedelta(hours=25)) == {}
    assert set(look_at_org(desk, timedelta(hours=27))) == {"backup-overdue"}


def test_a_report_that_we_failed_on_ourselves_is_told(desk: Desk) -> None:
    Quarantine(
        org=desk.practice.org,
        machine_id=desk.practice.machines["OP1"].id,
        at=NOW,
        error="ValueError",
        body=b"",
    ).save(force_insert=True)

    assert "report-quarantined" in look_at_org(desk)


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_clinic_has_one_open_alert_a_rule_and_any_number_closed(desk: Desk, state: str) -> None:
    for day in range(0, 6, 2):
        desk.states("OP1").update(verdict="fail", known_since=NOW - DAY)
        desk.look(day * DAY)
        if state == "closed":
            desk.passes("OP1")
            desk.look(day * DAY + MINUTE)
            desk.look(day * DAY + 12 * MINUTE)

    rows = Alert.objects.at(desk.practice.place).filter(name="volumes-encrypted", kind=Kind.RULE)
    assert rows.count() == (1 if state == "open" else 3)
    assert Topic(Kind.RULE, "volumes-encrypted")
