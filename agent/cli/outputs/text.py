"""An audit for a person at a terminal: what is wrong, why, by whose word, and what to do next."""

import re
import shutil
from collections.abc import Iterable, Iterator
from textwrap import fill

import typer

from agent.cli.outputs.base import Audited
from agent.cli.unread import steps
from agent.cli.wording import Complaint, complaints, unread
from rules.compiled.rule import SEVERITIES, Pack, Rule
from rules.counted import counted
from rules.engine import explain
from rules.engine.result import Result
from rules.engine.words import threshold
from rules.verdict import WORST_FIRST, Verdict

_COLOURS = {
    Verdict.PASS: "green",
    Verdict.FAIL: "red",
    Verdict.ERROR: "magenta",
    Verdict.UNKNOWN: "yellow",
    Verdict.NOT_APPLICABLE: "bright_black",
}
_DOES = {
    Verdict.PASS: "passes",
    Verdict.FAIL: "fails",
    Verdict.ERROR: "error",
    Verdict.UNKNOWN: "unknown",
    Verdict.NOT_APPLICABLE: "not-applicable",
}
_DO = {Verdict.PASS: "pass", Verdict.FAIL: "fail"}
_UNPROVEN = (Verdict.UNKNOWN, Verdict.ERROR)
_WIDEST = 100
_NAMED = 3
_LEAST_GAP = 2
_HANGING = 9
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def write(audited: Audited) -> str:
    """All rules, the worst first; colour is dropped by whoever prints to a pipe."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    ranked = sorted(audited.rules(), key=lambda one: _rank(one[2]))
    columns = (
        max((len(rule.id) for _, rule, _ in ranked), default=0),
        max((len(result.verdict) for _, _, result in ranked), default=0),
    )
    parts = [_rule(*one, columns, width) for one in ranked]
    return (
        "\n".join([*(line for part in parts for line in part), "", *_closing(audited, width)])
        + "\n"
    )


def _rank(result: Result) -> tuple[int, int]:
    """The worst verdict first, and of one verdict what weighs most."""
    return WORST_FIRST.index(result.verdict), SEVERITIES.index(result.terms.severity)


def _rule(
    pack: Pack, rule: Rule, result: Result, columns: tuple[int, int], width: int
) -> Iterator[str]:
    verdict = result.verdict.upper().ljust(columns[1])
    verdict = typer.style(verdict, fg=_COLOURS[result.verdict], bold=True)
    severity = f"{result.terms.severity:<8}"
    yield f"{rule.id:<{columns[0]}}  {verdict}  {severity}  {pack.pack} {pack.version}"
    found = _alike(complaints(rule, result))
    for alike in found:
        yield from _complaint(alike, width)
    if not found and result.verdict in (Verdict.UNKNOWN, Verdict.ERROR):
        yield _filled(unread(rule, result.why), 2, width)
    if result.left_out:
        yield f"  and {result.left_out} more"
    if result.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
        return
    if sum(result.n):
        yield f"  {_counted(rule, result)}"
    for name, effective in result.params.items():
        value = threshold(effective.param, effective.form)
        yield _filled(f"params.{name} = {value}", 2, width)


def _alike(found: Iterable[Complaint]) -> list[list[Complaint]]:
    """What is said in the same words of several items is said once."""
    groups: dict[tuple[str, str], list[Complaint]] = {}
    for complaint in found:
        groups.setdefault((complaint.sentence, complaint.place), []).append(complaint)
    return list(groups.values())


def _complaint(alike: list[Complaint], width: int) -> Iterator[str]:
    first = alike[0]
    does = typer.style(f"{_DOES[first.verdict]:<8}", fg=_COLOURS[first.verdict])
    names = [one.item for one in alike[:_NAMED] if one.item]
    more = len(alike) - len(names) if names else 0
    who = ", ".join(names) + (f" and {more} more" if more else "")
    said = f"{does} {first.sentence}"
    if who and len(who) + len(_COLOUR.sub("", said)) + len(first.place) + 6 > width:
        yield _filled(who, 2, width)
        yield _beside(f"    {said}", first.place, width)
    else:
        yield _beside(f"  {who}{'  ' if who else ''}{said}", first.place, width)
    if len(alike) == 1:
        yield from (_filled(seen, 6, width) for seen in first.seen)
    yield _filled(f"wanted: {first.wanted}", 6, width)


def _counted(rule: Rule, result: Result) -> str:
    """How many of the list, by what came of them."""
    name = rule.over.path[-1] if rule.over else "items"
    order = (Verdict.PASS, Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
    counted = zip(order, result.n, strict=True)
    parts = [
        f"{n} not selected" if verdict is Verdict.NOT_APPLICABLE else _many(n, verdict)
        for verdict, n in counted
        if n
    ]
    return f"{name}: {', '.join(parts)}"


def _many(count: int, verdict: Verdict) -> str:
    """`1 fails`, `2 fail`, `3 unknown`."""
    word = _DOES[verdict] if count == 1 else _DO.get(verdict, _DOES[verdict])
    return f"{count} {word}"


def _beside(left: str, right: str, width: int) -> str:
    """The place of a clause stands at the right: of the last line, if the sentence is long."""
    *above, last = _broken(left, width)
    gap = width - _length(last) - len(right)
    if gap < _LEAST_GAP:
        return "\n".join((*above, last, right.rjust(width)))
    return "\n".join((*above, f"{last}{' ' * gap}{right}"))


def _broken(text: str, width: int) -> list[str]:
    """The lines of a text, by words; what goes on below stands under what the first line says."""
    edge = " " * (len(text) - len(text.lstrip()) + _HANGING)
    lines = [""]
    for word in re.split(r"(?<=\S)(?= )", text):
        if _length(lines[-1] + word) > width and lines[-1].strip():
            lines.append(edge + word.lstrip())
        else:
            lines[-1] += word
    return lines


def _length(text: str) -> int:
    """As it is seen: colours have none."""
    return len(_COLOUR.sub("", text))


def _filled(text: str, indent: int, width: int) -> str:
    edge = " " * indent
    return fill(text, width, initial_indent=edge, subsequent_indent=edge + "  ")


def _closing(audited: Audited, width: int) -> Iterator[str]:
    counts = audited.counts
    said = [_many(counts[verdict], verdict) for verdict in WORST_FIRST if counts[verdict]]
    packs = ", ".join(f"{pack.pack} {pack.version}" for pack, _ in audited.results)
    policy = f"built-in ({packs})" if audited.builtin else packs
    total = sum(counts.values())
    yield f"{counted(total, 'rule')}: {', '.join(said)}."
    yield _filled(f"Policy: {policy}", 0, width)
    for _, rule, result in audited.rules():
        params = {name: effective.form for name, effective in result.params.items()}
        mend = explain.fix(rule, audited.os, params) if result.verdict is Verdict.FAIL else None
        if mend:
            yield _filled(f"{rule.id}: {mend}", 2, width)
    if audited.caveat:
        yield _filled(f"{audited.caveat[0].upper()}{audited.caveat[1:]}", 2, width)
    yield from _next(audited, width)


def _next(audited: Audited, width: int) -> Iterator[str]:
    """What to do about what was not read: the reasons of the facts that rules wanted."""
    unproven = [one for _, one, result in audited.rules() if result.verdict in _UNPROVEN]
    wanted = {name for rule in unproven for name in rule.reads}
    lines = list(steps([one for name, one in audited.readings.items() if name in wanted]))
    if lines:
        yield "What was not read, and what to do next:"
    for line in lines:
        yield _filled(line, 2, width)
    if unproven and audited.here:
        yield "What was read, value by value: dentinel facts"
