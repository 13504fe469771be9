"""Is the agent itself healthy?

What waits and when the controller was last heard stands in the outbox, how the last patrol went in
its results, what the guard costs in its own file. Where no agent has run, or no guard runs, that
is `not_collected`.
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from agent.errors import OutboxError
from agent.facts.base import EVERYWHERE, About, answers, part
from agent.host import privacy
from agent.host.base import Absent, Host, HostError
from agent.outbox import standing
from agent.outbox.contact import Standing
from agent.readers.errors import ParseError
from agent.version import VERSION
from rules.compiled import builtin
from rules.facts.agent import AGENT, Agent
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.index import FACTS
from rules.facts.types import Version

_MOST_BYTES = 16 << 20
_PSS = re.compile(rb"^Pss:\s+([0-9]+) kB$", re.MULTILINE)
_GUARDED, _MAGIC = "/Library/Application Support/com.apple.TCC/TCC.db", 16
"""The record of the privacy control (TCC), and as much of it as says that it is a database."""

_BUDGET_MS = {"cheap": 1_000, "medium": 10_000, "heavy": 60_000}
_READ = frozenset({"ok", "partial"})
_STATES = frozenset({"builtin", "fresh", "stale", "expired"})


@answers(AGENT, on=EVERYWHERE)
def everywhere(host: Host, about: About) -> Agent:
    """The same on all systems."""
    outbox = part(lambda: _standing(about))
    readings = part(lambda: _last_readings(host, about))
    guard = part(lambda: _document(host, str(about.home.guard)))
    policy = _last_policy(host, about) if about.policy is None else about.policy
    return Agent(
        version=Version.parse(VERSION),
        elevated=host.elevated,
        rules_state=policy["state"],
        pack_version=part(lambda: Version.parse(policy["packs"][0]["version"])),
        controller_seen=outbox if isinstance(outbox, Unknown) else outbox.seen_at,
        outbox_waiting=outbox if isinstance(outbox, Unknown) else outbox.waiting,
        outbox_oldest=outbox if isinstance(outbox, Unknown) else outbox.oldest_at,
        facts_unknown=readings if isinstance(readings, Unknown) else _unread(readings),
        over_budget=readings if isinstance(readings, Unknown) else _over_budget(readings),
        cpu_day=guard if isinstance(guard, Unknown) else _cpu_day(guard),
        memory=part(lambda: _memory(host, about)),
        full_disk_access=part(lambda: _full_disk_access(host)) if host.os == "macos" else None,
    )


def _full_disk_access(host: Host) -> bool:
    """May we read what macOS guards even from root? Asked of the start of its own record."""
    try:
        privacy.guarded(host, _GUARDED, _MAGIC)
    except Absent as error:
        raise HostError(Why.UNRECOGNISED, "a macOS without its privacy control") from error
    except HostError as error:
        if error.why is Why.TCC_DENIED:
            return False
        raise
    return True


def _standing(about: About) -> Standing:
    try:
        return standing.read(about.home)
    except OutboxError as error:
        raise HostError(Why.ACCESS_DENIED) from error


def _document(host: Host, path: str) -> dict[str, Any]:
    """A file that the agent writes for itself; HostError where none has been written."""
    try:
        found = json.loads(host.read(path, _MOST_BYTES))
    except Absent as error:
        raise HostError(Why.NOT_COLLECTED) from error
    except ValueError as error:
        raise ParseError("the agent's own file is no JSON") from error
    if not isinstance(found, dict):
        raise ParseError("the agent's own file is no JSON object")
    return found


def _last_readings(host: Host, about: About) -> dict[str, dict[str, Any]]:
    found = _document(host, str(about.home.results)).get("readings")
    if not isinstance(found, dict):
        raise ParseError("the results of the last patrol hold no readings")
    return found


def _last_policy(host: Host, about: About) -> Mapping[str, Any]:
    """By which rules the last patrol judged; before there was one, by those that we carry."""
    try:
        found = _document(host, str(about.home.results)).get("policy")
    except (HostError, ParseError):
        found = None
    if isinstance(found, dict) and found.get("state") in _STATES and found.get("packs"):
        return found
    return {"state": "builtin", "packs": [{"version": builtin.pack().version}]}


def _unread(readings: dict[str, dict[str, Any]]) -> int:
    return sum(reading.get("status") not in _READ for reading in readings.values())


def _over_budget(readings: dict[str, dict[str, Any]]) -> Items[str]:
    """Facts of the last patrol that took longer than their kind may."""
    costly = (
        fact.name
        for fact in FACTS
        if readings.get(fact.name, {}).get("cost", {}).get("wall_ms", 0) > _BUDGET_MS[fact.cost]
    )
    return Items(tuple(costly))


def _cpu_day(guard: dict[str, Any]) -> Maybe[timedelta]:
    spent = guard.get("cpu_day_s")
    is_alive = guard.get("stopped_at") is None
    if not isinstance(spent, int | float) or not is_alive:
        return Unknown(Why.NOT_COLLECTED)
    return timedelta(seconds=spent)


def _memory(host: Host, about: About) -> int:
    """The guard's share of physical memory in bytes (PSS of proc_pid_smaps(5))."""
    guard = _document(host, str(about.home.guard))
    try:
        found = _PSS.search(host.read(f"/proc/{int(guard['pid'])}/smaps_rollup"))
    except (Absent, KeyError, TypeError, ValueError) as error:
        raise HostError(Why.NOT_COLLECTED) from error
    if not found:
        raise ParseError("smaps_rollup has no line Pss")
    return int(found[1]) * 1024
