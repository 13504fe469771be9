"""Waivers of Bright Smiles, as people would have approved them."""

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from controller.findings import shields
from controller.identity.home import ControllerHome
from controller.ledger.sql import connect, cursor, to_millisecond
from controller.policy.models import Waiver, WaiverTemplate
from tests.controller.bright_smiles import Practice
from tests.controller.clinic import MORNING, Clinic
from tests.controller.tables import rows


def waiver(clinic: Clinic, rule: str, **more: Any) -> Waiver:
    """A row of an approved waiver, saved; it reaches the whole clinic for a month."""
    return _saved({"org_id": clinic.org, "clinic_id": clinic.id, "rule": rule, **more})


def of(there: Practice, rule: str = "usb-storage-blocked", **more: Any) -> Waiver:
    """The same for a practice of the pages, in force today, with its shields laid."""
    today = timezone.now()
    times = {"since_at": today - timedelta(days=1), "until_at": today + timedelta(days=20)}
    whose = {"org_id": there.org.id, "clinic_id": there.clinic.id}
    said = {**times, **more}
    # To the millisecond, as all times of the books: two waivers may begin within one.
    whole = {name: to_millisecond(said[name]) for name in times}
    made = _saved({**whose, "rule": rule, **said, **whole})
    shields.lay(connection.cursor(), there.org.id.hex, there.clinic.id.hex)
    return made


def template(there: Practice, rule: str = "usb-storage-blocked") -> WaiverTemplate:
    """A request that was raised in several clinics."""
    today = timezone.now()
    made = WaiverTemplate(
        org_id=there.org.id,
        rule=rule,
        reason="the scanner exports only over USB",
        compensating="the stick encrypts by itself",
        first_day=today.date(),
        last_day=today.date() + timedelta(days=20),
        requested_by="sam@north-quay.example",
        requester_id=uuid4(),
        requested_at=today,
    )
    made.save(force_insert=True)
    return made


def _saved(row: dict[str, Any]) -> Waiver:
    made = Waiver(
        **{
            "label": f"W-{uuid4().hex[:8]}",
            "pack": "dental-baseline",
            "reason": "the scanner exports only over USB",
            "compensating": "the stick encrypts by itself",
            "risk_owner": "dr_lee",
            "since_at": MORNING - timedelta(days=1),
            "until_at": MORNING + timedelta(days=30),
            "state": "approved",
            "requested_by": "sam@north-quay.example",
            "requested_at": MORNING,
            "decided_by": "dr_lee@bright-smiles.example",
            "decided_at": MORNING,
            **row,
        }
    )
    made.save(force_insert=True)
    return made


def lay(home: ControllerHome, clinic: Clinic) -> None:
    """Lay the shields of a clinic, as an approval does."""
    with closing(connect(home.database)) as opened:
        shields.lay(cursor(opened), clinic.org.hex, clinic.id.hex)


def stretches(home: ControllerHome) -> list[tuple[str, str, datetime, datetime]]:
    """Host, rule number, and from when to when each failure is accepted."""
    return rows(
        home,
        "SELECT host, rule_no, since_at, until_at FROM shield JOIN machine"
        " ON machine.id = shield.machine_id ORDER BY 1, 2, 3",
    )
