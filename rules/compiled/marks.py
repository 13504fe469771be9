"""Which fields that never leave the machine does a tree read?

A message that shows one warns (DL405), a waiver that asks for one is refused (DL608).
"""

from collections.abc import Iterator, Mapping

from rules.compiled.infer import infer
from rules.compiled.operations import bare
from rules.compiled.scope import PARAMS
from rules.compiled.tree import LOOPS, Node, path
from rules.facts.types import List, Mark, Record, Type


def local_fields(node: Node, names: Mapping[str, Type]) -> tuple[Node, ...]:
    """The nodes of a sound tree that read a field marked (L), left to right."""
    return tuple(_local(node, names))


def local_paths(node: Node, names: Mapping[str, Type]) -> tuple[tuple[str, ...], ...]:
    """The paths of these fields; one that is read of a loop's item begins with its variable."""
    found = (path(one) or ("…", one.args[1]) for one in local_fields(node, names))
    return tuple(dict.fromkeys(found))


def _local(node: Node, names: Mapping[str, Type]) -> Iterator[Node]:
    if node.op == "get" and _is_local(node, names):
        yield node
    inner = names
    if node.op in LOOPS:
        listed, variable, _ = node.args
        of = infer(listed, names)
        inner = {**names, variable: of.of} if isinstance(of, List) else names
    for number, part in enumerate(node.parts):
        yield from _local(part, inner if number else names)


def _is_local(node: Node, names: Mapping[str, Type]) -> bool:
    parent, word = node.args
    of = bare(infer(parent, names))
    found = of.field(word) if isinstance(of, Record) and of.name != PARAMS else None
    return found is not None and found.leaves.mark is Mark.LOCAL
