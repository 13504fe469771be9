"""How is a failed test shown? What was expected, what came, which leaf decided, what it read.

A test that expected more to fail is told which leaf let it through: the engine is asked about that
leaf alone.
"""

from rules.compiled.codes import MEANINGS
from rules.errors import Place, Problem
from rules.verdict import Verdict
from rules.workbench.cases.case import Case, Entry
from rules.workbench.proving.compare import Mismatch
from rules.workbench.proving.decided import Told, blocks, name_of
from rules.workbench.proving.notes import labelled

_SHOWN = 6
_COUNTED = (
    ("passes", "pass"),
    ("fails", "fail"),
    ("in error", "in error"),
    ("unknown", "unknown"),
    ("not selected", "not selected"),
)
"""What one and what more of them do, in the order of `n`."""


def problem(told: Told) -> Problem:
    """The problem of a test that failed, at the first thing that is not as expected."""
    case, mismatch = told.case, told.mismatch
    decided = list(blocks(told))
    shown = [line for block in decided[:_SHOWN] for line in block]
    if len(decided) > _SHOWN:
        shown += [f"and {len(decided) - _SHOWN} more"]
    notes = [*labelled("expected", _expected(case)), *labelled("got", _got(told)), *shown]
    return Problem(
        "DL504",
        f"{case.name}: {_summary(told)}",
        _first(case, mismatch),
        _help(told),
        case.rule.id,
        notes=tuple(notes),
    )


def _summary(told: Told) -> str:
    expected, mismatch = told.case.expected, told.mismatch
    if mismatch.verdict:
        return f"{expected.verdict} was expected, it came to {told.result.verdict}"
    if mismatch.why:
        return f"the reason {expected.why} was expected, it came to {told.result.why}"
    if mismatch.missing:
        return f"{_entry(mismatch.missing[0])} does not fail"
    if mismatch.surplus:
        return f"{name_of(mismatch.surplus[0].item)} fails too"
    return f"{mismatch.left_out} more fail than can be listed"


def _first(case: Case, mismatch: Mismatch) -> Place:
    expected = case.expected
    if mismatch.verdict:
        return expected.verdict_place
    if mismatch.why and expected.why_place is not None:
        return expected.why_place
    if mismatch.missing:
        return mismatch.missing[0].place
    return expected.items_place or expected.verdict_place


def _help(told: Told) -> str:
    if told.result.verdict is Verdict.UNKNOWN and told.result.why == "not_collected":
        return "a fact that the test leaves out is unknown (not_collected): write all that is read"
    return ""


def _expected(case: Case) -> str:
    expected = case.expected
    text = str(expected.verdict) + (f" ({expected.why})" if expected.why else "")
    if expected.items is None:
        return text
    if not expected.items:
        return f"{text}, and nothing fails"
    return f"{text}, exactly {'; '.join(_entry(one) for one in expected.items)}"


def _entry(entry: Entry) -> str:
    """An expected entry: `D:`, `D: in clause 0`, `D:, saying "D: is unprotected"`."""
    text = entry.item or ("" if entry.say else "anything")
    if entry.clause is not None:
        text += f"{' ' if text else ''}in clause {entry.clause}"
    if entry.say is not None:
        text += f'{", saying " if text else ""}"{entry.say}"'
    return text


def _got(told: Told) -> str:
    result, rule = told.result, told.case.rule
    text = str(result.verdict)
    if result.why is not None:
        meaning = f": {MEANINGS[result.why]}" if result.why in MEANINGS else ""
        text += f" ({result.why}{meaning})"
    total = sum(result.n)
    if rule.over is not None and total:
        counted = zip(result.n, _COUNTED, strict=True)
        said = ", ".join(f"{count} {words_[count > 1]}" for count, words_ in counted if count)
        text += f"; of {total} {'.'.join(rule.over.path)} {said}"
    return text
