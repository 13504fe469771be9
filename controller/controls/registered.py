"""What do the registers of a clinic show of a control? To read another, add its line to READ.

What the practice itself wrote down, judged by the register's own rules: what is late, missing or
not assessed. A register in which nothing stands shows nothing, and is unknown, never a pass; only
where nothing happened there is nothing to show.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from controller.controls import mapped
from controller.controls import marks as summed
from controller.controls.metrics import training
from controller.controls.parts import Part
from controller.paperwork import lists
from controller.paperwork.binder import Binder
from controller.paperwork.registers import (
    access_reviews,
    backups,
    goals,
    incidents,
    log_reviews,
    moves,
    people,
    recovery_goals,
    restore_tests,
    risks,
    vendors,
)
from controller.paperwork.registers.base import Mark, Register, Values, day_of
from rules.counted import counted


@dataclass(frozen=True, slots=True)
class Shelf:
    """The registers of a clinic as they stand on a day."""

    held: Binder
    today: date

    def values(self, register: str) -> list[Values]:
        """What stands in a register and was not struck."""
        return [row.data for row in self.held.entries.get(register, ()) if not row.is_struck]


Reading = Callable[[Shelf], Part]
PLAN = "ir-plan"
"""The statement by which people say that there is a plan for incidents, and where it lies."""


def part(control: str, held: Binder, today: date) -> Part | None:
    """What the register of a control shows, if one is kept for it."""
    reading = READ.get(control)
    return reading(Shelf(held, today)) if reading else None


def _part(register: Register, marks: Sequence[Mark], empty: Mark) -> Part:
    """As good as the worst that is marked; `empty` where nothing is."""
    return summed.part(f"the register “{register.title}”", marks or [empty])


def _nothing(register: Register) -> Mark:
    return Mark("unknown", f"nothing stands in the register “{register.title}”")


def _each(register: Register, empty: Mark | None = None) -> Reading:
    """Every entry, and all of them together."""

    def reading(shelf: Shelf) -> Part:
        all_ = shelf.values(register.id)
        marks = [mark for one in all_ for mark in register.marks(one, shelf.today)]
        marks += register.sums(all_, shelf.today) if all_ else ()
        quiet = Mark("pass", f"{len(all_)} on the register, nothing open")
        return _part(register, marks, quiet if all_ else empty or _nothing(register))

    return reading


def _newest(register: Register, field: str) -> Reading:
    """Whether the newest entry is young enough, and what is open about it alone."""

    def reading(shelf: Shelf) -> Part:
        all_ = shelf.values(register.id)
        past = [one for one in all_ if (day := day_of(one, field)) and day <= shelf.today]
        last = max((day_of(one, field) or date.min for one in past), default=None)
        marks = [
            mark
            for one in past
            if day_of(one, field) == last
            for mark in register.marks(one, shelf.today)
        ]
        marks += register.sums(all_, shelf.today) if all_ else ()
        return _part(register, marks, _nothing(register))

    return reading


def _together(register: Register) -> Reading:
    """What all entries come to together."""

    def reading(shelf: Shelf) -> Part:
        all_ = shelf.values(register.id)
        marks = register.sums(all_, shelf.today) if all_ else ()
        return _part(register, marks, _nothing(register))

    return reading


def _agreements(shelf: Shelf) -> Part:
    """Vendors that reach images, and software found in use that is on no vendor's line."""
    register, rows = vendors.REGISTER, shelf.held.entries.get(vendors.REGISTER.id, [])
    live = [one for one in shelf.values(register.id) if not register.is_gone(one, shelf.today)]
    marks = [mark for one in live for mark in register.marks(one, shelf.today)]
    unlisted = lists.missing(shelf.held.sightings, register, rows)
    marks += [Mark("fail", f"{name}: in use, no agreement on file") for name in unlisted]
    return _part(register, marks, _nothing(register))


def _trained(shelf: Shelf) -> Part:
    """Whether everybody on the list of staff is in date."""
    staff, lines = shelf.values("people"), shelf.values("training")
    state = training.state(staff, lines, shelf.today)
    words = training.words(staff, lines, shelf.today)
    return Part("check", "the registers of staff and training", state, words)


def _moved(shelf: Shelf) -> Part:
    """Each move with the backup before it, and moves that were signed and stand on no line."""
    register, of = moves.REGISTER, lists.others(shelf.held.entries)
    lines = shelf.values(register.id)
    marks = [mark for one in lines for mark in register.against(one, of, shelf.today)]
    known = {(goals.plain(one.get("equipment")), one.get("moved")) for one in lines}
    for row in shelf.held.statements.values():
        told = (goals.plain(row.subject_name), row.performed_on.isoformat())
        if row.kind == "move-record" and row.rejected_at is None and told not in known:
            marks.append(Mark("fail", f"{row.subject_name} moved on {told[1]}, by no line of it"))
    return _part(register, marks, Mark("not-applicable", "no move is on the register"))


def _planned(shelf: Shelf) -> Part:
    """Whether a plan stands behind the list of incidents, whose page leads to it."""
    n = len(shelf.values(incidents.REGISTER.id))
    listed = counted(n, "incident is on the register", "incidents are on the register")
    plans = [row for row in shelf.held.statements.values() if row.kind == PLAN]
    plan = next((row for row in plans if row.rejected_at is None), None)
    if plan is None:
        mark = Mark("fail" if n else "unknown", f"no plan was stated, and {listed}")
    elif plan.result != "pass":
        mark = Mark("fail", f"it was stated on {plan.performed_on} that there is no such plan")
    else:
        mark = Mark("pass", f"the plan of {plan.performed_on} is on file, and {listed}")
    return _part(incidents.REGISTER, [mark], mark)


def _recovered(shelf: Shelf) -> Part:
    """The goals of each system, held against its last restore test."""
    register, of = recovery_goals.REGISTER, lists.others(shelf.held.entries)
    marks = [
        Mark(mark.shape, f"{one.get('system')}: {mark.word}")
        for one in shelf.values(register.id)
        for mark in register.against(one, of, shelf.today)
    ]
    return _part(register, marks, _nothing(register))


READ: dict[str, Reading] = {
    "RSK-01": _each(risks.REGISTER),
    "ACC-07": _each(people.REGISTER),
    "ACC-08": _newest(access_reviews.REGISTER, "done"),
    "AUD-03": _newest(log_reviews.REGISTER, "done"),
    "BAK-02": _together(backups.REGISTER),
    "AST-02": lambda shelf: mapped.part(shelf.held),
    "MED-05": _moved,
    "BAK-07": _recovered,
    "BAK-04": _newest(restore_tests.REGISTER, "done"),
    "BAA-01": _agreements,
    "TRN-01": _trained,
    "TRN-04": _trained,
    "INC-01": _planned,
    "INC-02": _each(incidents.REGISTER, Mark("not-applicable", "no incident is on the register")),
}
