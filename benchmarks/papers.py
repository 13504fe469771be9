"""What people left behind in a practice of any size: waivers, alerts, acts, lists, statements.

So many of each that every list of every page is longer than one part of it.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

_NOW = datetime.now(tz=UTC).replace(microsecond=0)
_MOST = {
    "waivers": 300,
    "alerts": 3_000,
    "acts": 10_000,
    "listed": 5_000,
    "findings": 2_000,
    "entries": 40,
    "people": 60,
}


def fill(org: UUID, clinics: Sequence[UUID], machines: int) -> None:
    """All of it, most in the first clinic; at the most one of each for a machine."""
    from controller.fleet.models import Machine
    from controller.tenants.scope import Place

    place = Place(org)
    ids = list(Machine.objects.at(place).order_by("clinic_id", "host").values_list("id", "clinic"))
    first = [(key, clinic) for key, clinic in ids if clinic == clinics[0]]
    n = {word: min(most, machines) for word, most in _MOST.items()}
    for rows in (
        _templates(org),
        _waivers(org, clinics, n["waivers"]),
        _alerts(org, clinics, n["alerts"]),
        _channels(org, n["people"]),
        _listed(org, clinics, n["listed"]),
        _findings(org, first, n["findings"]),
        _entries(org, clinics[0], n["entries"]),
        _acts(org, clinics, n["acts"]),
        _people(org, clinics, n["people"]),
        _scorecards(org, clinics[0]),
    ):
        _save(list(rows))
    _save(list(_told(org, first)))


def _save(rows: list[Any]) -> None:
    for kind in dict.fromkeys(type(one) for one in rows):
        kind._base_manager.bulk_create([one for one in rows if type(one) is kind])


def _templates(org: UUID) -> Iterator[Any]:
    from controller.policy.models import WaiverTemplate

    yield WaiverTemplate(
        id=org,
        org_id=org,
        rule="usb-storage-blocked",
        reason="the scanner exports only over USB",
        compensating="the stick encrypts by itself",
        first_day=_NOW.date(),
        last_day=_NOW.date() + timedelta(days=60),
        requested_by="sam@large.example",
        requester_id=org,
        requested_at=_NOW - timedelta(days=11),
    )


def _waivers(org: UUID, clinics: Sequence[UUID], n: int) -> Iterator[Any]:
    from controller.policy.models import Waiver

    for number in range(n):
        yield Waiver(
            org_id=org,
            clinic_id=clinics[0 if number % 2 else number % len(clinics)],
            label=f"W-2026-{number:03}",
            pack="dental-baseline",
            rule="usb-storage-blocked",
            reason="the scanner exports only over USB",
            compensating="the stick encrypts by itself",
            risk_owner="dr_lee",
            since_at=_NOW - timedelta(days=10),
            until_at=_NOW + timedelta(days=number % 90),
            state="approved" if number % 3 else "requested",
            requested_by="sam@large.example",
            requested_at=_NOW - timedelta(days=11),
            decided_by="lee@large.example" if number % 3 else "",
            decided_at=_NOW - timedelta(days=10) if number % 3 else None,
            template_id=org,
        )


def _alerts(org: UUID, clinics: Sequence[UUID], n: int) -> Iterator[Any]:
    from controller.alerts.models import Alert

    for number in range(n):
        yield Alert(
            org_id=org,
            clinic_id=clinics[number % len(clinics)],
            kind="rule",
            name=f"rule-{number // len(clinics)}",
            severity=("critical", "high", "medium", "low")[number % 4],
            opened_at=_NOW - timedelta(hours=number % 2_000),
        )


def _channels(org: UUID, n: int) -> Iterator[Any]:
    from controller.alerts.models import Channel, Mute, Route

    for number in range(n):
        channel = Channel(
            id=uuid4(),
            org_id=org,
            kind="email",
            name=f"Channel {number}",
            settings={"to": ["a@large.example"]},
            secrets=b"",
            made_at=_NOW,
        )
        yield channel
        yield Route(org_id=org, channel_id=channel.id, made_at=_NOW)
        yield Mute(
            org_id=org,
            name=f"rule-{number}",
            reason="known",
            made_by="sam@large.example",
            made_at=_NOW,
            until=_NOW + timedelta(days=9),
        )


def _told(org: UUID, first: list[tuple[UUID, UUID]]) -> Iterator[Any]:
    """Whom the first alert concerns, and every message about it."""
    from controller.alerts.models import Alert, AlertMachine, Channel, Delivery
    from controller.tenants.scope import Place

    place = Place(org)
    alert = Alert.objects.at(place).order_by("-opened_at", "id")[0]
    for number, (machine, _) in enumerate(first):
        yield AlertMachine(
            org_id=org,
            alert=alert,
            subject=str(machine),
            machine_id=machine,
            label=f"OP{number:05}",
            joined_at=_NOW,
        )
    for channel in Channel.objects.at(place):
        yield Delivery(
            org_id=org,
            channel=channel,
            alert=alert,
            event="opened",
            state="sent",
            made_at=_NOW,
            due_at=_NOW,
            sent_at=_NOW,
            body={},
        )


def _listed(org: UUID, clinics: Sequence[UUID], n: int) -> Iterator[Any]:
    from controller.inventory.models import Listed

    for number in range(n):
        yield Listed(
            org_id=org,
            clinic_id=clinics[0 if number < n // 10 else number % len(clinics)],
            host=f"op{number:05}",
            kind="workstation",
            system="windows",
            source="rmm.csv",
            listed_at=_NOW,
        )


def _findings(org: UUID, first: list[tuple[UUID, UUID]], n: int) -> Iterator[Any]:
    from controller.findings.models import Finding

    for number in range(n if first else 0):
        machine, clinic = first[number % len(first)]
        at = _NOW - timedelta(hours=number)
        yield Finding(
            org_id=org,
            machine_id=machine,
            finding_id=uuid4().hex,
            clinic_id=clinic,
            root="images",
            role="export",
            verdict="plaintext",
            kind="dicom",
            reason="dicom_plain",
            volume="unprotected",
            reach="local",
            state="open",
            observed_from=at,
            known_from=at,
            known_last=at,
        )


def _entries(org: UUID, clinic: UUID, n: int) -> Iterator[Any]:
    from controller.paperwork.models import Entry
    from controller.paperwork.registers.index import REGISTERS

    for register in REGISTERS:
        for number in range(n):
            yield Entry(
                org_id=org,
                clinic_id=clinic,
                register=register.id,
                entry=uuid4(),
                n=1,
                data={register.name_field: f"{register.title} {number}"},
                made_by="sam@large.example",
                made_at=_NOW - timedelta(days=n - number),
            )


def _acts(org: UUID, clinics: Sequence[UUID], n: int) -> Iterator[Any]:
    from controller.ledger.models import Audit
    from controller.tenants.scope import Place

    begun = Audit.objects.at(Place(org)).count() + 1
    for number in range(n):
        yield Audit(
            org_id=org,
            clinic_id=clinics[0] if number % 3 else None,
            n=begun + number,
            at=_NOW - timedelta(minutes=n - number),
            actor="sam@large.example",
            address="192.0.2.7",
            action="alert.acknowledge",
            object=f"rule-{number}",
            before={"state": "open"},
            after={"state": "acknowledged"},
            leaf=number,
        )


def _people(org: UUID, clinics: Sequence[UUID], n: int) -> Iterator[Any]:
    from controller.people.models import Membership, User

    for number in range(n):
        user = User(id=uuid4(), email=f"{org.hex[:6]}-{number}@large.example", name=f"P {number}")
        yield user
        yield Membership(org_id=org, user_id=user.id, clinic_id=clinics[0], role="office_manager")


def _scorecards(org: UUID, clinic: UUID) -> Iterator[Any]:
    from controller.oversight.models import Kind, Record

    figure = {"id": "MET-04", "name": "encryption", "definition": "of all", "words": "3 of 6"}
    says = {
        "clinic_name": "Clinic 0",
        "figures": [figure],
        "controls": {"as_of": _NOW.date().isoformat(), "sha256": "0" * 64},
    }
    for month in ("2026-09", "2026-10"):
        yield Record(
            org_id=org,
            clinic_id=clinic,
            kind=Kind.SCORECARD,
            about=month,
            data={"month": month},
            document=json.dumps({**says, "month": month}),
            sha256="0" * 64,
            made_by="controller",
            made_at=_NOW - timedelta(days=3),
        )


def day(ago: int) -> date:
    """A day in the past."""
    return (_NOW - timedelta(days=ago)).date()
