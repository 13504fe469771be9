"""What should a layout be? Keys in the order of their table, expressions and quotes in one way.

The tables are those of `rules.language.forms`: only a record's keys have an order, names that an
author gave keep theirs. So does a mapping in `{ }` over several lines, for its comments.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import Enum

import yaml

from rules.language.forms.base import (
    Anything,
    Either,
    Kind,
    Leaf,
    ListOf,
    Named,
    Record,
    ValueOf,
)
from rules.workbench.layout.leaf import written
from rules.workbench.layout.nodes import Block, Entry, Flow, Node, Text


class Around(Enum):
    """What stands round a text: nothing, a comment behind it, `{ }` or `[ ]` on one line or more.

    A plain leaf before a comment would read as if the comment were part of it (DL008), so there
    its quotes stay.
    """

    NOTHING = "nothing"
    ONE_LINE = "one line"
    COMMENT = "comment"


def arranged(kind: Kind, block: Block) -> Block:
    """The block as its kind asks for it; nothing that it says is changed."""
    entries = tuple(_entry(kind, entry) for entry in block.entries)
    if isinstance(kind, Record) and block.is_mapping:
        entries = _in_order(kind, entries)
    return replace(block, entries=entries)


def _value(kind: Kind, node: Node, around: Around) -> Node:
    if isinstance(kind, Either):
        kind = _chosen(kind, node)
    if isinstance(node, Text):
        return _text(kind, node, around)
    return _flow(kind, node) if isinstance(node, Flow) else arranged(kind, node)


def _chosen(kind: Either, node: Node) -> Kind:
    """Which of several kinds is meant: by whether text, a list or keys stand there."""
    fits: dict[bool, tuple[type, ...]] = {True: (Record, Named), False: (ListOf,)}
    wanted = () if isinstance(node, Text) else fits[node.is_mapping]
    for one in kind.kinds:
        if isinstance(one, wanted) or (not wanted and not isinstance(one, Record | Named | ListOf)):
            return one
    return Anything()


def _of(kind: Kind, key: str | None) -> Kind:
    """The kind of a value under a key, or of an item of a list."""
    if isinstance(kind, ListOf) and key is None:
        return kind.of
    if isinstance(kind, Named) and key is not None:
        return kind.of
    found = kind.key(key) if isinstance(kind, Record) and key is not None else None
    return found.kind if found is not None else Anything()


def _entry(kind: Kind, entry: Entry) -> Entry:
    if entry.value is None:
        return entry
    inner = _of(kind, entry.key.value if entry.key else None)
    around = Around.COMMENT if entry.behind.text else Around.NOTHING
    return replace(entry, value=_value(inner, entry.value, around))


def _flow(kind: Kind, node: Flow) -> Flow:
    around = Around.ONE_LINE if node.is_one_line else Around.COMMENT
    items = tuple((key, _inner(kind, key, value, around)) for key, value in node.items)
    if isinstance(kind, Record) and node.is_mapping and node.is_one_line:
        rank = _ranks(kind)
        items = tuple(sorted(items, key=lambda item: rank(item[0])))
    return replace(node, items=items)


def _inner(kind: Kind, key: Text | None, value: Node | None, around: Around) -> Node | None:
    return None if value is None else _value(_of(kind, key.value if key else None), value, around)


def _in_order(kind: Record, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    rank = _ranks(kind)
    return tuple(sorted(entries, key=lambda entry: rank(entry.key)))


def _ranks(kind: Record) -> Callable[[Text | None], int]:
    names = [key.name for key in kind.keys]
    return lambda key: names.index(key.value) if key and key.value in names else len(names)


def _text(kind: Kind, text: Text, around: Around) -> Text:
    if not text.is_one_line or text.quote in ("|", ">"):
        return text
    if isinstance(kind, Leaf):
        return _leaf(text, around)
    if isinstance(kind, Anything | ValueOf):
        return text
    is_swapped = text.quote == "'" and not any(sign in text.value for sign in "\"\\'")
    return replace(text, raw=f'"{text.value}"') if is_swapped else text


def _leaf(text: Text, around: Around) -> Text:
    value = written(text.value)
    if value == text.value and not text.quote:
        return text
    keeps_quotes = text.quote and around is Around.COMMENT
    in_quotes = "'{}'".format(value.replace("'", "''"))
    raw = value if not keeps_quotes and _is_plain(value, around) else in_quotes
    return replace(text, raw=raw, value=value)


def _is_plain(value: str, around: Around) -> bool:
    """Does YAML read it as it is, without quotes, and as text?"""
    if value in ("null", "~"):
        return False
    line = f"key: {value}" if around is Around.NOTHING else f"{{key: {value}}}"
    try:
        events = list(yaml.parse(line, Loader=yaml.CSafeLoader))
    except yaml.YAMLError:
        return False
    found = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    return [event.value for event in found] == ["key", value] and not found[-1].style
