"""What does a rule mean: its leaves as trees, its texts as templates, its sources as sources?

Every leaf is checked by itself, so one that is broken hides no other. What is known after `when`
holds for the whole rule; what is known after one entry of `where` holds for the next, and for
`each_must`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from rules.compiled import catalogue, limits, literal, marks, scope, tree
from rules.compiled.load import reads
from rules.compiled.rule import Clause, Over, Param, Quantifier, Rule, Template
from rules.compiled.tree import Node
from rules.errors import Problem
from rules.facts.types import Type
from rules.language.check import check_leaf
from rules.language.checked import BROKEN, Leaf, Typed
from rules.language.document import Scalar
from rules.language.flow import NOTHING_KNOWN, Known
from rules.language.hints import Hints
from rules.language.model import ClauseSource, RuleSource
from rules.language.params import read_params
from rules.language.templates import Seen, plain_text, read_template
from rules.language.tokens import OPERATORS, RESERVED
from rules.verdict import Verdict

_FACT_PATH = re.compile(r"\b[a-z_]+\.[a-z_]+\b")
_TAKEN = RESERVED | OPERATORS.keys() | {"true", "false", "null", "in"}


def check_rule(source: RuleSource, needs: str, problems: list[Problem]) -> Rule | None:
    """The rule that was meant, or None; what is wrong is added to `problems`."""
    before = len(problems)
    params = read_params(source)
    _warn_of_paths(source)
    is_ahead = literal.version(needs) > literal.version(catalogue.version())
    meaning = _Meaning(source, params, problems, is_ahead)
    when = meaning.when()
    define = meaning.define()
    must = meaning.clauses(source.must, meaning.scene())
    over = meaning.over()
    fix = {system: meaning.fix(text) for system, text in source.fix}
    meaning.check_counts()
    meaning.warn_of_unused()
    if any(problem.level == "error" for problem in problems[before:]):
        return None
    parts = [when, *define.values(), *(clause.that for clause in must), *_leaves(over)]
    return Rule(
        id=source.id,
        title=plain_text(source.title, source.of) or "",
        severity=_text(source.severity) or "",
        controls=_texts(source.controls),
        cite={basis: _texts(named) for basis, named in source.cite},
        needs=needs,
        place=source.place,
        plain=plain_text(source.plain, source.of),
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
    if source.plain is None or len(source.plain.text) > limits.PLAIN_LENGTH:
        return
    for found in _FACT_PATH.finditer(source.plain.text):
        if catalogue.field(tuple(found[0].split("."))) is not None:
            place = source.plain.part(*found.span())
            help_ = "say it in words that the owner of a practice knows"
            source.of.say("DL408", f"{found[0]} is a fact path", place, help_)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where a leaf stands: the names that it sees, what is known, what a stray name may mean."""

    names: Mapping[str, Type]
    known: Known
    hints: Hints
    item: str = ""

    def after(self, typed: Typed | None) -> "_Scene":
        """The same where that condition holds."""
        return self if typed is None else replace(self, known=self.known.both(typed.if_true))


@dataclass(slots=True)
class _Meaning:
    """Checks the leaves and texts of one rule, and remembers which names they use."""

    source: RuleSource
    params: dict[str, Param]
    problems: list[Problem]
    is_ahead: bool
    names: dict[str, Type] = field(init=False)
    known: Known = NOTHING_KNOWN
    used: set[tuple[str, ...]] = field(default_factory=set)
    hidden: dict[str, str] = field(default_factory=dict)
    is_whole: bool = True

    def __post_init__(self) -> None:
        types: dict[str, Type] = {param.name.text: BROKEN for param in self.source.params}
        types.update({name: param.type for name, param in self.params.items()})
        self.names = scope.machine(types)

    def scene(self, *, sees_defines: bool = True) -> _Scene:
        """What a leaf about the machine sees."""
        hints = Hints(
            params=frozenset(param.name.text for param in self.source.params),
            defines=frozenset(name.text for name, _ in self.source.define),
            item=self._item()[0],
            sees_defines=sees_defines,
        )
        return _Scene(self.names, self.known, hints)

    def _item(self) -> tuple[str, Type]:
        over = self.source.over
        found = scope.item(tuple(over.text.split("."))) if over is not None else None
        return found or ("", BROKEN)

    def leaf(self, text: Scalar, scene: _Scene, *, wants_bool: bool = True) -> Typed | None:
        """Check one leaf."""
        leaf = Leaf(text, scene.names, self.source.id, hint=scene.hints, is_ahead=self.is_ahead)
        typed = check_leaf(leaf, scene.known, wants_bool=wants_bool)
        if typed is not None:
            self.used.update(tree.paths(typed.node))
            if scene.item and scene.item not in tree.roots(typed.node):
                message = f"this never looks at the {scene.item}"
                help_ = "write it under must, or in when"
                leaf.settle("DL407", message, (0, len(text.text)), help_)
        self.problems.extend(leaf.problems)
        self.is_whole = self.is_whole and typed is not None
        return typed

    def template(self, text: Scalar, names: Mapping[str, Type]) -> Template:
        """Check one text."""
        seen = Seen(names, frozenset(name.text for name, _ in self.source.define), self.hidden)
        template = read_template(text, seen, self.source.of)
        self.used.update(part for part in template if not isinstance(part, str))
        return template

    def fix(self, text: Scalar) -> Template:
        """Check a fix: it may name params and nothing else."""
        return self.template(text, {scope.PARAMS: self.names[scope.PARAMS]})

    def when(self) -> Node | None:
        """The leaf that says whether the rule applies."""
        if self.source.when is None:
            return None
        typed = self.leaf(self.source.when, self.scene(sees_defines=False))
        if typed is None:
            return None
        self.known = typed.if_true
        return typed.node

    def define(self) -> dict[str, Node]:
        """The defines; each sees those before it."""
        nodes: dict[str, Node] = {}
        for name, text in self.source.define:
            self._check_name(name)
            typed = self.leaf(text, self.scene(), wants_bool=False)
            if typed is not None:
                self._remember_local(name.text, typed.node)
                nodes[name.text] = typed.node
            self.names = {**self.names, name.text: typed.type if typed else BROKEN}
        return nodes

    def _check_name(self, name: Scalar) -> None:
        if name.text in _TAKEN:
            self.source.of.say("DL205", f"{name.text} is a reserved word", name.place, _ANOTHER)
        elif name.text in self.names or name.text == self._item()[0]:
            message = f"{name.text} hides another {name.text}"
            self.source.of.say("DL313", message, name.place, _ANOTHER)

    def _remember_local(self, name: str, node: Node) -> None:
        for path in marks.local_paths(node, self.names):
            self.hidden.setdefault(name, ".".join(path))

    def clauses(self, sources: Iterable[ClauseSource], scene: _Scene) -> tuple[Clause, ...]:
        """The clauses of `must` or `each_must`."""
        found = []
        for source in sources:
            typed = self.leaf(source.that, scene)
            say = self.template(source.say, scene.names) if source.say is not None else ()
            if typed is not None:
                found.append(Clause(typed.node, say, typed.node.place))
        return tuple(found)

    def over(self) -> Over | None:
        """The part that walks a list; where the list is not known, its leaves are checked still."""
        source = self.source
        item, of = self._item()
        stray = {} if item else catalogue.items()
        base = self.scene()
        names = {**stray, **base.names, **({item: of} if item else {})}
        scene = replace(base, names=names, hints=replace(base.hints, of=of), item=item)
        where, scene = self._where(scene)
        clauses = self.clauses(source.each_must, scene)
        say = self.template(source.say, names) if source.say is not None else ()
        if source.over is None or source.quantifier is None or not item:
            return None
        if source.quantifier != Quantifier.EVERY:
            clauses = (Clause(None, say, source.over.place),)
        if_none = Verdict(source.if_none.text) if source.if_none else None
        path = tuple(source.over.text.split("."))
        return Over(
            Quantifier(source.quantifier), path, item, where, clauses, if_none, source.at_least
        )

    def _where(self, scene: _Scene) -> tuple[tuple[Node, ...], _Scene]:
        nodes = []
        for text in self.source.where:
            typed = self.leaf(text, scene)
            scene = scene.after(typed)
            if typed is not None:
                nodes.append(typed.node)
        return tuple(nodes), scene

    def check_counts(self) -> None:
        """At most so many clauses a rule."""
        if len(self.source.must) + len(self.source.each_must) > limits.CLAUSES:
            message = f"more than {limits.CLAUSES} clauses in must and each_must"
            self.source.of.say("DL003", message, self.source.place, "write two rules")

    def warn_of_unused(self) -> None:
        """Params and defines that no leaf and no text names."""
        if not self.is_whole or self.source.of.has_losses:
            return
        params = {path[1] for path in self.used if path[0] == scope.PARAMS and len(path) > 1}
        roots = {path[0] for path in self.used}
        unused = [one.name for one in self.source.params if one.name.text not in params]
        unused += [name for name, _ in self.source.define if name.text not in roots]
        for name in unused:
            self.source.of.say("DL402", f"nothing uses {name.text}", name.place, "leave it out")


_ANOTHER = "take another name"


def _leaves(over: Over | None) -> list[Node | None]:
    return [] if over is None else [*over.where, *(clause.that for clause in over.clauses)]


def _text(value: Scalar | None) -> str | None:
    return value.text if value is not None else None


def _texts(values: tuple[Scalar, ...]) -> tuple[str, ...]:
    return tuple(value.text for value in values)
