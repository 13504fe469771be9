"""What does a rule look like as it was written, once its keys are in order?

The keys are checked by their table; here the sound ones become a rule. What the leaves mean is
asked afterwards, and a fault here hides none there.
"""

from dataclasses import dataclass

from rules.errors import Place
from rules.language.document import Scalar
from rules.language.entry import Entry
from rules.language.forms.rules import QUANTIFIERS


@dataclass(frozen=True, slots=True)
class ClauseSource:
    """An entry of `must` or `each_must`."""

    that: Scalar
    say: Scalar | None


@dataclass(frozen=True, slots=True)
class ParamSource:
    """A param as it was written; `of` knows its keys."""

    name: Scalar
    of: Entry


@dataclass(frozen=True, slots=True)
class RuleSource:
    """A rule as it was written; what of it is broken is not there."""

    id: str
    of: Entry
    place: Place
    title: Scalar | None
    plain: Scalar | None
    severity: Scalar | None
    controls: tuple[Scalar, ...]
    cite: tuple[tuple[str, tuple[Scalar, ...]], ...]
    when: Scalar | None
    params: tuple[ParamSource, ...]
    define: tuple[tuple[Scalar, Scalar], ...]
    must: tuple[ClauseSource, ...]
    quantifier: str | None
    over: Scalar | None
    where: tuple[Scalar, ...]
    each_must: tuple[ClauseSource, ...]
    if_none: Scalar | None
    at_least: int
    say: Scalar | None
    fix: tuple[tuple[str, Scalar], ...]
    tags: tuple[Scalar, ...]
    since: Scalar | None
    replaces: tuple[Scalar, ...]

    @property
    def leaves(self) -> int:
        """How many expressions the rule has."""
        clauses = len(self.must) + len(self.each_must)
        return clauses + len(self.where) + len(self.define) + (self.when is not None)


def rule_source(of: Entry) -> RuleSource:
    """A rule from its checked keys."""
    name = of.of.get("id")
    quantifier = next((word for word in QUANTIFIERS if of.of.get(word) is not None), None)
    over = of.of.get(quantifier) if quantifier else None
    return RuleSource(
        id=of.rule,
        of=of,
        place=name.place if isinstance(name, Scalar) else of.place,
        title=of.scalar("title"),
        plain=of.scalar("plain"),
        severity=of.scalar("severity"),
        controls=of.scalars("controls"),
        cite=_cite(of.entry("cite")),
        when=of.scalar("when"),
        params=tuple(ParamSource(name, one) for name, one in of.named_entries("params")),
        define=of.named_scalars("define"),
        must=_clauses(of, "must"),
        quantifier=quantifier,
        over=over if isinstance(over, Scalar) else None,
        where=of.scalars("where"),
        each_must=_clauses(of, "each_must"),
        if_none=of.scalar("if_none"),
        at_least=of.number("at_least") or 1,
        say=of.scalar("say"),
        fix=_fix(of),
        tags=of.scalars("tags"),
        since=of.scalar("since"),
        replaces=of.scalars("replaces"),
    )


def _cite(of: Entry | None) -> tuple[tuple[str, tuple[Scalar, ...]], ...]:
    return () if of is None else tuple((basis, of.scalars(basis)) for basis in of.sound)


def _clauses(of: Entry, key: str) -> tuple[ClauseSource, ...]:
    found = [(one.scalar("that"), one.scalar("say")) for one in of.entries(key)]
    return tuple(ClauseSource(that, say) for that, say in found if that is not None)


def _fix(of: Entry) -> tuple[tuple[str, Scalar], ...]:
    alone, by_system = of.scalar("fix"), of.entry("fix")
    if alone is not None:
        return (("any", alone),)
    texts = {} if by_system is None else {key: by_system.scalar(key) for key in by_system.sound}
    return tuple((system, text) for system, text in texts.items() if text is not None)
