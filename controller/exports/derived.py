"""What does a bundle say to somebody who will not read envelopes? A page and a table.

Computed from what was derived of the reports, in the period of the bundle. Unsigned, and checked
by nobody: both say so where they are read first.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from django.db.models import Q, QuerySet

from controller.exports import excepted
from controller.exports.cells import harmless, written
from controller.findings.models import RuleSpan
from controller.legible import legible
from controller.policy.models import Rule
from controller.tenants.scope import Place
from evidence.bundle import About
from rules.verdict import Verdict

MARK = "derived: unsigned, not checked"
_TITLE = f"# {MARK}"
_COLUMNS = ("machine", "rule", "verdict", "from", "to", "known from", "known to")


@dataclass(frozen=True, slots=True)
class Row:
    """A verdict that a rule had on a machine for a time."""

    machine: str
    rule: str
    verdict: str
    observed_from: datetime
    observed_to: datetime | None
    known_from: datetime
    known_to: datetime | None

    @property
    def cells(self) -> list[str]:
        """As it stands in the table."""
        times = (self.observed_from, self.observed_to, self.known_from, self.known_to)
        return [harmless(self.machine), harmless(self.rule), self.verdict, *map(written, times)]


def files(place: Place, about: About) -> dict[str, bytes]:
    """The page and the tables, by file name."""
    rows = list(_rows(place, about))
    page = _page(about, rows, excepted.section(place, about))
    accepted = [[harmless(cell) for cell in row] for row in excepted.rows(place, about)]
    return {
        "report.html": page.encode(),
        "verdicts.csv": _table(_COLUMNS, [row.cells for row in rows]).encode(),
        "waivers.csv": _table(excepted.COLUMNS, accepted).encode(),
    }


def _rows(place: Place, about: About) -> Iterator[Row]:
    rules = Rule.objects.at(place).values_list("rule_no", "pack", "name")
    names = {no: f"{pack}/{name}" for no, pack, name in rules}
    for span in _spans(place, about).iterator():
        yield Row(
            machine=span.machine.host,
            rule=names.get(span.rule_no, str(span.rule_no)),
            verdict=span.verdict,
            observed_from=span.observed_from,
            observed_to=span.observed_to,
            known_from=span.known_from,
            known_to=span.known_to,
        )


def _spans(place: Place, about: About) -> QuerySet[RuleSpan]:
    """Those of the period, as they became known."""
    within = Q(known_to__isnull=True) | Q(known_to__gt=about.from_)
    spans = RuleSpan.objects.at(place).filter(within, known_from__lt=about.to)
    return spans.select_related("machine").order_by("machine__host", "rule_no", "known_from")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow([_TITLE])
    written.writerow(columns)
    written.writerows(rows)
    return out.getvalue()


def _page(about: About, rows: list[Row], accepted: str) -> str:
    at_end = [row for row in rows if row.known_to is None or row.known_to >= about.to]
    page = _HTML.format(
        clinic=escape(about.clinic_name),
        since=f"{about.from_:%Y-%m-%d}",
        until=f"{about.to:%Y-%m-%d}",
        mark=MARK,
        counts=_counted(at_end),
        accepted=accepted,
        open="\n".join(_open(at_end)) or "<tr><td colspan=4>nothing</td></tr>",
    )
    return legible(page)


def _counted(rows: list[Row]) -> str:
    counts = Counter(row.verdict for row in rows)
    told = (f"{counts[verdict]:,} {verdict}" for verdict in Verdict if counts[verdict])
    return ", ".join(told) or "no verdict"


def _open(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        if row.verdict in (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN):
            cells = (row.machine, row.rule, row.verdict, written(row.observed_from))
            yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


_HTML = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{clinic}: {mark}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border-bottom: 1px solid; padding: .25rem .5rem; text-align: left }}
</style>
<h1>{clinic}, {since} to {until}</h1>
<p><strong>This page is {mark}.</strong> The evidence is in the other files of the bundle, and
<code>dentinel verify</code> checks it.</p>
<p>At the end of this time: {counts}.</p>
<h2>What did not pass then</h2>
<table>
<thead><tr><th>Computer</th><th>Rule</th><th>Verdict</th><th>Since (UTC)</th></tr></thead>
<tbody>
{open}
</tbody>
</table>
{accepted}
</html>
"""
