"""How does one rule of a pack become trees that this machine dares to evaluate?

Everything is read within its limits; each leaf is typed again from our own tables, if the rule
needs no newer catalogue than this release has. ValueError refuses the rule, and with it the
whole pack.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.compiled import catalogue, limits, names, sound, tree
from rules.compiled.aliases import resolve
from rules.compiled.canonical import Json
from rules.compiled.history import History, order
from rules.compiled.param import read_param
from rules.compiled.reader import Reader, one_of, pairs
from rules.compiled.rule import (
    BASES,
    IF_NONE,
    SEVERITIES,
    SYSTEMS,
    Clause,
    Over,
    Quantifier,
    Rule,
    Template,
    expressions,
)
from rules.compiled.tree import Node
from rules.compiled.uses import needs
from rules.verdict import Verdict

__all__ = ["BASES", "IF_NONE", "SEVERITIES", "SYSTEMS", "reads", "rule"]


def rule(wire: Json, sources: Sequence[str], history: History) -> Rule:
    """Read one rule; ValueError says what is wrong with it."""
    take = Reader(wire, "a rule")
    identifier = take.named("id", names.is_id)
    try:
        loaded = _rule(identifier, take, sources, history)
        take.done()
        sound.bound(loaded)
        return _checked(loaded, history) if loaded.supported else loaded
    except ValueError as odd:
        raise ValueError(f"rule {identifier!r}: {odd}") from odd


def _checked(loaded: Rule, history: History) -> Rule:
    """The rule, if it is sound as it stands, or by the new names of what it calls by old ones."""
    try:
        sound.check(loaded)
        _check_needs(loaded, history)
    except ValueError:
        renewed = resolve(loaded, history)
        if renewed is loaded:
            raise
        sound.check(renewed)
        return replace(renewed, reads=reads(renewed.leaves, renewed.over))
    return loaded


def _check_needs(loaded: Rule, history: History) -> None:
    least = needs(loaded, history)
    if order(least) > order(loaded.needs):
        raise ValueError(f"it uses what facts {least} brought, and says it needs {loaded.needs}")


def _rule(identifier: str, take: Reader, sources: Sequence[str], history: History) -> Rule:
    needed = take.text("needs")
    supported = history.has(needed)
    params = take.object("params").items()
    when = take.maybe("when", lambda wire: tree.read(wire, sources))
    define, must = _define(take, sources), _clauses(take, "must", sources)
    over = _over(take, sources)
    return Rule(
        id=identifier,
        title=take.text("title", limits.TITLE_LENGTH),
        severity=one_of(take.text("severity"), SEVERITIES),
        controls=take.words("controls"),
        cite=_cite(take),
        needs=needed,
        place=tree.read_place(take.array("place"), sources),
        plain=take.optional_text("plain", limits.PLAIN_LENGTH),
        params={_word(name): read_param(name, one, known=supported) for name, one in params},
        define=define,
        when=when,
        must=must,
        over=over,
        fix={one_of(k, SYSTEMS): _template(v) for k, v in take.object("fix").items()},
        tags=take.words("tags"),
        since=take.optional_text("since"),
        replaces=take.words("replaces"),
        reads=reads(expressions(when, define, must, over), over),
        supported=supported,
    )


def _cite(take: Reader) -> dict[str, tuple[str, ...]]:
    cite = Reader(take.object("cite"), "cite")
    read = {basis: cite.words(basis) for basis in BASES if cite.has(basis)}
    cite.done()
    return read


def _define(take: Reader, sources: Sequence[str]) -> dict[str, Node]:
    entries = pairs(take.optional_array("define"), 2)
    define = {_word(name): tree.read(wire, sources) for name, wire in entries}
    if len(define) < len(entries):
        raise ValueError("two defines have one name")
    return define


def _word(text: str) -> str:
    if not names.is_word(text):
        raise ValueError(f"{text[:40]!r} is no name")
    return text


def _clauses(take: Reader, key: str, sources: Sequence[str]) -> tuple[Clause, ...]:
    return tuple(_clause(wire, sources) for wire in take.optional_array(key))


def _clause(wire: Json, sources: Sequence[str]) -> Clause:
    take = Reader(wire, "a clause")
    that = tree.read(take.array("that"), sources)
    clause = Clause(that, _template(take.array("say")), that.place)
    take.done()
    return clause


def _over(take: Reader, sources: Sequence[str]) -> Over | None:
    quantifier = next((word for word in Quantifier if take.has(word)), None)
    if quantifier is None:
        return None
    path = tuple(map(_word, take.text(quantifier).split(".")))
    item = take.named("item", names.is_word)
    where = tuple(tree.read(wire, sources) for wire in take.optional_array("where"))
    if quantifier is Quantifier.EVERY:
        clauses = _clauses(take, "each_must", sources)
        if not clauses:
            raise ValueError("`every` needs `each_must`")
        if_none = Verdict(one_of(take.text("if_none"), IF_NONE))
        return Over(quantifier, path, item, where, clauses, if_none)
    if not where:
        raise ValueError("`no` and `some` need `where`")
    clauses = (Clause(None, _template(take.array("say")), where[0].place),)
    at_least = take.number("at_least", 1) if quantifier is Quantifier.SOME else 1
    return Over(quantifier, path, item, where, clauses, None, at_least)


def _template(wire: Json) -> Template:
    if not isinstance(wire, list) or len(wire) > limits.WORDS:
        raise ValueError("a text is a short array of words and paths")
    parts = tuple([part if isinstance(part, str) else _path(part) for part in wire])
    if sum(map(len, map("".join, parts))) > limits.TEXT_LENGTH:
        raise ValueError(f"a text is longer than {limits.TEXT_LENGTH} characters")
    return parts


def _path(wire: Json) -> tuple[str, ...]:
    if not isinstance(wire, list) or not wire or not all(isinstance(w, str) for w in wire):
        raise ValueError("a path in a text is an array of words")
    return tuple(wire)


def reads(leaves: Iterable[Node], over: Over | None) -> tuple[str, ...]:
    """The facts that leaves read, sorted."""
    roots = set[str]().union(*map(tree.roots, leaves))
    if over is not None:
        roots.add(over.path[0])
    return tuple(sorted(roots & catalogue.facts().keys()))
