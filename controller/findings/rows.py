"""How does what was folded stand in the tables?

All SQL of the derived tables, for intake and for `rebuild`: a machine's standing is read, the
changes of each report are written, and its verdicts counted. Any cursor, no Django.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeAlias

from controller.findings.fold import Changes, Seen, Standing, State
from controller.ledger.sql import Cursor, instant, marks, moment
from evidence.finding import Finding

COLUMNS: Mapping[str, str] = {
    "pass": "n_pass",
    "fail": "n_fail",
    "error": "n_error",
    "unknown": "n_unknown",
    "not-applicable": "n_na",
}
Counts: TypeAlias = dict[tuple[str, int], Counter[str]]
"""By how much the counts of (clinic, rule_no) move, for each verdict."""

_TIMES = ("observed_from", "known_from", "known_last", "observed_to", "known_to")
_NO_FACTS: Mapping[str, Any] = {
    "catalogue": "",
    "document": "{}",
    "digest": "",
    "observed_at": None,
    "known_at": None,
    "imaging": None,
    "imaging_observed_at": None,
}
_FINDING = tuple(field.name for field in fields(Finding) if field.name != "id")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose rows: org, clinic and machine, as they stand in columns."""

    org: str
    clinic: str
    machine: str

    @property
    def key(self) -> tuple[str, str]:
        """What leads the key of every row of a machine."""
        return self.org, self.machine


def standing(
    cursor: Cursor, of: Subject, listed: Sequence[str], times: tuple[Any, Any]
) -> Standing:
    """What is known of a machine: its verdicts, its open findings and those that are `listed`.

    `times` are the columns `observed_at` and `reported_at` of its row.
    """
    observed, known = (instant(at) if at else None for at in times)
    return Standing(_states(cursor, of), _findings(cursor, of, listed), observed, known)


def unjudged(times: tuple[Any, Any]) -> Standing:
    """The same without verdicts and findings, for reports that do not touch them."""
    observed, known = (instant(at) if at else None for at in times)
    return Standing(observed_at=observed, known_at=known)


def _states(cursor: Cursor, of: Subject) -> dict[int, State]:
    cursor.execute(
        "SELECT rule_no, verdict, observed_since, known_since, rev, pack_sha, evidence"
        " FROM rule_state WHERE org_id = %s AND machine_id = %s",
        of.key,
    )
    return {
        no: State(verdict, instant(observed), instant(known), *rest)
        for no, verdict, observed, known, *rest in cursor.fetchall()
    }


def _findings(cursor: Cursor, of: Subject, listed: Sequence[str]) -> dict[str, Seen]:
    cursor.execute(
        f"SELECT finding_id, {', '.join(_TIMES)}, {', '.join(_FINDING)}"  # noqa: S608 - columns
        " FROM finding WHERE org_id = %s AND machine_id = %s"
        f" AND (known_to IS NULL OR finding_id IN ({marks(listed)}))",
        (*of.key, *listed),
    )
    return {
        name: Seen(
            Finding(id=name, **dict(zip(_FINDING, words, strict=True))),
            instant(observed),
            instant(known),
            instant(last),
            instant(observed_to) if observed_to else None,
            instant(known_to) if known_to else None,
        )
        for name, observed, known, last, observed_to, known_to, *words in cursor.fetchall()
    }


def write(cursor: Cursor, of: Subject, place: tuple[int, int], changes: Changes) -> None:
    """Write what the report at (epoch, seq) changed."""
    _write_states(cursor, of, changes)
    _write_spans(cursor, of, place, changes)
    if changes.findings:
        _write_findings(cursor, of, changes.findings)
    if changes.lack is not None:
        _write_lack(cursor, of, place, changes)


def _write_states(cursor: Cursor, of: Subject, changes: Changes) -> None:
    if changes.left:
        cursor.executemany(
            "DELETE FROM rule_state WHERE org_id = %s AND machine_id = %s AND rule_no = %s",
            [(*of.key, no) for no in changes.left],
        )
    if changes.states:
        cursor.executemany(
            "INSERT INTO rule_state (org_id, machine_id, rule_no, clinic_id, verdict,"
            " observed_since, known_since, rev, pack_sha, evidence)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (org_id, machine_id, rule_no) DO UPDATE SET verdict = excluded.verdict,"
            " observed_since = excluded.observed_since, known_since = excluded.known_since,"
            " rev = excluded.rev, pack_sha = excluded.pack_sha, evidence = excluded.evidence",
            [
                (
                    *of.key,
                    no,
                    of.clinic,
                    state.verdict,
                    moment(state.observed_since),
                    moment(state.known_since),
                    state.rev,
                    state.pack_sha,
                    state.evidence,
                )
                for no, state in changes.states.items()
            ],
        )


def _write_spans(cursor: Cursor, of: Subject, place: tuple[int, int], changes: Changes) -> None:
    times = moment(changes.observed), moment(changes.known)
    if changes.closed:
        cursor.executemany(
            "UPDATE rule_span SET observed_to = %s, known_to = %s"
            " WHERE org_id = %s AND machine_id = %s AND rule_no = %s AND known_to IS NULL",
            [(*times, *of.key, no) for no in changes.closed],
        )
    if changes.opened:
        cursor.executemany(
            "INSERT INTO rule_span (org_id, machine_id, rule_no, epoch, seq, verdict,"
            " observed_from, known_from) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [(*of.key, span.rule_no, *place, span.verdict, *times) for span in changes.opened],
        )


def _write_findings(cursor: Cursor, of: Subject, seen: Mapping[str, Seen]) -> None:
    columns = (
        *("org_id", "machine_id", "finding_id", "clinic_id"),
        *_TIMES,
        *_FINDING,
    )
    cursor.executemany(
        f"INSERT INTO finding ({', '.join(columns)}) VALUES ({marks(columns)})"  # noqa: S608 - columns
        " ON CONFLICT (org_id, machine_id, finding_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in columns[4:]),
        [(*of.key, name, of.clinic, *_seen_columns(one)) for name, one in seen.items()],
    )


def _seen_columns(seen: Seen) -> tuple[Any, ...]:
    return (
        moment(seen.observed_from),
        moment(seen.known_from),
        moment(seen.known_last),
        moment(seen.observed_to) if seen.observed_to else None,
        moment(seen.known_to) if seen.known_to else None,
        *(getattr(seen.finding, name) for name in _FINDING),
    )


def _write_lack(cursor: Cursor, of: Subject, place: tuple[int, int], changes: Changes) -> None:
    lack = changes.lack
    if lack is None:
        return
    cursor.execute(
        "INSERT INTO evidence_gap (org_id, machine_id, epoch, seq, reason, observed_from,"
        " observed_to, known_from, known_to) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *of.key,
            *place,
            lack.reason,
            _or_none(lack.observed_from),
            moment(changes.observed),
            _or_none(lack.known_from),
            moment(changes.known),
        ),
    )


def _or_none(at: datetime | None) -> str | None:
    return moment(at) if at else None


def moved(counts: Counts, of: Subject, before: Standing, after: Standing) -> None:
    """Add to `counts` by how much a machine's verdicts moved those of its clinic."""
    turned = [no for no, state in after.states.items() if before.states.get(no) is not state]
    for no in (*turned, *(before.states.keys() - after.states.keys())):
        old, new = before.states.get(no), after.states.get(no)
        count = counts.setdefault((of.clinic, no), Counter())
        if old:
            count[old.verdict] -= 1
        if new:
            count[new.verdict] += 1


def move(cursor: Cursor, org: str, counts: Counts) -> None:
    """Move the counts of `clinic_rule`; sorted, so that two writers never wait for each other."""
    names = ", ".join(COLUMNS.values())
    cursor.executemany(
        f"INSERT INTO clinic_rule (org_id, clinic_id, rule_no, {names})"  # noqa: S608 - columns
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (org_id, clinic_id, rule_no) DO UPDATE SET "
        + ", ".join(f"{name} = clinic_rule.{name} + excluded.{name}" for name in COLUMNS.values()),
        [
            (org, clinic, no, *(count[verdict] for verdict in COLUMNS))
            for (clinic, no), count in sorted(counts.items(), key=lambda item: item[0])
            if any(count.values())
        ],
    )


def tally(states: Iterable[State]) -> tuple[int, ...]:
    """How many rules have each verdict, in the order of COLUMNS."""
    count = Counter(state.verdict for state in states)
    return tuple(count[verdict] for verdict in COLUMNS)


def facts(cursor: Cursor, of: Subject) -> dict[str, Any]:
    """The facts of a machine as they are held; empty if there are none."""
    cursor.execute("SELECT document FROM facts_now WHERE org_id = %s AND machine_id = %s", of.key)
    row = cursor.fetchone()
    held: dict[str, Any] = json.loads(row[0]) if row else {}
    return held


def set_facts(cursor: Cursor, of: Subject, values: Mapping[str, Any]) -> None:
    """Set these columns of a machine's `facts_now`; the row is made if it is not there."""
    columns = ("org_id", "machine_id", *_NO_FACTS)
    cursor.execute(
        f"INSERT INTO facts_now ({', '.join(columns)}) VALUES ({marks(columns)})"  # noqa: S608 - columns
        " ON CONFLICT (org_id, machine_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in values),
        (*of.key, *{**_NO_FACTS, **values}.values()),
    )
