"""How is a function of the language written down, and what do all of them share?"""

from collections.abc import Callable
from dataclasses import dataclass

from rules.compiled.tree import Node
from rules.facts.types import List, Record, Type
from rules.language.checked import BROKEN, Check, Typed, article, type_words
from rules.language.demands import not_null
from rules.language.syntax import Call, Expression

Make = Callable[[Check, Call], Typed]


@dataclass(frozen=True, slots=True)
class Function:
    """A function as it is written (`s.glob(p)`, `age(t)`), what it gives, and a sentence."""

    written: str
    gives: str
    about: str
    make: Make

    @property
    def name(self) -> str:
        """Its name."""
        return self.written.partition("(")[0].rpartition(".")[2]

    @property
    def is_of_value(self) -> bool:
        """Is it written behind a dot?"""
        return "." in self.written.partition("(")[0]

    @property
    def arity(self) -> int:
        """How many arguments stand in its parentheses."""
        inner = self.written.partition("(")[2].rstrip(")")
        return inner.count(",") + 1 if inner else 0


@dataclass(frozen=True, slots=True)
class Overload:
    """An operation of one value: its name in the tree, the kinds it takes, the type it gives."""

    op: str
    takes: tuple[str, ...]
    gives: Type


def receiver(check: Check, part: Call) -> tuple[Typed, Expression]:
    """What stands before the dot, or else the first argument."""
    where = part.of if part.of is not None else part.args[0]
    return check.check(where), where


def strict(check: Check, part: Call, value: tuple[Typed, Expression], overload: Overload) -> Typed:
    """A function of one value that may not be null and must be of certain kinds."""
    of, where = value
    if of.type is BROKEN or not not_null(check, of, where):
        return broken(check, part)
    if of.kind not in overload.takes:
        wants_list = "list" in overload.takes or isinstance(of.type, List | Record)
        kinds = dict.fromkeys("string" if kind == "caseless" else kind for kind in overload.takes)
        wanted = " or ".join(article(kind) for kind in kinds)
        message = f"{part.name}() takes {wanted}, and gets {type_words(of.type)}"
        check.leaf.say("DL309" if wants_list else "DL311", message, where.span)
        return broken(check, part)
    return made(check, part, overload.op, (of.node,), overload.gives)


def made(check: Check, part: Call, op: str, args: tuple[object, ...], of: Type) -> Typed:
    """The call as a node of the tree."""
    return Typed(Node(op, check.leaf.place(part), args), of)


def broken(check: Check, part: Call) -> Typed:
    """The call, after it was told what is wrong with it."""
    return made(check, part, part.name, (), BROKEN)
