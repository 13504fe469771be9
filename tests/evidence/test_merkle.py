"""Is it in the tree, and does this tree go on from that one?"""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import merkle
from evidence.errors import BadProof
from evidence.merkle import Frontier, leaf_hash, node_hash


class Tree:
    """A whole tree, with its node store and its root at every size."""

    def __init__(self, size: int) -> None:
        self.leaves = [leaf_hash(b"line %d" % number) for number in range(size)]
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.edges = [Frontier()]
        for leaf in self.leaves:
            edge, made = self.edges[-1].append(leaf)
            self.edges.append(edge)
            self.nodes |= {(level, index): value for level, index, value in made}

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def root(self, size: int) -> bytes:
        return self.edges[size].root


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(by_the_book(leaves[:split]), by_the_book(leaves[split:]))


@given(st.integers(0, 200))
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    tree = Tree(size)

    assert tree.root(size) == by_the_book(tree.leaves)
    edge = [tree.node(*at) for at in merkle.frontier_nodes(size)]
    assert merkle.root_from(edge) == tree.root(size)
    assert Frontier(size, tuple(edge)) == tree.edges[size]


@given(st.data(), st.integers(1, 130))
def test_what_is_in_the_tree_can_be_shown_and_nothing_else(data: st.DataObject, size: int) -> None:
    tree = Tree(size)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.prove_inclusion(index, size, tree.node)
    merkle.check_inclusion(index, size, tree.leaves[index], tree.root(size), path)

    other = data.draw(st.integers(0, size))
    if other != index:
        with pytest.raises(BadProof):
            merkle.check_inclusion(other, size, tree.leaves[index], tree.root(size), path)
    with pytest.raises(BadProof):
        merkle.check_inclusion(index, size, leaf_hash(b"x"), tree.root(size), path)
    longer = [*path, bytes(32)]
    with pytest.raises(BadProof):
        merkle.check_inclusion(index, size, tree.leaves[index], tree.root(size), longer)


@given(st.data(), st.integers(1, 130))
def test_a_tree_that_went_on_can_be_shown_to(data: st.DataObject, new: int) -> None:
    tree = Tree(new)
    old = data.draw(st.integers(1, new))
    proof = merkle.prove_consistency(old, new, tree.node)
    merkle.check_consistency(old, new, tree.root(old), tree.root(new), proof)

    with pytest.raises(BadProof):
        merkle.check_consistency(old, new, leaf_hash(b"x"), tree.root(new), proof)
    with pytest.raises(BadProof):
        merkle.check_consistency(old, new, tree.root(old), leaf_hash(b"x"), proof)
    for at in range(len(proof)):
        with pytest.raises(BadProof):
            merkle.check_consistency(old, new, tree.root(old), tree.root(new), proof[:at])


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text) if text else b""


def is_shown(case: dict[str, Any]) -> bool:
    proof = [decoded(each) for each in case["proof"] or []]
    try:
        if "leafIdx" in case:
            leaf, root = decoded(case["leafHash"]), decoded(case["root"])
            merkle.check_inclusion(case["leafIdx"], case["treeSize"], leaf, root, proof)
        else:
            roots = decoded(case["root1"]), decoded(case["root2"])
            merkle.check_consistency(case["size1"], case["size2"], *roots, proof)
    except BadProof:
        return False
    return True


@pytest.mark.parametrize("kind", ["inclusion", "consistency"])
def test_every_public_vector_is_told_right(vectors: Path, kind: str) -> None:
    cases = [json.loads(path.read_text()) for path in (vectors / "merkle" / kind).rglob("*.json")]

    assert len(cases) == 98
    for case in cases:
        assert is_shown(case) is not case["wantErr"], case["desc"]


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_nothing_is_shown_of_leaves_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(BadProof):
        merkle.prove_inclusion(index, size, Tree(4).node)


@pytest.mark.parametrize(("old", "new"), [(0, 4), (5, 4), (-1, 4)])
def test_nothing_goes_on_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(BadProof):
        merkle.prove_consistency(old, new, Tree(4).node)


@pytest.mark.parametrize(
    ("size", "hashes"), [(1, ()), (0, (bytes(32),)), (1, (bytes(31),)), (-1, (bytes(32),))]
)
def test_a_right_edge_has_a_hash_for_each_bit_of_its_size(
    size: int, hashes: tuple[bytes, ...]
) -> None:
    with pytest.raises(BadProof):
        Frontier(size, hashes)
