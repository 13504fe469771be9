"""What is a rule, once it is compiled?

A clause is one thing that can fail: an entry of `must`, an entry of `each_must`, or the one clause
of `no` or `some`. Clauses are numbered from 0, `must` first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from rules.compiled.literal import Literal
from rules.compiled.tree import Node
from rules.errors import Place
from rules.facts.types import Type
from rules.verdict import Verdict

if TYPE_CHECKING:
    from rules.compiled.attestation import Attestation

Template = tuple[str | tuple[str, ...], ...]
"""A text: its words, and between them the paths whose values stand there."""

SIZE = "size()"
"""The last word of a path in a text that asks how many there are."""

SEVERITIES = ("critical", "high", "medium", "low")
BASES = ("in_force", "proposed", "benchmark", "practice_policy")
IF_NONE = ("pass", "fail", "unknown", "not-applicable")
SYSTEMS = ("windows", "macos", "linux", "any")
TIGHTEN = ("at-most", "at-least", "subset", "superset", "only-true", "only-false")


class Quantifier(StrEnum):
    """What is asked of the items of a list."""

    EVERY = "every"
    NO = "no"
    SOME = "some"


class Param(NamedTuple):
    """A number or list of a rule that a practice may set; `basis` says whose word it is."""

    name: str
    type_text: str
    type: Type
    default: Literal
    low: Literal | None = None
    high: Literal | None = None
    tighten: str | None = None
    loosen: bool = False
    basis: str | None = None
    source: str | None = None
    about: str | None = None


class Clause(NamedTuple):
    """One thing that can fail, and what is said when it does; `no` and `some` have no leaf."""

    that: Node | None
    say: Template
    place: Place


class Over(NamedTuple):
    """The part of a rule that walks a list."""

    quantifier: Quantifier
    path: tuple[str, ...]
    item: str
    where: tuple[Node, ...]
    clauses: tuple[Clause, ...]
    if_none: Verdict | None = None
    at_least: int = 1


def expressions(
    when: Node | None, define: Mapping[str, Node], must: Iterable[Clause], over: Over | None
) -> tuple[Node, ...]:
    """All expressions of the parts of a rule, in their order."""
    where = () if over is None else over.where
    each = () if over is None else over.clauses
    clauses = [clause.that for clause in must]
    found = [when, *define.values(), *clauses, *where, *[clause.that for clause in each]]
    return tuple([node for node in found if node is not None])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rule:
    """A rule as text and trees; two rules are the same only if they are one object.

    `supported` is false if the rule needs a newer catalogue than this release has: it is then
    unknown on every machine, and never dropped.
    """

    id: str
    title: str
    severity: str
    controls: tuple[str, ...]
    cite: Mapping[str, tuple[str, ...]]
    needs: str
    place: Place
    plain: str | None = None
    params: Mapping[str, Param] = field(default_factory=dict)
    define: Mapping[str, Node] = field(default_factory=dict)
    when: Node | None = None
    must: tuple[Clause, ...] = ()
    over: Over | None = None
    fix: Mapping[str, Template] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    since: str | None = None
    replaces: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    supported: bool = True

    @property
    def leaves(self) -> tuple[Node, ...]:
        """All expressions: `when`, defines, `must`, `where`, `each_must`."""
        return expressions(self.when, self.define, self.must, self.over)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses, numbered as results number them."""
        return self.must + (self.over.clauses if self.over else ())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pack:
    """A set of rules under one name and version; `sha256` is of the file's bytes."""

    pack: str
    version: str
    title: str
    requires_facts: str
    sha256: str
    citations: str
    sources: tuple[tuple[str, str], ...]
    retired: tuple[tuple[str, str, str], ...]
    rules: tuple[Rule, ...]
    attestations: "tuple[Attestation, ...]" = ()

    def rule(self, identifier: str) -> Rule | None:
        """The rule of that id, if it is in the pack."""
        return next((rule for rule in self.rules if rule.id == identifier), None)
