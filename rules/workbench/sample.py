"""What can be asked of the items of a list, and which facts show the answer?

The first field of an item that is true or false, or one of a few words, is asked; it is a beginning
that an author changes. Its tests see a pass, a failure, a hole, half a list and an empty one.
"""

import re
from dataclasses import dataclass

from rules.compiled import catalogue
from rules.errors import Misused
from rules.facts.types import BOOL, Enum, Field, Mark, Record
from rules.language.suggest import did_you_mean

_PLAIN = re.compile(r"[a-z][a-z_]*(-[a-z0-9_]+)*")
_NAMES = ("C:", "usb-1", "first", "front_desk")

_EVERY = """\
    # each {item} in turn; `where:` would select some of them
    every: {list}
    each_must:
      - that: {leaf}
        say: {say}
    # what it means that there is none: pass, fail, unknown or not-applicable
    if_none: unknown
"""

_MUST = """\
    must:
      - that: {leaf}
        say: {say}
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The part of a rule that asks, and its tests: name, facts, what is expected."""

    body: str
    tests: list[tuple[str, str, str]]


def of_machine() -> Sample:
    """What can be asked of the machine itself."""
    facts = "{{host: {{name: OP1, portable: {}}}}}"
    say = "${host.name} can be carried away"
    return Sample(
        _MUST.format(leaf="not host.portable", say=say),
        [
            ("as it must be", facts.format("false"), "{verdict: pass}"),
            ("as it must not be", facts.format("true"), "{verdict: fail}"),
            (
                "what could not be read is never a pass",
                facts.format("{$unknown: timeout}"),
                "{verdict: unknown, why: timeout}",
            ),
        ],
    )


def of_list(over: str) -> Sample:
    """What can be asked of each item of a list; Misused if there is no such list."""
    found = catalogue.lists().get(tuple(over.split(".")))
    if found is None or not isinstance(found.of, Record):
        known = [".".join(path) for path in catalogue.lists()]
        near = did_you_mean(over, known) or f"it is one of {', '.join(known)}"
        raise Misused(f"the catalogue has no list {over!r}; {near}")
    item, record = found.item, found.of
    asked = next(field for field in record.fields if _can_be_asked(field))
    good, bad, leaf = _values(f"{item}.{asked.name}", asked)
    named = _named(record)
    body = _EVERY.format(item=item, list=over, leaf=leaf, say=_say(item, record, asked))
    return Sample(body, _tests(over, asked, f"{named}{good}", (f"{named}{bad}", named)))


def _tests(
    over: str, asked: Field, good: str, others: tuple[str, str]
) -> list[tuple[str, str, str]]:
    bad, named = others
    facts = [
        ("as it must be", f"[{{{good}}}]", "{verdict: pass}"),
        ("one of them as it must not be", f"[{{{good}}}, {{{bad}}}]", "{verdict: fail}"),
        (
            "what could not be read is never a pass",
            f"[{{{named}{asked.name}: {{$unknown: timeout}}}}]",
            "{verdict: unknown, why: timeout}",
        ),
        (
            "half a list is not the list",
            f"{{$items: [{{{good}}}], $missing: timeout}}",
            "{verdict: unknown}",
        ),
        ("none of them", "[]", "{verdict: unknown}"),
    ]
    return [(name, _under(over, value), expect) for name, value, expect in facts]


def _under(over: str, value: str) -> str:
    for name in reversed(over.split(".")):
        value = f"{{{name}: {value}}}"
    return value


def _can_be_asked(field: Field) -> bool:
    return field.type == BOOL or (isinstance(field.type, Enum) and len(field.type.values) > 1)


def _values(path: str, asked: Field) -> tuple[str, str, str]:
    """The field as it must be and as it must not be, and the leaf that asks."""
    if isinstance(asked.type, Enum):
        good, bad = asked.type.values[:2]
        return _entry(asked.name, good), _entry(asked.name, bad), f'{path} == "{good}"'
    return f"{asked.name}: true", f"{asked.name}: false", path


def _say(item: str, record: Record, asked: Field) -> str:
    who = next((f"${{{item}.{field.name}}}" for field in record.fields if _names(field)), item)
    if isinstance(asked.type, Enum):
        return f"{who} is ${{{item}.{asked.name}}}"
    return f"{who} is not {asked.name.replace('_', ' ')}"


def _names(field: Field) -> bool:
    return not _can_be_asked(field) and field.leaves.mark is not Mark.LOCAL


def _named(record: Record) -> str:
    """The first field of an item in a test, which names it, if a plain word can stand there."""
    first = record.fields[0]
    if first.leaves.mark is Mark.NUMBERED:
        return f"{first.name}: front_desk, "
    pattern = first.leaves.pattern
    fits = [name for name in _NAMES if pattern and re.fullmatch(pattern, name)]
    return f"{_entry(first.name, fits[0])}, " if fits else ""


def _entry(name: str, value: str) -> str:
    is_plain = _PLAIN.fullmatch(value) and value not in ("on", "off", "yes", "no", "y", "n")
    return f"{name}: {value}" if is_plain else f'{name}: "{value}"'
