"""How is a difference between packs shown: to a person in 80 columns, to a program as JSON?"""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from rules.compiled.rule import Pack
from rules.engine.words import clean
from rules.workbench.diff.kinds import WHOLE, Change, Kind
from rules.workbench.diff.packs import Diff
from rules.workbench.diff.verdicts import Moved

_LONGEST = 2_000


def lines(found: Diff, verdicts: Sequence[Moved], columns: int = 80) -> Iterator[str]:
    """What differs, rule by rule; then the verdicts that do; then what it means for the version."""
    yield f"{_name(found.before)} -> {_name(found.after)}"
    for rule, changes in found.rules.items():
        yield ""
        yield rule or "the pack"
        for change in changes:
            yield from _change(change, columns)
    for facts in dict.fromkeys(one.facts for one in verdicts):
        yield ""
        yield f"on the facts of {clean(facts)}"
        for one in verdicts:
            if one.facts == facts:
                yield f"  {one.rule}: {one.before or 'no rule'} -> {one.after or 'no rule'}"
    yield ""
    yield from textwrap.wrap(_summary(found), columns)


def _name(pack: Pack) -> str:
    return f"{pack.pack} {pack.version}"


def _change(change: Change, columns: int) -> Iterator[str]:
    if change.what == WHOLE:
        said = change.after if change.kind is Kind.ADDED else change.before
        heir = f"; {change.after}" if change.kind is Kind.GONE and change.after else ""
        yield from _wrapped(f"  {change.kind:<10} ", f"{said}{heir}", columns)
        return
    yield f"  {change.kind:<10} {change.what}"
    for sign, text in (("-", change.before), ("+", change.after)):
        if text is not None:
            yield from _wrapped(f"    {sign} ", text, columns)


def _wrapped(head: str, text: str, columns: int) -> list[str]:
    return textwrap.wrap(
        clean(text, _LONGEST),
        columns,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )


def _summary(found: Diff) -> str:
    if found.is_same:
        return "both ask and say the same"
    rules = len([rule for rule in found.rules if rule])
    differ = "1 rule differs" if rules == 1 else f"{rules or 'no'} rules differ"
    smallest = found.step.after(found.before.version)
    return (
        f"{differ}; the smallest allowed step of the version is {found.step.word}: "
        f"{found.before.version} to {smallest} or later"
    )


def document(found: Diff, verdicts: Sequence[Moved]) -> dict[str, Any]:
    """The JSON document of form diff/v1."""
    return {
        "dentinel": "diff/v1",
        "before": _pack(found.before),
        "after": _pack(found.after),
        "step": found.step.word,
        "smallest_version": found.step.after(found.before.version),
        "changes": [
            {
                "rule": change.rule or None,
                "kind": str(change.kind),
                "what": change.what,
                "before": change.before,
                "after": change.after,
            }
            for change in found.changes
        ],
        "verdicts": [
            {
                "facts": one.facts,
                "rule": one.rule,
                "before": one.before and str(one.before),
                "after": one.after and str(one.after),
            }
            for one in verdicts
        ],
    }


def _pack(pack: Pack) -> dict[str, str]:
    return {"pack": pack.pack, "version": pack.version, "sha256": pack.sha256}
