"""What does somebody ask to have accepted: in text of form waivers/v1, or in the fields of a form?

Both are read by the parser of the author's tool: what a form says is written as such text first. A
controller asks for more than the text must say, a compensating control, and for one thing less:
items cannot ask for the time, because an end is judged whenever a page is read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from controller.errors import Refusal
from rules.compiled import scope, tree
from rules.compiled.grant import Grant
from rules.compiled.rule import Pack
from rules.compiled.tree import Node
from rules.compiled.waiver import Waiver
from rules.errors import Problem
from rules.language.files import File, read_entry, read_file
from rules.workbench.waivers import FORM, check_waivers

SOURCE = "waiver"
_FIELDS = ("rule", "scope", "items", "reason", "compensating", "risk_owner", "from", "until")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = 1_000_000
LONGEST = timedelta(days=367, hours=2)
"""366 days from the first to the last (controller.md, section 7), that one whole."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One waiver as it was asked for; `scope` are level and name, broadest level first.

    It is to hold from `since_at` on and before `until_at`.
    """

    label: str
    pack: str
    rule: str
    scope: tuple[tuple[str, str], ...]
    items: tuple[str, ...]
    leaves: tuple[Any, ...]
    reason: str
    compensating: str
    risk_owner: str
    since_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is to be mended, and in which line."""

    line: int
    text: str


class Misasked(Refusal):
    """What was asked for cannot be; `wrong` says line by line what is to be mended."""

    def __init__(self, wrong: Sequence[Wrong], name: str = "") -> None:
        self.wrong = tuple(wrong)
        where = f"{name}:" if name else "line "
        super().__init__(
            "; ".join(f"{where}{one.line}: {one.text}" for one in self.wrong),
            help="nothing was taken in; mend it and send it again",
        )


def read(name: str, data: bytes, packs: Sequence[Pack], zone: tzinfo) -> tuple[Asked, ...]:
    """The waivers of a text; Misasked if one of them is unsound, and then none is taken.

    `packs` are those whose rules may be named, `zone` that in which days begin and end.
    """
    problems: list[Problem] = []
    file = read_file(name, data, problems)
    if file is None or file.form != FORM:
        wrong = [_wrong(one) for one in problems if one.level == "error"]
        raise Misasked(wrong or [Wrong(1, f"this is not of form {FORM}")], name)
    checked = check_waivers([file], packs, zone)
    wrong = [_wrong(one) for one in checked.problems if one.level == "error"]
    wrong += [one for waiver in checked.waivers for one in _missing(waiver)]
    if wrong:
        raise Misasked(sorted(wrong, key=lambda one: one.line), name)
    texts = _texts(file)
    return tuple(_asked(waiver, packs, texts[waiver.id], name) for waiver in checked.waivers)


def ask(fields: Mapping[str, Any], packs: Sequence[Pack], zone: tzinfo) -> Asked:
    """What the fields of a form ask for; Misasked, whose lines `field_of` reads, if unsound."""
    (asked,) = read(SOURCE, written(fields).encode(), packs, zone)
    return asked


def written(fields: Mapping[str, Any]) -> str:
    """One waiver as text of form waivers/v1, each key on a line of its own."""
    said = [(key, fields[key]) for key in _FIELDS if fields.get(key)]
    lines = [f"    {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in said]
    head = [f"dentinel: {FORM}", "waivers:", f"  - id: {json.dumps(fields['id'])}"]
    return "\n".join([*head, *lines, ""])


def field_of(line: int, fields: Mapping[str, Any]) -> str:
    """Which field a line of `written` holds; empty for what is said of the whole."""
    keys = ["", "", "id", *(key for key in _FIELDS if fields.get(key))]
    return keys[line - 1] if 0 < line <= len(keys) else ""


def leaves(wire: Sequence[Any]) -> tuple[Node, ...]:
    """The leaves of a waiver, as they are kept, ready for the engine."""
    return tuple(tree.read(leaf, [SOURCE]) for leaf in wire)


def _wrong(problem: Problem) -> Wrong:
    more = f" ({problem.help})" if problem.help else ""
    return Wrong(problem.place.line, f"{problem.message}{more}")


def _missing(waiver: Waiver) -> list[Wrong]:
    wrong = []
    if not any(map(str.isalnum, waiver.compensating or "")):
        wrong.append(Wrong(waiver.place.line, "say what protects the images instead"))
    if waiver.grant.until is None or not _ends_in_time(waiver.grant):
        wrong.append(Wrong(waiver.place.line, "the end is more than 366 days after the beginning"))
    wrong += [
        Wrong(leaf.place.line, "items cannot ask for the time: a waiver holds until its end")
        for leaf in waiver.items
        if scope.NOW in tree.roots(leaf)
    ]
    return wrong


def _ends_in_time(grant: Grant) -> bool:
    """A day as an end holds to its last instant, and is an hour longer when clocks change."""
    return _instant(grant.until or 0) - _instant(grant.since or 0) <= LONGEST


def _texts(file: File) -> dict[str, tuple[str, ...]]:
    """The leaves of each waiver as they were written, by its id."""
    entries = read_entry(file, []).entries("waivers")
    return {
        entry.text("id") or "": tuple(leaf.text for leaf in entry.scalars("items"))
        for entry in entries
    }


def _asked(waiver: Waiver, packs: Sequence[Pack], texts: tuple[str, ...], name: str) -> Asked:
    grant = waiver.grant
    return Asked(
        label=waiver.id,
        pack=next(pack.pack for pack in packs if pack.rule(waiver.rule) is not None),
        rule=waiver.rule,
        scope=waiver.match.keys,
        items=texts,
        leaves=tuple(tree.write(leaf, [name]) for leaf in waiver.items),
        reason=grant.reason or "",
        compensating=waiver.compensating or "",
        risk_owner=grant.approved_by or "",
        since_at=_instant(grant.since or 0),
        until_at=_instant(grant.until or 0),
    )


def _instant(nanoseconds: int) -> datetime:
    """To the next whole millisecond: the last instant of a day becomes the day after's first."""
    return _EPOCH + timedelta(milliseconds=-(-nanoseconds // _MILLISECOND))
