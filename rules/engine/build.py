"""What do the makers of closures share?"""

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from rules.compiled.tree import Node
from rules.engine.decode import of_literal
from rules.engine.values import NO_OVERLOAD, Gap, Value, strict

Frame: TypeAlias = list[Any]
Closure: TypeAlias = Callable[[Frame], Value]

BUDGET, NOW = 0, 1
"""The first two slots of every frame: what is left to spend, and the instant of the run."""


class Build(Protocol):
    """Makes the closures of the parts of a node."""

    def part(self, node: Node) -> Closure:
        """The closure of a node."""

    def body(self, variable: str, node: Node) -> tuple[int, Closure]:
        """The slot of a loop's variable, and the closure of the loop's body."""

    def slot(self, name: str) -> int:
        """The slot of a name."""


Make: TypeAlias = Callable[[Build, Node], Closure]


def constant(value: Value) -> Closure:
    """A closure that gives one value."""

    def same(_frame: Frame) -> Value:
        return value

    return same


def literal_of(node: Node) -> Value:
    """The value of a node that is a constant."""
    return of_literal(node.args[0])


def unary(function: Callable[[Any], Value]) -> Make:
    """A strict operation on one value."""

    def make(build: Build, node: Node) -> Closure:
        of = build.part(node.args[0])

        def run(frame: Frame) -> Value:
            value = of(frame)
            if value.__class__ is Gap:
                return value
            try:
                return function(value)
            except TypeError:
                return NO_OVERLOAD

        return run

    return make


def binary(function: Callable[[Any, Any], Value]) -> Make:
    """A strict operation on two values; quicker where the second is a constant."""

    def make(build: Build, node: Node) -> Closure:
        left = build.part(node.args[0])
        if node.args[1].op == "value":
            return _with_constant(function, left, literal_of(node.args[1]))
        right = build.part(node.args[1])

        def run(frame: Frame) -> Value:
            one, other = left(frame), right(frame)
            if one.__class__ is Gap or other.__class__ is Gap:
                return strict(one, other)
            try:
                return function(one, other)
            except TypeError:
                return NO_OVERLOAD

        return run

    return make


def _with_constant(function: Callable[[Any, Any], Value], left: Closure, other: Value) -> Closure:
    def run(frame: Frame) -> Value:
        one = left(frame)
        if one.__class__ is Gap:
            return one
        try:
            return function(one, other)
        except TypeError:
            return NO_OVERLOAD

    return run
