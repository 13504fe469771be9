"""Which parts of a rule's leaves have its tests never seen both true and false?

Counted over all tests of a rule, and item by item, as the engine looks at them: what `and` and
`or` never reach is not seen. Each gap is told with the test that is missing (DL507).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.compiled.rule import Pack, Rule
from rules.errors import Problem
from rules.workbench.cases.case import Case
from rules.workbench.proving.judging import judge_case
from rules.workbench.variants.atoms import Atom, said, watch_atoms


@dataclass(frozen=True, slots=True)
class Covered:
    """What the tests of one rule have seen of its atoms."""

    rule: str
    atoms: int
    both: int
    problems: tuple[Problem, ...]


def cover(pack: Pack, rule: Rule, cases: Sequence[Case]) -> Covered:
    """Judge a rule by its tests, and look on."""
    seen: tuple[set[int], set[int]] = (set(), set())

    def note(number: int, value: object) -> None:
        if value is True or value is False:
            seen[value].add(number)

    watched, atoms = watch_atoms(rule, note)
    for case in cases:
        judge_case(pack, [watched], case)
    both = seen[True] & seen[False]
    gaps = tuple(_gap(rule, atom, seen) for atom in atoms if atom.number not in both)
    return Covered(rule.id, len(atoms), len(both), gaps)


def _gap(rule: Rule, atom: Atom, seen: tuple[set[int], set[int]]) -> Problem:
    missing = [truth for truth in (True, False) if atom.number not in seen[truth]]
    how = "neither true nor false" if len(missing) > 1 else f"never {str(missing[0]).lower()}"
    tests = "; and ".join(_missing_test(atom, is_true=truth) for truth in missing)
    message = f"{atom.spot}: this is {how} in any test"
    return Problem("DL507", message, atom.node.place, f"add {tests}", rule.id)


def _missing_test(atom: Atom, *, is_true: bool) -> str:
    """The test that is missing, in words; what must hold besides, so that the atom is reached."""
    after = [said(node, is_true=truth) for node, truth in atom.after]
    return f"a test in which {', and '.join([*after, said(atom.node, is_true=is_true)])}"
