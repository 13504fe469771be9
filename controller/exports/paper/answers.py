"""What do insurers ask, and which controls answer? To add a question, add its line.

Each part of an answer keeps its kind: measured on so many machines, stated by a person, looked at
by the controller, or not looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from controller.controls.parts import Part, Shown

QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Is a second factor asked: mail, remote access, administrators?", ("ACC-04", "CTL-02")),
    ("Is endpoint protection active and current on every computer?", ("INT-03",)),
    ("Are there backups, apart from the computers, encrypted?", ("BAK-01", "BAK-02", "BAK-03")),
    ("Are restores tested?", ("BAK-04", "BAK-05")),
    ("How fast are security patches installed?", ("PAT-01", "PAT-02", "PAT-04")),
    ("Are disks and media with images encrypted?", ("ENC-01", "ENC-02", "ENC-04", "ENC-06")),
    ("Do images lie readable anywhere?", ("ENC-05", "ENC-08")),
    ("Is the staff trained?", ("TRN-01", "TRN-04")),
    ("Is there a plan for incidents, and is it exercised?", ("INC-01", "BAK-06")),
    ("Is the network divided, and scanned for weaknesses?", ("HRD-06", "HRD-05")),
)
KINDS = {"rule": "measured", "check": "looked at by the controller", "statement": "stated"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and what is known of it; a control without any part is not looked at."""

    question: str
    parts: tuple[tuple[str, Part], ...]
    not_looked_at: tuple[str, ...]


def answers(rows: Sequence[Shown]) -> list[Answer]:
    """Every question with what its controls show."""
    by_id = {row.control.id: row for row in rows}
    return [_answer(question, [by_id[one] for one in controls]) for question, controls in QUESTIONS]


def _kind(part: Part, row: Shown) -> str:
    """A way that a control names and nothing serves goes by the control's own name."""
    return "not looked at" if part.name == row.control.id else KINDS[part.kind]


def _answer(question: str, rows: Iterable[Shown]) -> Answer:
    held = list(rows)
    # One rule may answer for two controls: it is told once.
    told = {(part.kind, part.name): (_kind(part, row), part) for row in held for part in row.parts}
    return Answer(
        question,
        tuple(told.values()),
        tuple(
            f"{row.control.title}: {row.control.not_covered}"
            for row in held
            if row.control.not_covered or not row.parts
        ),
    )
