"""The rows of a practice of any size, as intake and people would have left them.

Written directly: what is measured is how they are read.
"""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

LARGE, SMALL, RULES, CLINICS, DAYS = 20_000, 20, 60, 300, 90
NOW = datetime.now(tz=UTC).replace(microsecond=0)
WHO = "bench@large.example"
_FAILS, _UNKNOWN = 0.03, 0.04


@dataclass(frozen=True)
class Practice:
    """Where its rows are, and where its pages."""

    database: Path
    org: UUID
    clinics: tuple[UUID, ...]
    machines: int

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return f"practice-{self.machines}"


def made(machines: int, clinics: int) -> Practice:
    """A practice of that size, beside the others."""
    from django.conf import settings
    from django.db import connection

    from benchmarks import papers
    from controller.jobs.planner import analyze
    from controller.ledger.actions import By, open_org
    from controller.pages.frame import own_home
    from controller.people.actions import Grant, give_role
    from controller.people.models import User
    from controller.people.roles import Role
    from controller.tenants.models import Clinic
    from controller.tenants.scope import Place

    by = By("shell", "", NOW)
    org = open_org(own_home(), f"Practice {machines}", f"practice-{machines}", by)
    ids = tuple(uuid4() for _ in range(clinics))
    for number, one in enumerate(ids):
        Clinic(id=one, org=org, name=f"Clinic {number}", slug=f"clinic-{number}", made_at=NOW).save(
            force_insert=True
        )
    user = User.objects.get(email=WHO)
    give_role(own_home(), user, Grant(Place(org.id), Role.MSP_ADMIN, None), by)
    there = Practice(Path(settings.DATABASES["default"]["NAME"]), org.id, ids, machines)
    _fill(there)
    papers.fill(there.org, there.clinics, there.machines)
    analyze(own_home(), NOW)
    # A connection that is open keeps planning by what it knew of the smaller practice.
    connection.close()
    return there


def _fill(made: Practice) -> None:
    dice = random.Random(made.machines)
    with closing(sqlite3.connect(made.database, timeout=60)) as to:
        machines = [
            (uuid4().hex, made.clinics[number % len(made.clinics)].hex, f"OP{number:05}")
            for number in range(made.machines)
        ]
        _insert(to, "rule", _rules(made))
        verdicts = {one[0]: _verdicts(dice) for one in machines}
        _insert(to, "machine", (_machine(made, one, verdicts[one[0]], dice) for one in machines))
        _insert(to, "rule_state", _states(made, machines, verdicts))
        _insert(to, "rule_span", _spans(made, machines, verdicts, dice))
        _insert(to, "clinic_rule", _counts(made, machines, verdicts))
        _insert(to, "clinic_day", _days(made, dice))
        _insert(to, "rule_day", _rule_days(made))
        to.commit()


def _insert(to: sqlite3.Connection, table: str, of: Iterator[dict[str, Any]]) -> None:
    first = next(of)
    marks = ", ".join("?" * len(first))
    sql = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({marks})"
    to.execute(sql, tuple(first.values()))
    to.executemany(sql, (tuple(one.values()) for one in of))


def _at(**ago: float) -> str:
    return str((NOW - timedelta(**ago)).replace(tzinfo=None))


def _rules(made: Practice) -> Iterator[dict[str, Any]]:
    from rules.compiled import builtin

    known = [(one.id, one.severity) for one in builtin.pack().rules]
    more = [(f"more-{number}", "medium") for number in range(RULES)]
    for number, (name, severity) in enumerate((*known, *more)[:RULES], start=1):
        yield {
            "id": uuid4().hex,
            "org_id": made.org.hex,
            "rule_no": number,
            "pack": "dental-baseline",
            "name": name,
            "severity": severity,
        }


def _verdicts(dice: random.Random) -> list[str]:
    def one() -> str:
        rolled = dice.random()
        if rolled < _FAILS:
            return "fail"
        return "unknown" if rolled < _FAILS + _UNKNOWN else "pass"

    return [one() for _ in range(RULES)]


def _machine(
    made: Practice, one: tuple[str, str, str], verdicts: list[str], dice: random.Random
) -> dict[str, Any]:
    from controller.intake.statements import NEW_MACHINE

    silent = dice.random() < 0.02
    return {
        **NEW_MACHINE,
        **dict.fromkeys(("head_sha", "anchor", "nonce", "key_id"), "0" * 32),
        "id": one[0],
        "org_id": made.org.hex,
        "clinic_id": one[1],
        "agent_id": one[0],
        "host": one[2],
        "os_family": "windows",
        "os_version": "11",
        "os_arch": "x86_64",
        "agent_version": "0.1.0",
        "role": "operatory",
        "presence": "working",
        "state": "active",
        "enrolled_at": _at(days=DAYS),
        "hw": "{}",
        "policy_state": "builtin",
        "pack_version": "1.0.0",
        "seen_at": _at(days=2) if silent else _at(minutes=3),
        "reported_at": _at(minutes=30),
        "observed_at": _at(minutes=30),
        "due_by": _at(hours=20) if silent else _at(hours=-8),
        "clock_trust": "ok",
        "n_pass": verdicts.count("pass"),
        "n_fail": verdicts.count("fail"),
        "n_unknown": verdicts.count("unknown"),
        "worst": 4 if verdicts[0] == "fail" else 3 * ("fail" in verdicts),
    }


def _states(
    made: Practice, machines: list[tuple[str, str, str]], verdicts: dict[str, list[str]]
) -> Iterator[dict[str, Any]]:
    from rules.compiled import builtin

    sha = builtin.pack().sha256
    for machine, clinic, _ in machines:
        for number, verdict in enumerate(verdicts[machine], start=1):
            yield {
                "org_id": made.org.hex,
                "machine_id": machine,
                "rule_no": number,
                "clinic_id": clinic,
                "verdict": verdict,
                "observed_since": _at(days=40),
                "known_since": _at(days=40),
                "rev": 1,
                "pack_sha": sha,
                "evidence": '{"why":null,"n":[1,0,0,0,0],"items":[],"left_out":0}',
            }


def _spans(
    made: Practice,
    machines: list[tuple[str, str, str]],
    verdicts: dict[str, list[str]],
    dice: random.Random,
) -> Iterator[dict[str, Any]]:
    """Every rule since the beginning; of half the machines some turned once, on any day."""
    for machine, _, _ in machines:
        turned = dice.randrange(RULES * 2)
        for number, verdict in enumerate(verdicts[machine], start=1):
            begun, ended = _at(days=DAYS), None
            if number == turned:
                ended = _at(days=dice.random() * DAYS)
                yield _span(made, (machine, number, 1), "fail", (begun, ended))
            yield _span(made, (machine, number, 2), verdict, (ended or begun, None))


def _span(
    made: Practice, key: tuple[str, int, int], verdict: str, times: tuple[str, str | None]
) -> dict[str, Any]:
    return {
        "org_id": made.org.hex,
        "machine_id": key[0],
        "rule_no": key[1],
        "epoch": 1,
        "seq": key[2],
        "verdict": verdict,
        "observed_from": times[0],
        "observed_to": times[1],
        "known_from": times[0],
        "known_to": times[1],
    }


def _counts(
    made: Practice, machines: list[tuple[str, str, str]], verdicts: dict[str, list[str]]
) -> Iterator[dict[str, Any]]:
    counted: dict[tuple[str, int], dict[str, int]] = {}
    for machine, clinic, _ in machines:
        for number, verdict in enumerate(verdicts[machine], start=1):
            count = counted.setdefault((clinic, number), {"pass": 0, "fail": 0, "unknown": 0})
            count[verdict] += 1
    for (clinic, number), count in counted.items():
        yield {
            "org_id": made.org.hex,
            "clinic_id": clinic,
            "rule_no": number,
            "n_pass": count["pass"],
            "n_fail": count["fail"],
            "n_error": 0,
            "n_unknown": count["unknown"],
            "n_na": 0,
        }


def _rule_days(made: Practice) -> Iterator[dict[str, Any]]:
    from controller.findings.day_models import WHOLE

    each = made.machines // len(made.clinics)
    for clinic, n in ((WHOLE, made.machines), *((one, each) for one in made.clinics)):
        counts = [n // 20, 0, n // 50, n // 50, n - n // 20 - 2 * (n // 50)]
        rules = json.dumps({f"r{number}": counts for number in range(1, RULES + 1)})
        for day in range(1, DAYS):
            yield {
                "org_id": made.org.hex,
                "clinic_id": clinic.hex,
                "day": (NOW - timedelta(days=day)).date().isoformat(),
                "rules": rules,
            }


def _days(made: Practice, dice: random.Random) -> Iterator[dict[str, Any]]:
    whole = made.machines * RULES // len(made.clinics)
    for clinic in made.clinics:
        for day in range(1, DAYS):
            proven = int(whole * (0.9 + dice.random() / 20))
            yield {
                "org_id": made.org.hex,
                "clinic_id": clinic.hex,
                "day": (NOW - timedelta(days=day)).date().isoformat(),
                "proven": proven,
                "failing": whole - proven,
                "error": 0,
                "unknown": 0,
                "stale": 0,
                "not_applicable": 0,
            }
