"""How does a payload go, and what says so?

One short transaction: the payloads, a line `erased` in the clinic's log, and where what is erased
had judged the machine its new horizon.

- What is left of it moves to the rows that stay (controller.ledger.passing).
- A row keeps its place, hash and leaf, so that chain and tree still verify; of its payload it keeps
  when it was seen and on whom.
"""

from datetime import datetime

from controller.findings import horizon
from controller.findings.expired import Plan, seen_again, subjects
from controller.ledger import keeping, passing
from controller.ledger.append import Appender, Line, log_of
from controller.ledger.sql import Cursor
from evidence.leaf import ErasedLeaf


def erase(live: Cursor, plan: Plan, appender: Appender, now: datetime) -> int:
    """Let it go, within the transaction of whoever calls; how much went.

    None goes if a hold was laid since, or a finding of before was seen again.
    """
    if keeping.terms(live, plan.of.org, plan.of.clinic).held:
        return 0
    if plan.horizon is not None and seen_again(live, plan.of, plan.before) != plan.again:
        return 0
    where = _log(live, plan, appender, now)
    live.executemany(
        f"UPDATE report SET rowid = {passing.stays('report')}, raw = NULL, dict_id = NULL,"  # noqa: S608
        " claimed_at = %s, host = %s WHERE org_id = %s"
        " AND received_at = %s AND machine_id = %s AND epoch = %s AND seq = %s AND sha = %s",
        [
            (one.claimed, one.host, plan.of.org, one.received, plan.of.machine, one.epoch,
             one.seq, one.sha)
            for one in plan.payloads
        ],
    )  # fmt: skip
    if plan.horizon is not None and where is not None:
        horizon.keep(live, plan.of, plan.horizon, plan.before, where)
        _forget(live, plan)
    return len(plan.payloads) or 1


def _log(live: Cursor, plan: Plan, appender: Appender, now: datetime) -> tuple[str, int] | None:
    """One line for each generation in which they stand; log and leaf of the last."""
    own = log_of(live, plan.of.org, plan.of.clinic)
    kept = horizon.sha_of(plan.horizon) if plan.horizon is not None else None
    leaves = _leaves(live, plan)
    if kept is not None and not leaves:
        leaves[own.id] = []
    lines = []
    for log, indices in leaves.items():
        origin = None if log == own.id else _origin(live, plan.of.org, log)
        said = ErasedLeaf(at=now, leaves=tuple(indices), why="retention", log=origin, kept=kept)
        lines.append(Line("erased", said.to_line()))
    if not lines:
        return None
    first = appender.append(own, lines).first
    return own.id, first + len(lines) - 1


def _leaves(live: Cursor, plan: Plan) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in plan.payloads:
        live.execute(
            "SELECT log_id, idx FROM log_entry WHERE org_id = %s AND machine_id = %s"
            " AND epoch = %s AND seq = %s AND kind = 'report' AND env = %s",
            (*plan.of.key, one.epoch, one.seq, one.sha),
        )
        for log, index in live.fetchall():
            found.setdefault(log, []).append(index)
    return found


def _origin(live: Cursor, org: str, log: str) -> str:
    live.execute("SELECT origin FROM log WHERE org_id = %s AND id = %s", (org, log))
    return str(live.fetchone()[0])


def _forget(live: Cursor, plan: Plan) -> None:
    """What had ended before the horizon goes with the reports that told of it."""
    for one in subjects(live, plan.of):
        for table in ("rule_span", "evidence_gap"):
            live.execute(
                f"DELETE FROM {table} WHERE org_id = %s AND machine_id = %s"  # noqa: S608
                " AND known_to < %s",
                (*one.key, plan.before),
            )
        live.execute(
            "DELETE FROM finding WHERE org_id = %s AND machine_id = %s"
            " AND known_to < %s AND known_last < %s",
            (*one.key, plan.before, plan.before),
        )
        live.execute(
            "DELETE FROM contact_gap WHERE org_id = %s AND machine_id = %s AND to_at < %s",
            (*one.key, plan.before),
        )
