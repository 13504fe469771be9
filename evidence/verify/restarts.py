"""What did a log lose when it was begun anew, and what of that came back?

After a restore a log goes on in a new generation, whose first line says how long the one before
was. What of it is in the bundle is counted; the rest is missing. Machines send again what they
kept: their reports in the new log up to the one in which they say that they heard of it
(`log_restarted`). Some of those had never been sent before. The order says so, and no clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from evidence.leaf import ReportLeaf, RestartLeaf
from evidence.verify.case import Case
from evidence.verify.log import Log
from evidence.verify.reports import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """One log that goes on for another: how long that was, what of it is here, what came back.

    `here` is null where nothing of it is in the bundle; `returned` counts reports.
    """

    old: str
    why: str
    signed: int
    here: int | None
    returned: int

    @property
    def missing(self) -> int:
        """How many of the entries that were signed nobody has any more, but for what returned."""
        return self.signed if self.here is None else max(self.signed - self.here, 0)

    def __str__(self) -> str:
        begun = f"the log was begun anew ({self.why}) after {self.signed:,} entries of {self.old}"
        if self.here is None:
            return f"{begun}, which are not in this bundle"
        if not self.missing:
            return f"{begun}, of which none is missing"
        return (
            f"{begun}; the last {self.missing:,} of them are missing. From before machines heard of"
            f" it {self.returned:,} reports are in the log that goes on, sent again or for the"
            " first time"
        )


def check(log: Log, machines: Iterable[Machine], case: Case) -> tuple[Restart, ...]:
    """G1 for each restart, and what was counted."""
    machines = tuple(machines)
    found: list[Restart] = []
    for index, said in log.leaves.items():
        if isinstance(said, RestartLeaf):
            held = next((each for each in log.earlier if each.origin == said.old), None)
            one = Restart(
                old=said.old,
                why=said.why,
                signed=said.size,
                here=held.tree.size if held else None,
                returned=sum(_returned(index, log, machine) for machine in machines),
            )
            case.lacks("G1", str(one), log.place(index))
            found.append(one)
    return tuple(found)


def _returned(restart: int, log: Log, machine: Machine) -> int:
    """Reports of a machine in the new generation, until it says that it heard of it."""
    if machine.joined is None or machine.joined.leaf > restart:
        return 0
    of = next(each for each in reversed(log.generations) if restart >= each.shift)
    end = of.shift + of.tree.size
    heard = min((at for at in machine.heard if restart < at < end), default=end)
    return sum(
        isinstance(said, ReportLeaf) and restart < index < heard for index, said in machine.lines
    )
