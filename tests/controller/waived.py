"""Waivers of Bright Smiles, as people would have approved them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from controller.findings import shields
from controller.identity.home import ControllerHome
from controller.ledger.sql import connect, cursor
from controller.policy.models import Waiver
from tests.controller.clinic import MORNING, Clinic


def waiver(clinic: Clinic, rule: str, **more: Any) -> Waiver:
    """A row of an approved waiver, saved; it reaches the whole clinic for a month."""
    made = Waiver(
        **{
            "org_id": clinic.org,
            "clinic_id": clinic.id,
            "label": f"W-{uuid4().hex[:8]}",
            "pack": "dental-baseline",
            "rule": rule,
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
            **more,
        }
    )
    made.save(force_insert=True)
    return made


def lay(home: ControllerHome, clinic: Clinic) -> None:
    """Lay the shields of a clinic, as an approval does."""
    connection = connect(home.database)
    shields.lay(cursor(connection), clinic.org.hex, clinic.id.hex)
    connection.close()


def stretches(home: ControllerHome) -> list[tuple[str, str, datetime, datetime]]:
    """Host, rule number, and from when to when each failure is accepted."""
    from tests.controller.tables import rows

    return rows(
        home,
        "SELECT host, rule_no, since_at, until_at FROM shield JOIN machine"
        " ON machine.id = shield.machine_id ORDER BY 1, 2, 3",
    )
