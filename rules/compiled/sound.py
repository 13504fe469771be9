"""Does a rule that was loaded mean something by this release's own tables?

- Every leaf is typed again from our own operations and our own catalogue; every path of a text
  is there.
- A rule that needs a newer catalogue than this release has is not asked: it stays unknown.
"""

from rules.compiled import limits
from rules.compiled.infer import infer
from rules.compiled.operations import kind
from rules.compiled.rule import SIZE, Rule
from rules.compiled.scoped import Leaf, Text, parts
from rules.facts.types import List, Nullable, Record, Type


def bound(rule: Rule) -> None:
    """ValueError if a rule has more parts than one may have, or asks nothing."""
    counts = (
        (len(rule.params), limits.PARAMS, "params"),
        (len(rule.define), limits.DEFINES, "defines"),
        (len(rule.clauses), limits.CLAUSES, "clauses"),
        (len(rule.over.where) if rule.over else 0, limits.WHERE, "entries of where"),
    )
    for count, limit, what in counts:
        if count > limit:
            raise ValueError(f"it has {count} {what}; {limit} are the most")
    if not rule.clauses:
        raise ValueError("it asks nothing")


def check(rule: Rule) -> None:
    """ValueError says which leaf or text means nothing here."""
    for part in parts(rule):
        if isinstance(part, Leaf):
            _leaf(part)
        else:
            _text(part)


def _leaf(part: Leaf) -> None:
    found = infer(part.node, part.names)
    if part.is_bool and kind(found) != "bool":
        raise ValueError(f"{part.node.place}: a leaf must be true or false")


def _text(part: Text) -> None:
    for words in part.text:
        if not isinstance(words, str) and not _is_shown(words, part):
            raise ValueError(f"a text names {'.'.join(words)[:60]!r}, which is not there")


def _is_shown(words: tuple[str, ...], part: Text) -> bool:
    """A path to one value, or to a list, or to the size of one."""
    sized = words[-1] == SIZE
    of: Type | None = part.names.get(words[0])
    for word in words[1 : len(words) - sized]:
        of = of.of if isinstance(of, Nullable) else of
        field = of.field(word) if isinstance(of, Record) else None
        of = field.type if field else None
    return of is not None and not isinstance(of, Record) and (not sized or isinstance(of, List))
