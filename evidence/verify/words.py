"""How does one say what the checks found: to the lawyer first, then to the engineer, or as JSON?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from evidence import shape
from evidence.bundle import LogRange
from evidence.strict_json import Json
from evidence.verify.case import CHECKS, NOT_MADE, Problem, Standing
from evidence.verify.run import Outcome

_RULE = "-" * 72
_LISTED = 20
_TELLING = ("R3", "R2", "R4", "R5", "H1", "L1", "C1", "B2", "B1")
"""The check that says most about what was done to a bundle comes first."""


def text(outcome: Outcome) -> str:
    """What a person reads: what is shown, what is not, and below the rule the details."""
    lines = [_headline(outcome), *_body(outcome), _RULE, *_engineer(outcome)]
    return "".join(f"{_plain(line)}\n" for line in lines)


def document(outcome: Outcome) -> Mapping[str, Json]:
    """The same for programs; `outcome` is proven, false or incomplete."""
    manifest, checkpoint = outcome.manifest, outcome.checkpoint
    return {
        "outcome": outcome.standing.value,
        "clinic": manifest.clinic_name if manifest else None,
        "from": shape.moment(manifest.from_) if manifest else None,
        "to": shape.moment(manifest.to) if manifest else None,
        "machines": outcome.machines,
        "reports": outcome.told.reports,
        "facts_gone": outcome.told.facts_gone,
        "erased": outcome.told.erased,
        "silent_days": outcome.silence.silent,
        "days": outcome.silence.of,
        "log": shape.to_json(
            LogRange(origin=checkpoint.origin, first=outcome.first, end=checkpoint.size)
        )
        if checkpoint
        else None,
        "key": str(outcome.key) if outcome.key else None,
        "checks": {check: _met(standing) for check, standing in outcome.checks.items()},
        "not_checked": list(NOT_MADE),
        "problems": [_problem(problem) for problem in outcome.problems],
    }


def _headline(outcome: Outcome) -> str:
    manifest = outcome.manifest
    demo = outcome.checkpoint is not None and outcome.checkpoint.origin.startswith("dentinel-demo/")
    whose = (
        f"{manifest.clinic_name}, {_day(manifest.from_)} to {_day(manifest.to)}"
        if manifest
        else "a bundle whose manifest cannot be read"
    )
    return f"{'DEMO  ' if demo else ''}{outcome.standing.upper()}   {whose}"


def _body(outcome: Outcome) -> Iterator[str]:
    yield ""
    if outcome.standing is Standing.FALSE:
        yield from _false(outcome)
        return
    if outcome.standing is Standing.INCOMPLETE:
        yield "What is missing"
        yield from _list(_of(outcome, Standing.INCOMPLETE))
        yield ""
    yield "What this file shows" + (" none the less" if outcome.problems else "")
    yield from _shown(outcome)
    yield "What it does not show"
    yield "  That a computer told the truth: its administrator could make it lie."
    yield "  Anything about computers that never joined.  Whether a law was kept."
    yield "  That an independent witness saw the log: this version does not check witnesses."


def _false(outcome: Outcome) -> Iterator[str]:
    found = sorted(_of(outcome, Standing.FALSE), key=_telling)
    yield _sentence(found[0])
    yield from _details(found[0])
    if len(found) > 1:
        yield ""
        yield "Also false"
        yield from _list(found[1:])
    missing = _of(outcome, Standing.INCOMPLETE)
    if missing:
        yield ""
        yield "Also missing"
        yield from _list(missing)


def _shown(outcome: Outcome) -> Iterator[str]:
    told, silence = outcome.told, outcome.silence
    computers = _count(outcome.machines, "computer")
    yield (
        f"  {computers} sent {_count(told.reports, 'report')}. Each of the {told.here:,} in this"
        " file is signed with the key that the computer registered when it joined."
    )
    yield "  None of them was changed, moved or taken out after it was logged."
    if told.facts_gone:
        yield (
            f"  Of {_count(told.facts_gone, 'report')} of plain facts the content is no longer kept"
            " after 90 days; the log still holds their hashes."
        )
    if silence.silent:
        yield (
            f"  On {silence.silent:,} of {silence.of:,} computer-days a computer was silent"
            " (off, or not reporting): nothing is shown for those."
        )


def _engineer(outcome: Outcome) -> Iterator[str]:
    yield "For the engineer"
    checkpoint = outcome.checkpoint
    if checkpoint:
        yield f"  log      {checkpoint.origin}"
        yield f"           leaves {outcome.first:,} to {checkpoint.size:,}"
        yield f"           root {checkpoint.root.hex()}"
    yield f"  key      {outcome.key or 'none is known'}"
    for standing, word in ((Standing.PROVEN, "met"), (Standing.FALSE, "FALSE")):
        yield from _named(outcome, standing, word)
    yield from _named(outcome, Standing.INCOMPLETE, "incomplete")
    for check, standing in outcome.checks.items():
        if standing is not Standing.PROVEN:
            yield f"           {check}: {CHECKS[check]}"
    yield "  not checked by this version"
    for check, what in NOT_MADE.items():
        yield f"           {check}: {what}"
    derived = outcome.manifest and [n for n in outcome.manifest.files if n.startswith("derived/")]
    if derived:
        yield f"  derived  {', '.join(derived)}: unsigned, not checked"


def _named(outcome: Outcome, standing: Standing, word: str) -> Iterator[str]:
    checks = [check for check, found in outcome.checks.items() if found is standing]
    if checks:
        yield f"  checks   {' '.join(checks)}   {word}"


def _list(problems: Sequence[Problem]) -> Iterator[str]:
    for problem in problems[:_LISTED]:
        yield f"  {_sentence(problem)}"
        yield from _details(problem)
    if len(problems) > _LISTED:
        yield f"  and {len(problems) - _LISTED:,} more; --format json lists them all"


def _sentence(problem: Problem) -> str:
    return f"{problem.what[:1].upper()}{problem.what[1:]}."


def _plain(line: str) -> str:
    """What a bundle says must not move the cursor or turn the text around."""
    return "".join(each if each.isprintable() else "\ufffd" for each in line)


def _details(problem: Problem) -> Iterator[str]:
    where = f", {problem.file}" if problem.file else ""
    where += f", line {problem.line}" if problem.line else ""
    yield f"      check {problem.check}{where}"
    if problem.expected:
        yield f"      expected {problem.expected}"
    if problem.found:
        yield f"      found    {problem.found}"


def _of(outcome: Outcome, standing: Standing) -> list[Problem]:
    return [problem for problem in outcome.problems if problem.standing is standing]


def _telling(problem: Problem) -> int:
    return _TELLING.index(problem.check) if problem.check in _TELLING else len(_TELLING)


def _problem(problem: Problem) -> dict[str, Json]:
    return {
        "check": problem.check,
        "standing": problem.standing.value,
        "what": problem.what,
        "file": problem.file,
        "line": problem.line,
        "expected": problem.expected,
        "found": problem.found,
    }


def _met(standing: Standing) -> str:
    return "met" if standing is Standing.PROVEN else standing.value


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
