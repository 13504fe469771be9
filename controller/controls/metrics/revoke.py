"""How long after somebody left was the last account of theirs seen disabled or absent?

Measured from the end of the last day in the register of staff, in the clinic's zone, to the report
that first showed the last linked account gone from the last machine; one patrol is as fine as that
gets. Who links a person to accounts is the office manager. A machine that ended took its accounts
along; one that is silent did not: what it showed last still stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from controller.controls.metrics.base import HOUR, Asked, middle
from controller.fleet.queries import ENDED
from controller.paperwork.holders import LINKED, key


@dataclass(frozen=True, slots=True)
class Seen:
    """An account on a machine: until when it was seen enabled, null if it is so still."""

    key: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who left: when, and how long it took; null while an account is still enabled."""

    at: datetime
    took: timedelta | None


def left(end: datetime, linked: Iterable[str], seen: Mapping[str, list[Seen]]) -> Left | None:
    """How long it took for one person; None if no machine ever showed an account of theirs."""
    stays = [one for key in linked for one in seen.get(key, ())]
    if not stays:
        return None
    if any(one.until is None for one in stays):
        return Left(end, None)
    last = max(one.until for one in stays if one.until is not None)
    return Left(end, max(last - end, timedelta(0)))


def end_of(day: date, zone: str) -> datetime:
    """The instant at which a day ends there."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone))


def answer(asked: Asked) -> str:
    """By quarter, with who is not linked and who is still open."""
    if not asked.register("people"):
        return "Nobody is on the list of staff, so that nobody is known to have left."
    seen, cases, unlinked = _seen(asked), [], 0
    for row in asked.register("people"):
        day = row.data.get("left")
        if not day:
            continue
        end = end_of(date.fromisoformat(day), asked.clinic.time_zone)
        if end > asked.now:
            continue
        case = left(end, row.data.get(LINKED) or (), seen)
        unlinked += case is None
        cases += [case] if case else []
    return words(cases, unlinked, asked.now)


def words(cases: Iterable[Left], unlinked: int, now: datetime) -> str:
    """The figure in words."""
    by_quarter: dict[str, list[Left]] = {}
    for one in sorted(cases, key=lambda one: one.at, reverse=True):
        by_quarter.setdefault(_quarter(one.at), []).append(one)
    told = [f"{quarter}: {_quarterly(rows, now)}" for quarter, rows in by_quarter.items()]
    if unlinked:
        told.append(f"{unlinked} who left without an account linked: nothing is known of theirs")
    return "; ".join(told) + "." if told else "Nobody on the list of staff has left."


def _quarterly(rows: list[Left], now: datetime) -> str:
    took = [one.took / HOUR for one in rows if one.took is not None]
    waits = sorted((now - one.at) // HOUR for one in rows if one.took is None)
    parts = [f"{middle(took, 'h')} revoked"] if took else []
    if waits:
        parts.append("not yet: " + ", ".join(f"{hours:,} h" for hours in reversed(waits)))
    return ", ".join(parts)


def _quarter(at: datetime) -> str:
    last = at - timedelta(milliseconds=1)
    return f"{last.year} Q{(last.month + 2) // 3}"


def _seen(asked: Asked) -> dict[str, list[Seen]]:
    """Every stay of every account, by the key that stands for it in the register."""
    found: dict[str, list[Seen]] = {}
    for one in (trace for trace in asked.traces if trace.kind == "account"):
        until = one.gone_at
        if until is None and one.machine.state in ENDED:
            until = one.machine.ended_at
        found.setdefault(key(one), []).append(Seen(key(one), until))
    return found
