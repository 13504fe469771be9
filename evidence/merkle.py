"""Is it in the tree, and is this tree the continuation of that one?

RFC 6962, section 2.1, with SHA-256: a leaf is SHA-256(0x00 ‖ line), a node SHA-256(0x01 ‖ left ‖
right). Proofs are checked as RFC 9162 writes it (sections 2.1.3.2 and 2.1.4.2).

A tree is kept as its perfect subtrees: (level, index) covers the leaves [index·2^level,
(index+1)·2^level). Its right edge, largest first, is all that is needed to go on and to know the
root. To prove something, a caller hands in `node(level, index)`, which reads a stored hash.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from evidence.errors import BadProof

HASH_BYTES = 32
_LEVEL_SHIFT = 56
EMPTY_ROOT = hashlib.sha256(b"").digest()

Node: TypeAlias = Callable[[int, int], bytes]
"""The hash of the perfect subtree at (level, index); level 0 is the hash of a leaf."""


def leaf_hash(line: bytes) -> bytes:
    """The hash of one line of the log."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: its perfect subtrees, largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        sound = all(len(each) == HASH_BYTES for each in self.hashes)
        if self.size < 0 or len(self.hashes) != self.size.bit_count() or not sound:
            raise BadProof(
                f"{len(self.hashes)} hashes are not the right edge of {self.size} leaves"
            )

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        return root_from(self.hashes)

    def append(self, leaf: bytes) -> tuple["Frontier", list[tuple[int, int, bytes]]]:
        """The edge with one more leaf, and each subtree that became perfect by it."""
        level, index, top = 0, self.size, leaf
        edge = list(self.hashes)
        made = [(level, index, top)]
        while index & 1:
            level, index, top = level + 1, index >> 1, node_hash(edge.pop(), top)
            made.append((level, index, top))
        return Frontier(self.size + 1, (*edge, top)), made


class Tree:
    """A tree that grows leaf by leaf, and still knows the root that it had at each size."""

    def __init__(self, start: Frontier) -> None:
        self.first = self.size = start.size
        self._edge = list(start.hashes)
        self._nodes = dict(zip(map(_name, frontier_nodes(start.size)), start.hashes, strict=True))

    @property
    def root(self) -> bytes:
        """The root of the whole."""
        return root_from(self._edge)

    def append(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        level, index, top = 0, self.size, leaf
        self._nodes[index] = top
        while index & 1:
            level, index, top = level + 1, index >> 1, node_hash(self._edge.pop(), top)
            self._nodes[level << _LEVEL_SHIFT | index] = top
        self._edge.append(top)
        self.size += 1

    def root_at(self, size: int) -> bytes:
        """The root when there were so many leaves; BadProof before `first` and beyond the end."""
        if not self.first <= size <= self.size:
            raise BadProof(f"what the log was at {size} entries cannot be seen from here")
        return root_from([self._nodes[_name(at)] for at in frontier_nodes(size)])


def _name(at: tuple[int, int]) -> int:
    return at[0] << _LEVEL_SHIFT | at[1]


def root_from(edge: Sequence[bytes]) -> bytes:
    """The root over a right edge, largest subtree first."""
    if not edge:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(edge))


def frontier_nodes(size: int) -> list[tuple[int, int]]:
    """Which subtrees, (level, index), are the right edge of so many leaves; largest first."""
    return [
        (level, (size >> level) - 1)
        for level in reversed(range(size.bit_length()))
        if size >> level & 1
    ]


def prove_inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """The path from a leaf to the root of the tree of `size` leaves."""
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} leaves has no leaf {index}")
    low, high = 0, size
    path: list[bytes] = []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_covering(middle, high, node))
            high = middle
        else:
            path.append(_covering(low, middle, node))
            low = middle
    return path[::-1]


def prove_consistency(old: int, new: int, node: Node) -> list[bytes]:
    """That the tree of `new` leaves begins with that of `old`; empty if they are the same."""
    if not 0 < old <= new:
        raise BadProof(f"a tree of {new} leaves is not shown to go on from one of {old}")
    low, high = 0, new
    proof: list[bytes] = []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            proof.append(_covering(middle, high, node))
            high = middle
        else:
            proof.append(_covering(low, middle, node))
            low = middle
    if low:
        proof.append(_covering(low, high, node))
    return proof[::-1]


def check_inclusion(index: int, size: int, leaf: bytes, root: bytes, path: Sequence[bytes]) -> None:
    """BadProof, unless the path leads from this leaf hash, at this index, to this root."""
    _require(0 <= index < size and len(leaf) == HASH_BYTES, path)
    top = leaf
    for sibling, is_left in _climb(index, size - 1, path):
        top = node_hash(sibling, top) if is_left else node_hash(top, sibling)
    if top != root:
        raise BadProof(f"entry {index} is not shown to stand in the log of {size} entries")


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """BadProof, unless the tree of `new` leaves is shown to begin with that of `old`."""
    _require(0 < old <= new, proof)
    if old == new:
        if proof or old_root != new_root:
            raise BadProof(f"two trees are claimed for the same {old} entries")
        return
    shift = (old & -old).bit_length() - 1
    # A perfect old tree is itself a node of the new one, and so its root is left out of the proof.
    path = [old_root, *proof] if old == 1 << shift else proof
    if not path:
        raise BadProof("a consistency proof without a hash")
    first = second = path[0]
    for sibling, is_left in _climb((old - 1) >> shift, (new - 1) >> shift, path[1:]):
        first = node_hash(sibling, first) if is_left else first
        second = node_hash(sibling, second) if is_left else node_hash(second, sibling)
    if first != old_root or second != new_root:
        raise BadProof(f"the log of {new} entries is not shown to go on from the one of {old}")


def _climb(here: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each sibling on the way from node `here` to the root, and whether it stands on the left."""
    for sibling in path:
        if last == 0:
            raise BadProof("a proof that is longer than its tree is high")
        is_left = bool(here & 1) or here == last
        while is_left and not here & 1 and here:
            here, last = here >> 1, last >> 1
        yield sibling, is_left
        here, last = here >> 1, last >> 1
    if last:
        raise BadProof("a proof that ends before its tree does")


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _covering(low: int, high: int, node: Node) -> bytes:
    """The hash over the leaves [low, high), where low is where a subtree of that size begins."""
    return root_from(
        [node(level, (low >> level) + index) for level, index in frontier_nodes(high - low)]
    )


def _require(bounds: bool, proof: Sequence[bytes]) -> None:  # noqa: FBT001 - one check, two proofs
    if not bounds or any(len(each) != HASH_BYTES for each in proof):
        raise BadProof("a proof about leaves that are not in the tree, or of hashes cut short")
