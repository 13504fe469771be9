"""How long does a security patch wait: from its release to the first report without it?

Where the source names no day of release, from when the machine was first offered it. By month of
that day. A patch that is still pending is shown with its age, and counts against the share once it
is over its limit. The limits are those of the proposal, which is not law: 15 days for critical and
30 for high; what has none is in the median and in no share.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from controller.controls.metrics.base import DAY, Asked, p90, share
from controller.fleet.models import MachineState
from controller.traces.models import Trace
from rules.facts.form import instant

LIMITS = {"critical": timedelta(days=15), "high": timedelta(days=30)}
_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Wait:
    """A patch on a machine: since when, until when (null: still), and what it may take."""

    since: datetime
    until: datetime | None
    limit: timedelta | None


def answer(asked: Asked) -> str:
    """By month, the newest first, then what is pending."""
    rows = (one for one in asked.traces if one.kind == "patch")
    counted = (one for one in rows if one.machine.state == MachineState.ACTIVE)
    return words([_wait(one) for one in counted], asked.now)


def words(waits: Iterable[Wait], now: datetime) -> str:
    """The figure in words."""
    by_month: dict[str, list[Wait]] = {}
    for one in sorted(waits, key=lambda one: one.since, reverse=True):
        by_month.setdefault(f"{one.since:%b %Y}", []).append(one)
    if not by_month:
        return "No security patch is known to have waited on a computer here."
    told = [f"{month}: {_monthly(rows, now)}" for month, rows in by_month.items()][:_MONTHS]
    cut = f" Of the newest {_MONTHS} months." if len(by_month) > _MONTHS else ""
    pending = [one for rows in by_month.values() for one in rows if one.until is None]
    return f"{'; '.join([*told, _pending(pending, now)])}.{cut}"


def within(waits: Iterable[Wait], now: datetime) -> tuple[int, int]:
    """How many were in time, of how many: those that are gone, and pending ones over the limit."""
    part = whole = 0
    for one in waits:
        if one.limit is None or (one.until is None and now - one.since <= one.limit):
            continue
        whole += 1
        part += one.until is not None and one.until - one.since <= one.limit
    return part, whole


def _monthly(rows: list[Wait], now: datetime) -> str:
    took = [max(one.until - one.since, timedelta(0)) / DAY for one in rows if one.until is not None]
    spread = f"median {median(took):.1f} days, p90 {p90(took):.1f} days" if took else "none gone"
    part, whole = within(rows, now)
    judged = f"{share(part, whole)} within the limit" if whole else "none with a limit is decided"
    return f"{spread} of {len(took):,} gone, {judged}"


def _pending(rows: list[Wait], now: datetime) -> str:
    if not rows:
        return "none pending"
    over = sum(one.limit is not None and now - one.since > one.limit for one in rows)
    oldest = max((now - one.since) // DAY for one in rows)
    return f"{len(rows):,} pending, the oldest {oldest:,} days, {over:,} over the limit"


def _wait(one: Trace) -> Wait:
    told = [one.more.get(name) for name in ("released", "waiting_since")]
    since = next((instant(text) for text in told if isinstance(text, str)), one.first_at)
    limit = LIMITS.get(str(one.more.get("severity")))
    return Wait(min(since, one.first_at), one.gone_at, limit)
