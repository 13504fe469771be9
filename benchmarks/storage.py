"""P16: how much does the controller store for a machine and a year?

Bar: at most 1 MiB a machine and year, with hourly patrols and typical change. Workstations join a
real intake and live a year in it: each day they start, send a full report and their facts, and
twice a week a rule fails and passes again; a patrol that finds nothing new costs nothing. Old
facts are erased as the running controller does it. What is counted is the growth of the database
file, with tables, log and indexes, once facts go as fast as they come; what the facts of the last
90 days hold beside that is told apart, since it does not grow. The second row says which tables
grow, each with its indexes. Checkpoints and days are of the clinic, and here shared by two.
"""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.measure import Row
from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.lock import CheckpointLock
from controller.ledger.sql import connect
from rules.verdict import Verdict

MACHINES, DAYS, SETTLED, YEAR = 2, 240, 120, 365
_BAR_MIB = 1.0
_TOLD_MIB = 0.01
_MIB = 1024 * 1024
_CHANGES = 2 / 7


def rows() -> list[Row]:
    """What a year costs, and what the facts of the last 90 days hold."""
    with tempfile.TemporaryDirectory() as folder:
        home = _home(Path(folder) / "home")
        with _server(home) as server:
            machines = [server.machine(f"OP{number}") for number in range(MACHINES)]
            settled, before = (0, 0), Counter[str]()
            for day in range(DAYS):
                if day == SETTLED:
                    settled, before = _sizes(home), _tables(home)
                _live(server, machines, day)
                _purge(server)
        file, packed = (_a_year(*ends) for ends in zip(settled, _sizes(home), strict=True))
        tables = {name: _a_year(before[name], size) for name, size in _tables(home).items()}
        facts = _facts(home) / MACHINES / _MIB
    reports = sum(len(one.sealed) for one in machines) / MACHINES * YEAR / DAYS
    measured = f"{file:.2f} MiB, packed {packed:.2f}; beside it {facts:.2f} MiB of facts"
    what = f"a machine and year, {reports:,.0f} reports of 40 rules"
    bar = Row("P16", what, measured, "", f"<= {_BAR_MIB:.0f} MiB", file <= _BAR_MIB)
    return [bar, Row("P16", "where it goes, MiB with indexes", _largest(tables), "", "", None)]


def _home(root: Path) -> ControllerHome:
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(root)
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    home = ControllerHome(root).make(uuid4())
    keys = Keys.make(home, os.urandom)
    CheckpointLock.make(home)
    import django

    django.setup()
    from django.core.management import call_command

    from tests.controller.clinic import MORNING

    call_command("migrate", verbosity=0)
    authority.ensure(home, keys, ["localhost"], MORNING)
    return home


def _server(home: ControllerHome) -> Any:
    from controller.ledger.actions import By, open_clinic, open_org
    from controller.tenants import models
    from tests.controller.clinic import MORNING, Clinic, Server

    by = By("shell", "", MORNING)
    org = open_org(home, "North Quay IT", "north-quay", by)
    row = models.Clinic(org=org, name="Bright Smiles", slug="bright-smiles", made_at=MORNING)
    open_clinic(home, row, by)
    return Server(home, Clinic(org.id, row.id, row.name))


def _live(server: Any, machines: list[Any], day: int) -> None:
    """A day of all machines."""
    from controller.cli.demo.msp import voice
    from controller.cli.demo.msp.cast import Box
    from evidence.told import Veil

    dice, veil, now = random.Random(day), Veil(voice.Names(), b"k" * 32), server.now
    for number, machine in enumerate(machines):
        box, before = Box(machine.name, "operatory"), len(machine.sealed)
        said = voice.verdicts(box, (), now, veil)
        machine.event()
        machine.seal(machine.full(*said, imaging=voice.imaging(box, (), now, veil)))
        machine.seal(machine.facts(**voice.facts(voice.read(box, (), now), veil)))
        if dice.random() < _CHANGES:
            rule = said[(day + number) % len(said)]
            machine.seal(machine.delta(replace(rule, verdict=Verdict.FAIL)))
            machine.seal(machine.delta(rule))
        machine.sync(*machine.sealed[before:])
    server.passes(days=1)


def _purge(server: Any) -> None:
    from controller.findings.expired import Steps
    from controller.findings.purge import Round

    round_ = Round(server.home, server.clinic.org, Steps())
    while not round_.is_through:
        round_.step(server.now, lambda: True)


def _a_year(before: int, after: int) -> float:
    return (after - before) * YEAR / (DAYS - SETTLED) / MACHINES / _MIB


def _sizes(home: ControllerHome) -> tuple[int, int]:
    """Bytes of the database file, and of a copy without the holes that erased rows leave."""
    copy = home.root / "packed.sqlite"
    with closing(connect(home.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM INTO ?", (str(copy),))
    sizes = home.database.stat().st_size, copy.stat().st_size
    copy.unlink()
    return sizes


def _tables(home: ControllerHome) -> Counter[str]:
    """Bytes of the pages of each table and its indexes."""
    sql = (
        "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d"
        " JOIN sqlite_master s ON s.name = d.name GROUP BY 1"
    )
    with closing(connect(home.database)) as connection:
        return Counter(dict(connection.execute(sql).fetchall()))


def _largest(tables: Mapping[str, float]) -> str:
    told = sorted(tables.items(), key=lambda one: one[1], reverse=True)
    return ", ".join(f"{name} {size:.2f}" for name, size in told if size >= _TOLD_MIB)


def _facts(home: ControllerHome) -> int:
    sql = "SELECT sum(length(raw)) FROM report WHERE kind = 'facts'"
    with closing(connect(home.database)) as connection:
        return int(connection.execute(sql).fetchone()[0])
