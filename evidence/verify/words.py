"""How does one say what the checks found: to the lawyer first, then to the engineer?"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from evidence.bundle import DERIVED
from evidence.verify.case import CHECKS, Problem, Standing
from evidence.verify.run import Outcome
from rules.counted import counted

_RULE = "-" * 72
_LISTED = 20
_TELLING = (
    "R3",
    "R2",
    "R4",
    "R5",
    "L2",
    "H1",
    "P1",
    "W1",
    "L1",
    "C1",
    "L3",
    "C2",
    "W2",
    "B2",
    "B1",
)
"""The check that says most about what was done to a bundle comes first."""


def text(outcome: Outcome) -> str:
    """What a person reads: what is shown, what is not, and below the rule the details."""
    lines = [_headline(outcome), *_body(outcome), _RULE, *_engineer(outcome)]
    return "".join(f"{_plain(line)}\n" for line in lines)


def _headline(outcome: Outcome) -> str:
    manifest = outcome.manifest
    whose = (
        f"{manifest.clinic_name}, {_day(manifest.from_)} to {_day(manifest.to)}"
        if manifest
        else "a bundle whose manifest cannot be read"
    )
    return f"{'DEMO  ' if outcome.is_demo else ''}{outcome.standing.upper()}   {whose}"


def _body(outcome: Outcome) -> Iterator[str]:
    yield ""
    if outcome.standing is Standing.FALSE:
        yield from _false(outcome)
        return
    if outcome.standing is Standing.INCOMPLETE:
        yield "What is missing"
        yield from _list(_of(outcome, Standing.INCOMPLETE))
        yield ""
    if outcome.checks["K1"] is Standing.PROVEN:
        yield "What this file shows" + (" none the less" if outcome.problems else "")
    else:
        yield "What this file says of itself: whoever made it could have made up all of this"
    yield from _shown(outcome)
    yield "What it does not show"
    yield "  That a computer told the truth: its administrator could make it lie."
    yield "  Anything about computers that never joined.  Whether a law was kept."
    if not outcome.witnesses:
        yield "  That an independent witness saw the log: none is shown to have."
    if outcome.org:
        yield "  What else the organisation's log holds: its entries here are a selection."


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
    silence = outcome.silence
    yield from _reported(outcome)
    yield from _seen_and_stated(outcome)
    if silence.silent:
        yield (
            f"  On {silence.silent:,} of {silence.of:,} computer-days a computer was silent"
            " (off, or not reporting): nothing is shown for those."
        )


def _reported(outcome: Outcome) -> Iterator[str]:
    told = outcome.told
    if not outcome.machines and not told.reports:
        yield "  No computer had joined, and no report came in this time."
        return
    computers = counted(outcome.machines, "computer")
    yield (
        f"  {computers} sent {counted(told.reports, 'report')}. Each of the {told.here:,} in this"
        " file is signed with the key that the computer registered when it joined."
    )
    yield "  None of them was changed, moved or taken out after it was logged."
    if told.facts_gone:
        gone = counted(told.facts_gone, "report")
        yield (
            f"  Of {gone} of plain facts the content is no longer kept after 90 days; the log still"
            " holds their hashes."
        )


def _seen_and_stated(outcome: Outcome) -> Iterator[str]:
    for sight in outcome.witnesses:
        yield f"  An independent witness ({sight.witness}) saw the log, last on {_day(sight.at)}."
    if outcome.stated.waivers:
        acts = outcome.stated.waivers
        yield f"  {counted(len(acts), 'act')} on exceptions (waivers) by people in this time:"
        for one in acts[:_LISTED]:
            yield f"    {_day(one.at)}: {one.act}, waiver {one.id}"
        if len(acts) > _LISTED:
            yield f"    and {len(acts) - _LISTED:,} more; --format json lists them all"
    if outcome.stated.attestations:
        count = counted(len(outcome.stated.attestations), "statement")
        yield f"  {count} of people (attestations); the text of each is the one that was logged."
    if outcome.builtin:
        yield "  Some were judged by rules that the agent itself carries: no author signed those."


def _engineer(outcome: Outcome) -> Iterator[str]:
    yield "For the engineer"
    checkpoint = outcome.checkpoint
    if checkpoint:
        yield f"  log      {checkpoint.origin}"
        yield f"           leaves {outcome.log.first:,} to {checkpoint.size:,}"
        yield f"           root {checkpoint.root.hex()}"
    yield f"  key      {outcome.key or 'none is known'}"
    yield from _changes(outcome)
    for root in outcome.first_roots:
        yield f"  rules    hang on root {root}"
    for standing, word in ((Standing.PROVEN, "met"), (Standing.FALSE, "FALSE")):
        yield from _named(outcome, standing, word)
    yield from _named(outcome, Standing.INCOMPLETE, "incomplete")
    for check, standing in outcome.checks.items():
        if standing is not Standing.PROVEN:
            yield f"           {check}: {CHECKS[check]}"
    if outcome.org:
        yield f"  org log  {counted(len(outcome.org), 'entry', 'entries')}, a selection"
    derived = outcome.manifest and [n for n in outcome.manifest.files if n.startswith(DERIVED)]
    if derived:
        yield f"  derived  {', '.join(derived)}: unsigned, not checked"


def _changes(outcome: Outcome) -> Iterator[str]:
    """Each later key of the log, and from where on it counts."""
    for change in outcome.log_keys[1:]:
        keyid = change.verifier.keyid.hex()
        end = "; those before it are not to be trusted" if change.is_theft else ""
        yield f"           {keyid} since leaf {change.since:,}, {_day(change.at)}{end}"


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


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
