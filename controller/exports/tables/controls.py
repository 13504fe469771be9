"""How a clinic stands against each control; the four sources in columns of their own."""

import re
from collections.abc import Iterator

from controller.controls import standing
from controller.controls.parts import Shown
from controller.exports.tables.base import Asked, Table

_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def plain(words: str) -> str:
    """A sentence of a page with its numbers as a program reads them: `12,345` is `12345`."""
    return _SEPARATOR.sub("", words)


def _rows(asked: Asked) -> Iterator[Shown]:
    if asked.clinic is not None:
        yield from standing.of_clinic(asked.clinic, asked.now)


def _parts(row: Shown) -> str:
    return " | ".join(
        f"{one.kind} {one.name} [{one.state}] {plain(one.words)}" for one in row.parts
    )


def _proposed(row: Shown) -> list[str]:
    cited = [f"{cite} (unconfirmed)" for cite in row.control.proposed]
    return [*cited, *row.control.in_proposal]


TABLE = Table(
    id="controls",
    title="Controls",
    about="Each control, its worst part and all of them: law, proposal, benchmark and own policy "
    "apart.",
    of_clinic=True,
    rows=_rows,
    columns=(
        ("control", lambda row: row.control.id),
        ("title", lambda row: row.control.title),
        ("state", lambda row: row.state or "not covered"),
        (
            "worst part",
            lambda row: f"{row.worst.name}: {plain(row.worst.words)}" if row.worst else "",
        ),
        ("parts", _parts),
        ("in force", lambda row: [*row.control.hipaa, *row.control.in_force]),
        ("requirement", lambda row: row.control.requirement),
        ("proposed, not law", _proposed),
        ("benchmark", lambda row: row.control.benchmark),
        ("practice policy", lambda row: row.control.policy),
        ("not covered", lambda row: row.control.not_covered),
    ),
)
