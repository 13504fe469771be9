"""Which programs are told of each change of a verdict, and what are they told?

Of every change that a report brought, at once, in the transaction of that report: no ten minutes
are waited for, and neither mute nor waiver holds it back. It is asked for by a route that names
the kind `verdict`. What one transaction brings of a clinic is one message a channel, of 100
changes at most. A first verdict is no change, nor is a rule that left its pack.

- Plain SQL and no Django: it runs in intake. Nothing is asked where no verdict turned.
- Clinic, host, rule, both verdicts, when and a link: there is no field for anything else.
- Messages may overtake one another: of two about one machine and rule the higher `rev` is newer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from controller.alerts.decide import weight
from controller.alerts.message import VERDICT_CHANGED, Line, Turn
from controller.alerts.route import VERDICT
from controller.findings.derive import Turned
from controller.ledger.sql import Cursor, marks, moment
from rules.facts.form import timestamp
from rules.verdict import Verdict

MOST = 100
"""Changes in one message: 40 KB."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one transaction brought of a clinic: machines and changes; ids as in columns."""

    org: str
    clinic: str
    turns: Sequence[tuple[str, Turned]]


@dataclass(frozen=True, slots=True)
class _Way:
    """A route that wants changes; `clinic` is None for all."""

    channel: str
    clinic: str | None
    severity: str

    def wants(self, clinic: str, turn: Turn) -> bool:
        """Does it let this one through?"""
        return self.clinic in (None, clinic) and weight(turn.severity) >= weight(self.severity)


@dataclass(frozen=True, slots=True)
class _Clinic:
    """What a clinic is called, and the address of its page below that of the controller."""

    name: str
    slug: str
    page: str


def put(cursor: Cursor, heard: Heard, at: datetime) -> int:
    """Insert what is to be delivered of it; how many messages."""
    ways = _ways(cursor, heard.org) if heard.turns else []
    if not ways:
        return 0
    clinic = _clinic(cursor, heard)
    turns = list(_named(cursor, heard, clinic))
    rows: list[tuple[object, ...]] = []
    for channel in sorted({way.channel for way in ways}):
        own = [way for way in ways if way.channel == channel]
        wanted = [turn for turn in turns if any(way.wants(heard.clinic, turn) for way in own)]
        for begin in range(0, len(wanted), MOST):
            body = _body(clinic, wanted[begin : begin + MOST])
            rows.append((uuid4().hex, heard.org, heard.clinic, channel, body))
    now = moment(at)
    cursor.executemany(
        "INSERT INTO delivery (id, org_id, clinic_id, channel_id, body,"
        " event, state, made_at, due_at, attempts)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [(*row, VERDICT_CHANGED, "waiting", now, now, 0) for row in rows],
    )
    return len(rows)


def _ways(cursor: Cursor, org: str) -> list[_Way]:
    cursor.execute(
        "SELECT route.channel_id, route.clinic_id, route.severity, route.kinds FROM route"
        " JOIN channel ON channel.id = route.channel_id"
        " WHERE route.org_id = %s AND route.ended_at IS NULL AND channel.ended_at IS NULL",
        (org,),
    )
    return [_Way(*way) for *way, kinds in cursor.fetchall() if VERDICT in json.loads(kinds)]


def _clinic(cursor: Cursor, heard: Heard) -> _Clinic:
    cursor.execute(
        "SELECT clinic.name, clinic.slug, org.slug FROM clinic JOIN org ON org.id = clinic.org_id"
        " WHERE clinic.org_id = %s AND clinic.id = %s",
        (heard.org, heard.clinic),
    )
    name, slug, org = cursor.fetchone()
    return _Clinic(name, slug, f"/{org}/c/{slug}/")


def _named(cursor: Cursor, heard: Heard, clinic: _Clinic) -> Iterator[Turn]:
    """Each change in words; only of machines that count as approved."""
    hosts, rules = _hosts(cursor, heard), _rules(cursor, heard)
    for machine, one in heard.turns:
        if machine in hosts and one.rule_no in rules:
            rule, severity = rules[one.rule_no]
            yield Turn(
                machine=UUID(machine),
                host=hosts[machine],
                rule=rule,
                severity=severity,
                before=Verdict(one.before),
                after=Verdict(one.after),
                at=timestamp(one.observed),
                rev=one.rev,
                link=f"{clinic.page}m/{UUID(machine)}/r/{rule}/",
            )


def _hosts(cursor: Cursor, heard: Heard) -> dict[str, str]:
    machines = sorted({machine for machine, _ in heard.turns})
    cursor.execute(
        "SELECT id, host FROM machine"  # noqa: S608 - placeholders
        f" WHERE org_id = %s AND state = 'active' AND id IN ({marks(machines)})",
        (heard.org, *machines),
    )
    return dict(cursor.fetchall())


def _rules(cursor: Cursor, heard: Heard) -> dict[int, tuple[str, str]]:
    numbers = sorted({one.rule_no for _, one in heard.turns})
    cursor.execute(
        "SELECT rule_no, name, severity FROM rule"  # noqa: S608 - placeholders
        f" WHERE org_id = %s AND rule_no IN ({marks(numbers)})",
        (heard.org, *numbers),
    )
    return {number: (name, severity) for number, name, severity in cursor.fetchall()}


def _body(clinic: _Clinic, turns: Sequence[Turn]) -> str:
    line = Line(
        event=VERDICT_CHANGED,
        alert=None,
        clinic=clinic.name,
        key=clinic.slug,
        kind=VERDICT,
        rule="verdict-changed",
        severity=max((turn.severity for turn in turns), key=weight),
        hosts=tuple(dict.fromkeys(turn.host for turn in turns)),
        count=len({turn.machine for turn in turns}),
        link=clinic.page,
        changes=tuple(turns),
    )
    return json.dumps({"lines": [line.to_json()]})
