"""Which parts of a rule's leaves have its tests never seen both true and false?

Counted over all tests of a rule, and item by item, as the engine looks at them: what `and` and
`or` never reach is not seen. Each gap is told with the test that is missing (DL507).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rules.compiled.rule import Pack, Rule
from rules.errors import Problem
from rules.workbench.cases.case import Case
from rules.workbench.proving.judging import judge_case, judge_facts
from rules.workbench.proving.search import EXPECT, Example, tried
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
    seen: _Seen = set()
    watched, atoms = watch_atoms(rule, partial(_note, seen))
    for case in cases:
        judge_case(pack, [watched], case)
    missing = [
        (atom, truth)
        for atom in atoms
        for truth in (True, False)
        if (atom.number, truth) not in seen
    ]
    found = _examples(pack, watched, {(atom.number, truth) for atom, truth in missing}, seen, cases)
    gaps = [_gap(rule, atom, truth, found.get((atom.number, truth))) for atom, truth in missing]
    unseen = {atom.number for atom, _ in missing}
    return Covered(rule.id, len(atoms), len(atoms) - len(unseen), tuple(gaps))


_Seen = set[tuple[int, bool]]
"""The numbers of atoms, and what they were seen to be."""


def _note(seen: _Seen, number: int, value: object) -> None:
    if value is True or value is False:
        seen.add((number, value))


def _examples(
    pack: Pack, watched: Rule, missing: _Seen, seen: _Seen, cases: Sequence[Case]
) -> dict[tuple[int, bool], Example]:
    """Facts near those of the tests in which what was never seen is seen."""
    found: dict[tuple[int, bool], Example] = {}
    for case, change, facts in tried(watched, cases) if missing else ():
        seen.clear()
        verdict = judge_facts(pack, [watched], facts, case)[0].verdict
        for one in seen & missing - found.keys():
            found[one] = Example(case.name, change, facts, verdict)
        if len(found) == len(missing):
            break
    return found


def _gap(rule: Rule, atom: Atom, truth: bool, example: Example | None) -> Problem:  # noqa: FBT001
    message = f"{atom.spot}: this is never {str(truth).lower()} in any test"
    help_ = f"add {_missing_test(atom, is_true=truth)}"
    if example is None:
        return Problem("DL507", message, atom.node.place, help_, rule.id)
    notes = tuple(example.note)
    return Problem("DL507", message, atom.node.place, f"{help_}; {EXPECT}", rule.id, notes=notes)


def _missing_test(atom: Atom, *, is_true: bool) -> str:
    """The test that is missing, in words; what must hold besides, so that the atom is reached."""
    after = [said(node, is_true=truth) for node, truth in atom.after]
    return f"a test in which {', and '.join([*after, said(atom.node, is_true=is_true)])}"
