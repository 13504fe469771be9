"""Traces are what a replay of every report of facts gives, however often they were followed."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from controller.paperwork import holders
from controller.traces.keep import follow, forget
from controller.traces.models import Trace
from rules.facts.base import Reading, Source, Status
from rules.facts.form import to_json
from rules.facts.index import CATALOGUE
from tests.controller.clinic import MORNING, Machine, Server

Said = tuple[str, datetime, frozenset[str], bool]
"""A machine, when, what was enabled, and whether the whole list was told."""


def account(number: int, *, is_enabled: bool) -> dict[str, Any]:
    return {
        "name": f"user-{number + 1}",
        "id": f"k:{'abcdefgh'[number] * 12}",
        "kind": "domain" if number % 2 else "local",
        "enabled": is_enabled,
        "interactive": True,
        "admin": number == 1,
        "built_in_admin": False,
        "guest": False,
        "generic_name": False,
        "signed_in": False,
        "blank_password": False,
        "last_seen": None,
        "lock": {
            "after": "900s",
            "asks_password": True,
            "on_wake": True,
            "enforced": False,
            "source": "preference",
        },
    }


def fact(value: Any, now: datetime) -> dict[str, Any]:
    """As a machine's report tells it, with nothing left to redact."""
    reading = Reading(
        fact="users",
        status=Status.OK,
        value=value,
        observed_at=now,
        ttl=CATALOGUE["users"].ttl,
        source=(Source("run:getent"),),
        confidence="authoritative",
        privilege="root",
    )
    return to_json(reading)


def history(server: Server, machine: Machine, host: str, rounds: int, seed: int) -> list[Said]:
    """So many reports, each with some accounts enabled, now and then with an incomplete list."""
    chance, told = random.Random(seed), []
    for _ in range(rounds):
        enabled = frozenset(n for n in range(4) if chance.random() < 0.6)
        listed = sorted(enabled | {n for n in range(4) if chance.random() < 0.5})
        value: Any = [account(n, is_enabled=n in enabled) for n in listed]
        is_whole = chance.random() < 0.7
        if not is_whole:
            value = {"$items": value, "$missing": "not_elevated"}
        status, _ = machine.sync(machine.seal(machine.facts(users=fact(value, server.now))))
        assert status == 200
        told.append((host, server.now, frozenset(f"user-{n + 1}" for n in enabled), is_whole))
        server.passes(hours=1)
    return told


def replayed(said: list[Said]) -> set[tuple[str, str, datetime, datetime | None]]:
    """The same by asking, of every account and report, the naive question."""
    found = set()
    for host in {one[0] for one in said}:
        mine = [one for one in said if one[0] == host]
        for name in {name for one in mine for name in one[2]}:
            since = None
            for _, at, enabled, is_whole in mine:
                if name in enabled and since is None:
                    since = at
                elif name not in enabled and is_whole and since is not None:
                    found.add((host, name, since, at))
                    since = None
            if since is not None:
                found.add((host, name, since, None))
    return found


def kept(server: Server) -> set[tuple[str, str, datetime, datetime | None]]:
    rows = Trace.objects.at(server.clinic.place).filter(kind="account")
    return set(rows.values_list("machine__host", "label", "first_at", "gone_at"))


@pytest.fixture
def two_machines(server: Server) -> dict[str, Machine]:
    return {host: server.machine(host) for host in ("OP1", "FRONT2")}


def test_traces_are_what_a_replay_of_all_reports_gives(
    server: Server, two_machines: dict[str, Machine]
) -> None:
    said: list[Said] = []
    for seed in range(3):
        for host, machine in two_machines.items():
            said += history(server, machine, host, 5, seed)
        follow(server.clinic.place)
    assert kept(server) == replayed(said)

    again = kept(server)
    assert follow(server.clinic.place) == 0
    forget(server.clinic.place)
    assert (follow(server.clinic.place), kept(server)) == (30, again)
    assert min(one[2] for one in again) >= MORNING


def test_a_local_account_is_another_on_each_machine_and_one_of_a_domain_is_not(
    server: Server, two_machines: dict[str, Machine]
) -> None:
    for machine in two_machines.values():
        value = [account(n, is_enabled=True) for n in (0, 1)]
        machine.sync(machine.seal(machine.facts(users=fact(value, server.now))))
        server.passes(minutes=1)
    follow(server.clinic.place)

    told = holders.accounts(server.clinic.place)
    assert sorted(len(one.where) for one in told) == [1, 1, 2]
    assert {one.kind for one in told if len(one.where) == 2} == {"domain"}


def test_an_account_that_may_be_enabled_is_not_gone(server: Server) -> None:
    machine = server.machine("OP1")
    unknown = {**account(0, is_enabled=True), "enabled": {"$unknown": "not_elevated"}}
    for value in ([account(0, is_enabled=True)], [unknown]):
        machine.sync(machine.seal(machine.facts(users=fact(value, server.now))))
        server.passes(hours=1)
    follow(server.clinic.place)

    (row,) = Trace.objects.at(server.clinic.place)
    assert (row.gone_at, row.last_at - row.first_at) == (None, timedelta(hours=1))
