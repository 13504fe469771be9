"""P15: how fast are the pages of a large practice, and how often do they ask the database?

Bar: p95 <= 150 ms a page on SQLite at 20,000 machines x 60 rules in 300 clinics, with 90 days of
history; as many queries as a practice of 20 machines needs. The rows are written directly, as
intake would have left them; the pages are asked through Django, middleware and templates included.
"""

import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID, uuid4

from benchmarks.measure import Row

LARGE, SMALL, RULES, CLINICS, DAYS, ROUNDS = 20_000, 20, 60, 300, 90, 10
_BAR_MS = 150
_NOW = datetime.now(tz=UTC).replace(microsecond=0)
_FAILS, _UNKNOWN = 0.03, 0.04


@dataclass(frozen=True)
class Practice:
    """Where its rows are, and where its pages."""

    database: Path
    org: UUID
    clinics: tuple[UUID, ...]
    machines: int


def rows() -> list[Row]:
    """The pages of the large practice, one line each."""
    with tempfile.TemporaryDirectory() as folder:
        client = _django(Path(folder) / "home")
        few = {name: _queries(client, path) for name, path in _pages(_made(SMALL, 3))}
        made = _made(LARGE, CLINICS)
        return [_row(client, name, path, few[name]) for name, path in _pages(made)]


def _row(client: Any, name: str, path: str, few: int) -> Row:
    asked, size = _queries(client, path), len(client.get(path).content)
    times = [_ms(lambda: client.get(path)) for _ in range(ROUNDS)]
    p95 = quantiles(times, n=20)[-1]
    return Row(
        "P15",
        f"page {name}, {LARGE:,} machines x {RULES} rules",
        f"p50 {median(times):.0f} ms, p95 {p95:.0f} ms; {asked} queries; {size / 1000:.0f} KB",
        f"{few} queries at {SMALL} machines",
        f"p95 <= {_BAR_MS} ms, queries equal",
        p95 <= _BAR_MS and asked == few,
    )


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _queries(client: Any, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len(asked)


def _django(home: Path) -> Any:
    """A home with tables, and a browser in which its administrator is signed in."""
    sys.argv = ["dentinel-controller"]
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    from typer.testing import CliRunner

    from controller.cli.app import app

    words = ["--home", str(home), "init", "--org", "Large", "--clinic", "First"]
    done = CliRunner().invoke(app, words)
    if done.exit_code:
        raise RuntimeError(done.output)
    return _signed_in()


def _signed_in() -> Any:
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
    from allauth.account.internal.userkit import user_id_to_str
    from django.test import Client

    from controller.people import logoff
    from controller.people.models import User

    user = User(email="bench@large.example", name="Bench")
    user.save()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    logoff.begin(session, time.time())
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "at": time.time(), "type": "totp", "reauthenticated": True},
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client


def _made(machines: int, clinics: int) -> Practice:
    """A practice of that size, beside the others."""
    from django.conf import settings
    from django.db import connection

    from controller.ledger.actions import By, open_org
    from controller.pages.frame import own_home
    from controller.people.actions import Grant, give_role
    from controller.people.models import User
    from controller.people.roles import Role
    from controller.tenants.models import Clinic
    from controller.tenants.scope import Place

    by = By("shell", "", _NOW)
    org = open_org(own_home(), f"Practice {machines}", f"practice-{machines}", by)
    ids = tuple(uuid4() for _ in range(clinics))
    for number, one in enumerate(ids):
        Clinic(
            id=one, org=org, name=f"Clinic {number}", slug=f"clinic-{number}", made_at=_NOW
        ).save(force_insert=True)
    user = User.objects.get(email="bench@large.example")
    give_role(own_home(), user, Grant(Place(org.id), Role.MSP_ADMIN, None), by)
    made = Practice(Path(settings.DATABASES["default"]["NAME"]), org.id, ids, machines)
    _fill(made)
    # A connection that is open keeps planning by what it knew of the smaller practice.
    connection.close()
    return made


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
        to.execute("ANALYZE")
        to.commit()


def _insert(to: sqlite3.Connection, table: str, of: Iterator[dict[str, Any]]) -> None:
    first = next(of)
    marks = ", ".join("?" * len(first))
    sql = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({marks})"
    to.execute(sql, tuple(first.values()))
    to.executemany(sql, (tuple(one.values()) for one in of))


def _at(**ago: float) -> str:
    return str((_NOW - timedelta(**ago)).replace(tzinfo=None))


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


def _days(made: Practice, dice: random.Random) -> Iterator[dict[str, Any]]:
    whole = made.machines * RULES // len(made.clinics)
    for clinic in made.clinics:
        for day in range(1, DAYS):
            proven = int(whole * (0.9 + dice.random() / 20))
            yield {
                "org_id": made.org.hex,
                "clinic_id": clinic.hex,
                "day": (_NOW - timedelta(days=day)).date().isoformat(),
                "proven": proven,
                "failing": whole - proven,
                "error": 0,
                "unknown": 0,
                "stale": 0,
                "not_applicable": 0,
            }


def _pages(made: Practice) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(made.database)) as of:
        ((machine,),) = of.execute(
            "SELECT id FROM machine WHERE clinic_id = ? LIMIT 1", (made.clinics[0].hex,)
        ).fetchall()
    day = (_NOW - timedelta(days=30)).date().isoformat()
    clinic = f"/practice-{made.machines}/c/clinic-0/"
    return [
        ("fleet", f"/practice-{made.machines}/"),
        ("clinic", clinic),
        ("clinic as of a day", f"{clinic}?at={day}"),
        ("machine", f"{clinic}m/{UUID(machine)}/"),
        ("machine as of a day", f"{clinic}m/{UUID(machine)}/?at={day}"),
        ("controls", f"{clinic}controls/"),
        ("findings", f"{clinic}findings/"),
        ("inventory", f"{clinic}inventory/"),
    ]
