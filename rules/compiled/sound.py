"""Does a rule that was loaded mean something by this release's own tables?

- Every leaf is typed again from our own operations and our own catalogue; every path of a text
  is there.
- A rule that needs a newer catalogue than this release has is not asked: it stays unknown.
"""

from collections.abc import Iterator

from rules.compiled import limits
from rules.compiled.infer import infer
from rules.compiled.operations import kind
from rules.compiled.rule import SIZE, Param, Rule
from rules.compiled.scoped import Leaf, Text, parts
from rules.facts.types import List, Nullable, Record, Type


def excess(rule: Rule) -> Iterator[str]:
    """What of a rule is more than a machine takes; asked by authors' tools too."""
    over = rule.over
    counts = (
        (len(rule.params), limits.PARAMS, "params"),
        (len(rule.define), limits.DEFINES, "defines"),
        (len(rule.clauses), limits.CLAUSES, "clauses"),
        (len(over.where) if over else 0, limits.WHERE, "entries of where"),
        (over.at_least if over else 0, limits.ITEMS, "items to be met at least"),
    )
    for count, limit, what in counts:
        if count > limit:
            yield f"it has {count:,} {what}; {limit:,} are the most"
    for text in (*rule.fix.values(), *(clause.say for clause in rule.clauses)):
        if len(text) > limits.WORDS:
            yield f"a text has {len(text):,} parts; {limits.WORDS} are the most"
    for param in rule.params.values():
        yield from _param_excess(param)


def _param_excess(param: Param) -> Iterator[str]:
    items = param.default.value if param.default.kind == "list" else (param.default,)
    if len(items) > limits.PARAM_ITEMS:
        yield f"param {param.name} holds {len(items):,} items; {limits.PARAM_ITEMS:,} are the most"
    longest = max((len(i.value) for i in items if isinstance(i.value, str)), default=0)
    if longest > limits.TEXT_LENGTH:
        most = f"{limits.TEXT_LENGTH:,} are the most"
        yield f"param {param.name} holds a text of {longest:,} characters; {most}"


def bound(rule: Rule) -> None:
    """ValueError if a rule has more of something than one may have, or asks nothing."""
    for what in excess(rule):
        raise ValueError(what)
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
