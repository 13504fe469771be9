"""What does a rule mean: its leaves as trees, its texts as templates, its sources as sources?

Every leaf is checked by itself, so one that is broken hides no other. What is known not to be
null after one entry of `where` holds for the next, and for `each_must`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rules.compiled import catalogue, limits, scope, tree
from rules.compiled.load import reads
from rules.compiled.rule import Clause, Over, Param, Quantifier, Rule, Template
from rules.compiled.tree import Node
from rules.errors import Problem
from rules.facts.types import Type
from rules.language.check import check_leaf
from rules.language.checked import BROKEN, NO_PATHS, Leaf, Paths, Typed
from rules.language.document import Scalar
from rules.language.entry import Entry
from rules.language.model import ClauseSource, RuleSource
from rules.language.params import read_params
from rules.language.templates import read_template
from rules.verdict import Verdict

_FACT_PATH = re.compile(r"\b[a-z_]+\.[a-z_]+\b")


def check_rule(source: RuleSource, needs: str, problems: list[Problem]) -> Rule | None:
    """The rule that was meant, or None; what is wrong is added to `problems`."""
    before = len(problems)
    params = read_params(source)
    _warn_of_paths(source)
    meaning = _Meaning(source, params, problems)
    when = meaning.when()
    define = meaning.define()
    must = meaning.clauses(source.must, meaning.names)
    over = meaning.over()
    fix = {system: meaning.template(text, meaning.of_params) for system, text in source.fix}
    meaning.check_counts()
    meaning.warn_of_unused()
    if any(problem.level == "error" for problem in problems[before:]):
        return None
    parts = [when, *define.values(), *(clause.that for clause in must), *_leaves(over)]
    return Rule(
        id=source.id,
        title=_text(source.title) or "",
        severity=_text(source.severity) or "",
        controls=_texts(source.controls),
        cite={basis: _texts(named) for basis, named in source.cite},
        needs=needs,
        place=source.place,
        plain=_text(source.plain),
        params=params,
        define=define,
        when=when,
        must=must,
        over=over,
        fix=fix,
        tags=_texts(source.tags),
        since=_text(source.since),
        replaces=_texts(source.replaces),
        reads=reads([part for part in parts if part is not None], over),
    )


def _warn_of_paths(source: RuleSource) -> None:
    if source.plain is not None and (found := _FACT_PATH.search(source.plain.text)):
        words = tuple(found[0].split("."))
        if catalogue.field(words) is not None:
            place = source.plain.part(*found.span())
            help_ = "say it in words that the owner of a practice knows"
            source.of.say("DL408", f"{found[0]} is a fact path", place, help_)


@dataclass(slots=True)
class _Meaning:
    """Checks the leaves and texts of one rule, and remembers which names they use."""

    source: RuleSource
    params: dict[str, Param]
    problems: list[Problem]
    names: dict[str, Type] = field(init=False)
    used: set[tuple[str, ...]] = field(default_factory=set)
    is_whole: bool = True

    def __post_init__(self) -> None:
        types: dict[str, Type] = {param.name.text: BROKEN for param in self.source.params}
        types.update({name: param.type for name, param in self.params.items()})
        self.names = scope.machine(types)

    @property
    def of_params(self) -> dict[str, Type]:
        """What a fix may name."""
        return {scope.PARAMS: self.names[scope.PARAMS]}

    @property
    def fields(self) -> Entry:
        """Where problems of the whole rule are told."""
        return self.source.of

    def leaf(
        self,
        text: Scalar,
        names: dict[str, Type],
        surely: Paths = NO_PATHS,
        *,
        is_bool: bool = True,
    ) -> Typed | None:
        """Check one leaf."""
        leaf = Leaf(text, names, self.source.id)
        typed = check_leaf(leaf, surely, wants_bool=is_bool)
        self.problems.extend(leaf.problems)
        self.is_whole = self.is_whole and typed is not None
        if typed is not None:
            self.used.update(tree.paths(typed.node))
        return typed

    def template(self, text: Scalar, names: dict[str, Type]) -> Template:
        """Check one text."""
        template = read_template(text, names, self.fields)
        self.used.update(part for part in template if not isinstance(part, str))
        return template

    def when(self) -> Node | None:
        """The leaf that says whether the rule applies."""
        typed = self.leaf(self.source.when, self.names) if self.source.when is not None else None
        return typed.node if typed else None

    def define(self) -> dict[str, Node]:
        """The defines; each sees those before it."""
        nodes: dict[str, Node] = {}
        for name, text in self.source.define:
            if name.text in self.names:
                message = f"{name.text} hides another {name.text}"
                self.fields.say("DL313", message, name.place, "take another name")
            typed = self.leaf(text, self.names, is_bool=False)
            self.names = {**self.names, name.text: typed.type if typed else BROKEN}
            if typed is not None:
                nodes[name.text] = typed.node
        return nodes

    def clauses(
        self, sources: Iterable[ClauseSource], names: dict[str, Type], surely: Paths = NO_PATHS
    ) -> tuple[Clause, ...]:
        """The clauses of `must` or `each_must`."""
        found = []
        for source in sources:
            typed = self.leaf(source.that, names, surely)
            say = self.template(source.say, names) if source.say is not None else ()
            if typed is not None:
                found.append(Clause(typed.node, say, typed.node.place))
        return tuple(found)

    def over(self) -> Over | None:
        """The part that walks a list."""
        source = self.source
        if source.over is None or source.quantifier is None:
            return None
        path = tuple(source.over.text.split("."))
        found = scope.item(path)
        item, of = found or ("", BROKEN)
        broken = dict.fromkeys(catalogue.items(), BROKEN) if found is None else {}
        names: dict[str, Type] = {**broken, **self.names, **({item: of} if item else {})}
        where, surely = self._where(names)
        clauses = self.clauses(source.each_must, names, surely)
        if source.quantifier != Quantifier.EVERY:
            clauses = (Clause(None, self._say(names), source.over.place),)
        self._warn_of_blind(where, clauses, item)
        if_none = Verdict(source.if_none.text) if source.if_none else None
        return Over(
            Quantifier(source.quantifier), path, item, where, clauses, if_none, source.at_least
        )

    def _say(self, names: dict[str, Type]) -> Template:
        return self.template(self.source.say, names) if self.source.say is not None else ()

    def _where(self, names: dict[str, Type]) -> tuple[tuple[Node, ...], Paths]:
        nodes, surely = [], NO_PATHS
        for text in self.source.where:
            typed = self.leaf(text, names, surely)
            if typed is not None:
                nodes.append(typed.node)
                surely |= typed.if_true
        return tuple(nodes), surely

    def _warn_of_blind(
        self, where: tuple[Node, ...], clauses: tuple[Clause, ...], item: str
    ) -> None:
        for node in (*where, *(clause.that for clause in clauses)):
            if node is not None and item and all(path[0] != item for path in tree.paths(node)):
                message = f"this never looks at the {item}"
                self.fields.say("DL407", message, node.place, "write it under must, or in when")

    def check_counts(self) -> None:
        """At most so many defines and clauses a rule."""
        clauses = len(self.source.must) + len(self.source.each_must)
        if clauses > limits.CLAUSES or len(self.source.define) > limits.DEFINES:
            message = f"more than {limits.CLAUSES} clauses or {limits.DEFINES} defines"
            self.fields.say("DL003", message, self.source.place, "write two rules")

    def warn_of_unused(self) -> None:
        """Params and defines that no leaf and no text names."""
        if not self.is_whole:
            return
        named = {path[1] for path in self.used if path[0] == scope.PARAMS and len(path) > 1}
        named |= {path[0] for path in self.used}
        unused = [param.name for param in self.source.params if param.name.text not in named]
        unused += [name for name, _ in self.source.define if name.text not in named]
        for name in unused:
            self.fields.say("DL402", f"nothing uses {name.text}", name.place, "leave it out")


def _leaves(over: Over | None) -> list[Node | None]:
    return [] if over is None else [*over.where, *(clause.that for clause in over.clauses)]


def _text(value: Scalar | None) -> str | None:
    return value.text if value is not None else None


def _texts(values: tuple[Scalar, ...]) -> tuple[str, ...]:
    return tuple(value.text for value in values)
