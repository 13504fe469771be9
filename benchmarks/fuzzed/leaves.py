"""Expressions: tokens, tree and types, each place inside the text."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import rules
from benchmarks.fuzzed.base import Target
from rules.compiled import scope
from rules.language import events, source
from rules.language.check import check_text
from rules.language.document import Mapping, Scalar, Value
from rules.language.document import Sequence as Items
from rules.language.parse import parse
from rules.language.tokens import LeafError

ROOM = Path(rules.__file__).parent


@cache
def seeds() -> Sequence[bytes]:
    """Every leaf of the packs that we ship."""
    found: list[bytes] = []
    for path in sorted(ROOM.glob("packs/*/*.yaml")):
        read = source.read(path.name, path.read_bytes())
        value = events.compose(read)[0] if isinstance(read, source.Source) else None
        if value is not None:
            found += [text.encode() for text in _leaves("", value)]
    return found


def _leaves(key: str, value: Value) -> list[str]:
    if isinstance(value, Scalar):
        return [value.text] if key in ("that", "when", "where") else []
    if isinstance(value, Mapping):
        return [text for name, inner in value.entries for text in _leaves(name.text, inner)]
    assert isinstance(value, Items)
    return [text for inner in value.items for text in _leaves(key, inner)]


def run(content: bytes) -> None:
    """Parse an expression, and check it against the catalogue."""
    text = content.decode("utf-8", "replace")
    start, end = _refused(text) or (0, 1)
    assert 0 <= start < end <= len(text) + 1
    checked = check_text(text, scope.machine({}))
    assert checked.typed is not None or checked.problems
    for problem in checked.problems:
        assert problem.message
        assert problem.place.column < problem.place.end


def _refused(text: str) -> tuple[int, int] | None:
    try:
        parse(text)
    except LeafError as odd:
        return odd.span
    return None


WORDS = (
    *(b" and ", b" or ", b"not ", b"!", b"&&", b"||", b" in ", b" == ", b" < ", b" ? ", b" : "),
    *(b"(", b")", b"[", b"]", b"{", b"}", b",", b".", b"'", b'"', b'"""', b"\\", b"//", b"\n"),
    *(b"0x", b"1e", b"9223372036854775808", b"7u", b"b'x'", b"r'x'", b"null", b"true", b"now"),
    *(b"volumes", b"volume.kind", b"host.os", b"params.limit", b"agent.memory", b"users"),
    *(b".all(x, ", b".exists(x, ", b".map(x, ", b".filter(x, ", b".size()", b"age(", b"has("),
    *(b".glob(", b".matches(", b'"(a+)+$"', b'"15m"', b'"1.2"', b"duration(", b"size("),
)
LEAVES = Target("leaves", seeds, WORDS, run)
