"""How much do the tests of these rules show? A sentence, and a line a rule on demand."""

from collections.abc import Sequence
from itertools import zip_longest

from rules.workbench.proving.coverage import Covered
from rules.workbench.proving.mutate import Mutated
from rules.workbench.proving.notes import wrapped
from rules.workbench.reports.base import many
from rules.workbench.test import Tested

_GAP = "  "


def lines(tested: Tested) -> list[str]:
    """What is printed under the problems."""
    if not tested.run:
        return ["no test ran: what is wrong above must be mended first"]
    failed = sum(one.id in ("DL504", "DL508") for one in tested.problems)
    hold = "all hold" if not failed else f"{failed} {'does' if failed == 1 else 'do'} not hold"
    said = [f"{many(tested.run, 'tests')} ran, {hold}; {_lost(tested)}"]
    if tested.cut:
        said.append(f"{many(tested.cut, 'tests')} with very many facts: not each of them was lost")
    table = _rows(tested)
    return [*said, "", *_aligned(table), *_doubts(tested)] if len(table) > 1 else said


def _doubts(tested: Tested) -> list[str]:
    """Entries of `equivalent` that look wrong; nobody can be sure but their author."""
    found = [doubt for one in tested.mutated for doubt in one.doubts]
    head = ["", "listed as equivalent, and yet:"] if found else []
    return [*head, *(line for doubt in found for line in wrapped(doubt, 2))]


def _lost(tested: Tested) -> str:
    helped = sum(one.id == "DL505" for one in tested.problems)
    often = f"{helped} times it helped" if helped else "it never helped"
    return f"{tested.lost} times a fact was lost, and {often}"


def _rows(tested: Tested) -> list[tuple[str, ...]]:
    """The table: its head, a row for each rule, and all of them together."""
    wanted = tested.wanted
    head = ("rule", *(_MUTANTS if wanted.mutants else ()), *(_ATOMS if wanted.coverage else ()))
    rows = [_row(*of_rule) for of_rule in zip_longest(tested.mutated, tested.covered)]
    sums = [str(sum(int(row[n]) for row in rows)) for n in range(1, len(head))]
    return [head, *rows, *([("together", *sums)] if len(rows) > 1 else [])]


_MUTANTS = ("mutants", "dead", "listed", "alive")
_ATOMS = ("atoms", "seen both ways")


def _row(mutated: Mutated | None, covered: Covered | None) -> tuple[str, ...]:
    """One rule; where both were asked for, both are about the same rule."""
    rule, numbers = "", list[int]()
    if mutated is not None:
        rule = mutated.rule
        numbers += [mutated.total, mutated.dead, mutated.listed, mutated.survived]
    if covered is not None:
        rule = covered.rule
        numbers += [covered.atoms, covered.both]
    return (rule, *map(str, numbers))


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        _GAP.join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
