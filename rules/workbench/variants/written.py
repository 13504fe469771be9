"""Where in its author's file stands this part of a rule, and what is written there?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rules.compiled.tree import Node
from rules.errors import Place
from rules.language.model import RuleSource
from rules.language.source import Source

_SIGN = re.compile(r"[^\s()]+")


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as it was written, and the files by the names that places use."""

    source: RuleSource
    files: Mapping[str, Source]

    def key(self, key: str) -> Place:
        """Where the value of a key of the rule stands; the rule itself if it has no such key."""
        value = self.source.of.value(key)
        return self.source.place if value is None else value.place

    def text(self, place: Place) -> str:
        """What is written in a place; nothing if its file is not at hand."""
        file = self.files.get(place.file)
        return "" if file is None else file.line(place.line)[place.column - 1 : place.end - 1]

    def sign(self, node: Node) -> Place:
        """Where the sign of an operator stands, between its two operands."""
        at = node.place
        left, right = node.parts[0].place, node.parts[-1].place
        between = Place(at.file, at.line, left.end, right.column)
        found = _SIGN.search(self.text(between))
        if found is None or left.line != right.line:
            return at
        start, end = found.span()
        return Place(at.file, at.line, left.end + start, left.end + end)
