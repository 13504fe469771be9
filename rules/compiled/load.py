"""How does one rule of a pack become trees that this machine dares to evaluate?

Each leaf is read within its limits, its operations and their arity are checked, and, if the rule
needs no newer catalogue than this release has, it is typed again from our own tables.
ValueError refuses the rule, and with it the whole pack.
"""

from collections.abc import Iterator, Mapping, Sequence

from rules.compiled import catalogue, limits, literal, scope, tree
from rules.compiled.canonical import Json
from rules.compiled.infer import Names, infer, of_literal
from rules.compiled.operations import join, kind
from rules.compiled.reader import Reader, pairs
from rules.compiled.rule import SIZE, Clause, Over, Param, Quantifier, Rule, Template
from rules.compiled.tree import Node
from rules.errors import Place
from rules.facts.types import List, Record, Type
from rules.verdict import Verdict

SEVERITIES = ("critical", "high", "medium", "low")
BASES = ("in_force", "proposed", "benchmark", "practice_policy")
IF_NONE = ("pass", "fail", "unknown", "not-applicable")
SYSTEMS = ("windows", "macos", "linux", "any")


def rule(wire: Json, sources: Sequence[str]) -> Rule:
    """Read one rule; ValueError says what is wrong with it."""
    take = Reader(wire, "a rule")
    identifier = take.text("id")
    try:
        loaded = _rule(identifier, take, sources)
        take.done()
        _bound(loaded)
        if loaded.supported:
            _type(loaded)
    except ValueError as odd:
        raise ValueError(f"rule {identifier[: limits.ID_LENGTH]!r}: {odd}") from odd
    return loaded


def _rule(identifier: str, take: Reader, sources: Sequence[str]) -> Rule:
    needs = take.text("needs")
    must = tuple(_clause(clause, sources) for clause in take.optional_array("must"))
    when = take.maybe("when", lambda wire: _leaf(wire, sources))
    define = {name: _leaf(wire, sources) for name, wire in pairs(take.optional_array("define"), 2)}
    over = _over(take, sources)
    parts = [when, *define.values(), *(clause.that for clause in must), *_leaves(over)]
    return Rule(
        id=identifier,
        title=take.text("title"),
        severity=_one_of(take.text("severity"), SEVERITIES),
        controls=take.words("controls"),
        cite=_cite(take),
        needs=needs,
        place=_place(take, sources),
        plain=take.optional_text("plain"),
        params={name: _param(name, wire) for name, wire in take.object("params").items()},
        define=define,
        when=when,
        must=must,
        over=over,
        fix={_one_of(k, SYSTEMS): _template(v) for k, v in take.object("fix").items()},
        tags=take.words("tags"),
        since=take.optional_text("since"),
        replaces=take.words("replaces"),
        reads=reads([part for part in parts if part is not None], over),
        supported=literal.version(needs) <= literal.version(catalogue.version()),
    )


def _cite(take: Reader) -> dict[str, tuple[str, ...]]:
    cite = Reader(take.object("cite"), "cite")
    read = {basis: cite.words(basis) for basis in BASES if cite.has(basis)}
    cite.done()
    return read


def _leaf(wire: Json, sources: Sequence[str]) -> Node:
    return tree.read(wire, sources)


def _clause(wire: Json, sources: Sequence[str]) -> Clause:
    take = Reader(wire, "a clause")
    that = _leaf(take.array("that"), sources)
    clause = Clause(that, _template(take.array("say")), that.place)
    take.done()
    return clause


def _over(take: Reader, sources: Sequence[str]) -> Over | None:
    quantifier = next((word for word in Quantifier if take.has(word)), None)
    if quantifier is None:
        return None
    path = tuple(take.text(quantifier).split("."))
    item = take.text("item")
    where = tuple(_leaf(wire, sources) for wire in take.optional_array("where"))
    if quantifier is Quantifier.EVERY:
        clauses = tuple(_clause(wire, sources) for wire in take.optional_array("each_must"))
        if_none = Verdict(_one_of(take.text("if_none"), IF_NONE))
        return Over(quantifier, path, item, where, clauses, if_none)
    if not where:
        raise ValueError("`no` and `some` need `where`")
    clauses = (Clause(None, _template(take.array("say")), where[0].place),)
    return Over(quantifier, path, item, where, clauses, None, take.number("at_least", 1))


def _leaves(over: Over | None) -> Iterator[Node]:
    if over is not None:
        yield from over.where
        yield from (clause.that for clause in over.clauses if clause.that is not None)


def _template(wire: Json) -> Template:
    if not isinstance(wire, list):
        raise ValueError("a text is an array of words and paths")  # noqa: TRY004
    return tuple(part if isinstance(part, str) else _path(part) for part in wire)


def _path(wire: Json) -> tuple[str, ...]:
    if not isinstance(wire, list) or not wire or not all(isinstance(w, str) for w in wire):
        raise ValueError("a path in a text is an array of words")
    return tuple(wire)


def _param(name: str, wire: Json) -> Param:
    take = Reader(wire, f"param {name[:40]!r}")
    type_text = take.text("type")
    of = catalogue.param_type(type_text)
    if of is None:
        raise ValueError(f"param {name[:40]!r} is of a type that is not known")
    default = take.maybe("default", literal.read)
    if default is None:
        raise ValueError(f"param {name[:40]!r} has no default")
    param = Param(
        name=name,
        type_text=type_text,
        type=of,
        default=default,
        low=take.maybe("min", literal.read),
        high=take.maybe("max", literal.read),
        tighten=take.optional_text("tighten"),
        loosen=take.flag("loosen"),
        basis=take.maybe("basis", lambda basis: _one_of(basis, BASES)),
        source=take.optional_text("source"),
        about=take.optional_text("about"),
    )
    take.done()
    for value in (param.default, param.low, param.high):
        if value is not None and join(of_literal(value), of) != of:
            raise ValueError(f"param {name[:40]!r} holds a value that is no {type_text[:60]}")
    return param


def _place(take: Reader, sources: Sequence[str]) -> Place:
    return tree.read_place(take.array("place"), sources)


def _one_of(word: Json, words: Sequence[str]) -> str:
    if word not in words:
        raise ValueError(f"{str(word)[:40]!r} is none of {', '.join(words)}")
    return str(word)


def reads(leaves: Sequence[Node], over: Over | None) -> tuple[str, ...]:
    """The facts that a rule reads, sorted."""
    roots = {words[0] for leaf in leaves for words in tree.paths(leaf)}
    if over is not None:
        roots.add(over.path[0])
    return tuple(sorted(roots & catalogue.facts().keys()))


def _bound(loaded: Rule) -> None:
    counts = (
        (len(loaded.params), limits.PARAMS),
        (len(loaded.define), limits.DEFINES),
        (len(loaded.clauses), limits.CLAUSES),
    )
    if any(count > limit for count, limit in counts):
        raise ValueError("more params, defines or clauses than a rule may have")
    if not loaded.clauses:
        raise ValueError("it asks nothing")


def _type(loaded: Rule) -> None:
    names = scope.machine({name: param.type for name, param in loaded.params.items()})
    if loaded.when is not None:
        _expect_bool(loaded.when, names)
    for name, leaf in loaded.define.items():
        names = {**names, name: infer(leaf, names)}
    for clause in loaded.must:
        _type_clause(clause, names)
    if loaded.over is not None:
        _type_over(loaded.over, names)
    of_params = {scope.PARAMS: names[scope.PARAMS]}
    for text in loaded.fix.values():
        _type_template(text, of_params)


def _type_over(over: Over, names: dict[str, Type]) -> None:
    found = scope.item(over.path)
    if found is None or found[0] != over.item:
        raise ValueError(f"there is no list {'.'.join(over.path)[:60]!r} of {over.item[:40]!r}")
    names = {**names, over.item: found[1]}
    for leaf in over.where:
        _expect_bool(leaf, names)
    for clause in over.clauses:
        _type_clause(clause, names)


def _type_clause(clause: Clause, names: Names) -> None:
    if clause.that is not None:
        _expect_bool(clause.that, names)
    _type_template(clause.say, names)


def _expect_bool(leaf: Node, names: Names) -> None:
    if kind(infer(leaf, names)) != "bool":
        raise ValueError(f"{leaf.place}: a leaf must be true or false")


def _type_template(text: Template, names: Mapping[str, Type]) -> None:
    for part in text:
        if not isinstance(part, str):
            _type_path(part, names)


def _type_path(words: tuple[str, ...], names: Mapping[str, Type]) -> None:
    sized = words[-1] == SIZE
    of: Type | None = names.get(words[0])
    for word in words[1 : len(words) - sized]:
        field = of.field(word) if isinstance(of, Record) else None
        of = field.type if field else None
    if of is None or isinstance(of, Record) or (sized and not isinstance(of, List)):
        raise ValueError(f"a text names {'.'.join(words)[:60]!r}, which is not there")
