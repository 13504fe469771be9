"""An alert, a mute, a channel and a route of a practice, and a line of a message."""

from typing import Any
from uuid import uuid4

from controller.alerts.message import Line
from controller.alerts.models import Alert, AlertMachine, Channel, Mute, Route
from tests.controller.bright_smiles import DAY, NOW, Practice


def line(**more: Any) -> Line:
    said: dict[str, Any] = {
        "event": "opened",
        "alert": uuid4(),
        "clinic": "Bright Smiles",
        "key": "bright-smiles",
        "kind": "rule",
        "rule": "volumes-encrypted",
        "severity": "critical",
        "hosts": ("OP1", "PANO-01"),
        "count": 2,
        "link": "https://controller.example/alerts/1/",
    }
    return Line(**{**said, **more})


def alert(there: Practice, **more: Any) -> Alert:
    """An open alert about the first machine."""
    row = Alert(
        **{
            "org": there.org,
            "clinic": there.clinic,
            "kind": "rule",
            "name": "volumes-encrypted",
            "severity": "critical",
            "opened_at": NOW,
            **more,
        }
    )
    row.save(force_insert=True)
    machine = next(iter(there.machines.values()))
    AlertMachine(
        org=there.org,
        alert=row,
        subject=machine.id.hex,
        machine=machine,
        label=machine.host,
        joined_at=NOW,
    ).save(force_insert=True)
    return row


def mute(there: Practice) -> Mute:
    row = Mute(
        org=there.org,
        clinic=there.clinic,
        name="volumes-encrypted",
        reason="replaced on Friday",
        made_by="dr_lee",
        made_at=NOW,
        until=NOW + DAY,
    )
    row.save(force_insert=True)
    return row


def channel(there: Practice, **more: Any) -> Channel:
    row = Channel(
        **{
            "org": there.org,
            "kind": "webhook",
            "name": "Ticket system",
            "settings": {"url": "https://tickets.example/"},
            "secrets": b"",
            "made_at": NOW,
            **more,
        }
    )
    row.save(force_insert=True)
    return row


def route(there: Practice) -> Route:
    row = Route(org=there.org, channel=channel(there), made_at=NOW)
    row.save(force_insert=True)
    return row
