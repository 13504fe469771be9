"""Which values did a part of a leaf take while its rule ran? For who looks on, such as coverage.

A watched part is an operation that stands in no table of the language: a pack that holds it is
refused. A tool wraps parts of a checked tree, and has the rule judged as machines judge it.

- The value goes on unchanged, so a watched rule comes to the verdict of the rule itself.
- What `and` and `or` never reach is never noted.
"""

from collections.abc import Callable, Mapping

from rules.compiled.tree import Node
from rules.engine.build import Build, Closure, Frame, Make
from rules.engine.values import Value

Note = Callable[[Value], None]

_OP = "watch"


def watched(node: Node, note: Note) -> Node:
    """The part, telling `note` each value that it takes."""
    return Node(_OP, node.place, (node, note))


def _watch(build: Build, node: Node) -> Closure:
    of, note = build.part(node.args[0]), node.args[1]

    def watch(frame: Frame) -> Value:
        value = of(frame)
        note(value)
        return value

    return watch


MAKERS: Mapping[str, Make] = {_OP: _watch}
