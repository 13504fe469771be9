"""A machine trusts nothing that it loads: a pack is taken whole or refused whole."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import builtin, canonical, limits, literal, tree
from rules.compiled.operations import GENERIC, PLAIN
from rules.compiled.pack import load
from rules.compiled.tree import Node
from rules.engine.evaluate import MAKERS
from rules.errors import PackRefused, Place
from rules.workbench.build import build
from rules.workbench.packs import check_pack

WHOLE = canonical.decode(builtin.data())


def test_the_built_in_pack_is_what_its_sources_compile_to() -> None:
    checked = check_pack(builtin.FOLDER)
    _, data = build(checked)
    assert data == builtin.data(), "run: python -m rules.workbench.build"


def test_the_built_in_pack_knows_its_rules_by_id() -> None:
    pack = builtin.pack()
    ids = [rule.id for rule in pack.rules]
    assert ids == sorted(ids)
    assert {"exports-encrypted", "screen-locks", "volumes-encrypted"} <= {*ids}
    assert pack.rule("screen-locks").reads == ("host", "users")
    assert pack.rule("no-such-rule") is None
    assert builtin.pack() is pack


def test_the_same_sources_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    for file in builtin.FOLDER.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert build(check_pack(tmp_path))[1] == builtin.data()


def changed(*path: Any, to: Any = None) -> bytes:
    """The pack with one part changed; what lies beside the path is shared, and not copied."""
    document = parent = dict(WHOLE)
    for step in path[:-1]:
        parent[step] = copy.copy(parent[step])
        parent = parent[step]
    if to is None:
        del parent[path[-1]]
    else:
        parent[path[-1]] = to
    return canonical.encode(document)


AT = next(n for n, rule in enumerate(WHOLE["rules"]) if rule["id"] == "volumes-encrypted")
LATER = next(n for n, rule in enumerate(WHOLE["rules"]) if rule["needs"] == "1.1")
RULE = ("rules", AT)
LEAF = (*RULE, "where", 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b" " * (limits.PACK_BYTES + 1),
        builtin.data() + b"\n",
        builtin.data()[:-1],
        builtin.data().replace(b'"rules":', b'"rules":[],"rules":', 1),
        changed("dentinel", to="pack/v2"),
        changed("title"),
        changed("extra", to=1),
        changed("language"),
        changed("language", to="1"),
        changed("language", to=True),
        changed("rules", to=[]),
        changed("rules", to=[7]),
        changed("rules", to=[WHOLE["rules"][0]] * 2),
        changed("rules", to=[WHOLE["rules"][0]] * (limits.RULES + 1)),
        changed("sources", to=[["disks.yaml"]]),
        changed("sources", to=[7]),
        changed("retired", to=[["a-rule", "1.0.0", 7], 7]),
        changed(*RULE, "id", to=7),
        changed(*RULE, "severity", to="fatal"),
        changed(*RULE, "controls", to=[7]),
        changed(*RULE, "cite", to={"rumour": ["CIS"]}),
        changed(*RULE, "cite", to={"in_force": "CIS"}),
        changed(*RULE, "needs", to="x"),
        changed("rules", LATER, "needs", to="1.0"),
        changed(*RULE, "colour", to="red"),
        changed(*RULE, "place", to=[0, 1, 1]),
        changed(*RULE, "place", to=[99, 1, 1, 1]),
        changed(*RULE, "place", to=[0, 0, 1, 1]),
        changed(*RULE, "place", to=[0, True, 1, 1]),
        changed(*RULE, "every", to="discs"),
        changed(*RULE, "every", to="usb_storage"),
        changed(*RULE, "item", to="disk"),
        changed(*RULE, "each_must", to=[]),
        changed(*RULE, "each_must", 0, "that", to=[]),
        changed(*RULE, "each_must", 0, "say"),
        changed(*RULE, "each_must", 0, "say", to=[7]),
        changed(*RULE, "each_must", 0, "say", to=[["volume", "size()"]]),
        changed(*RULE, "each_must", 0, "say", to=[["volume", "path"]]),
        changed(*RULE, "each_must", 0, "say", to=[["volume"]]),
        changed(*RULE, "each_must", to=WHOLE["rules"][AT]["each_must"] * 11),
        changed(*RULE, "if_none", to="error"),
        changed(*RULE, "if_none", to="maybe"),
        changed(*RULE, "if_none"),
        changed(*RULE, "define", to=[["x"]]),
        changed(*RULE, "define", to=[[["x"], 7]]),
        changed(*RULE, "fix", to={"amiga": ["x"]}),
        changed(*RULE, "fix", to={"any": "x"}),
        changed(*RULE, "fix", to={"any": [["volume", "name"]]}),
        changed(*RULE, "params", "ciphers", "type", to="list<enum(volume.disc)>"),
        changed(*RULE, "params", "ciphers", "type", to="list<list<int>>"),
        changed(*RULE, "params", "ciphers", "default", to={"list": [{"enum": "rot13"}]}),
        changed(*RULE, "params", "ciphers", "default", to={"int": "1"}),
        changed(*RULE, "params", "ciphers", "default"),
        changed(*RULE, "params", "ciphers", "basis", to="rumour"),
        changed(*RULE, "params", "ciphers", "loosen", to=1),
        changed(*RULE, "params", "ciphers", to=7),
        changed(*LEAF, 0, to="launch.missiles"),
        changed(*LEAF, 0, to="in.string2"),
        changed(*LEAF, 0, to="eq.enum"),
        changed(*LEAF, to=["name", [0, 1, 1, 2], "volume"]),
        changed(*LEAF, to=["name", [0, 1, 1, 2]]),
        changed(*LEAF, to=["name", [0, 1, 1, 2], {"int": "1"}]),
        changed(*LEAF, to=["value", [0, 1, 1, 2], {"int": "1"}]),
        changed(*LEAF, to=["value", [0, 1, 1, 2], {"bool": 1}]),
        changed(*LEAF, to=["not", [0, 1, 1, 2], "x"]),
        changed(*LEAF, to=["has", [0, 1, 1, 2], ["name", [0, 1, 1, 2], "volume"]]),
        changed(*LEAF, to="true"),
        changed(*LEAF, to=["value"]),
    ],
)
def test_a_damaged_pack_is_refused_whole(data) -> None:
    with pytest.raises(PackRefused) as refused:
        load(data)
    assert refused.value.code == "DL704"
    assert "refused" in str(refused.value)


@pytest.mark.parametrize("language", [-1, 0, 2, 900])
def test_another_language_is_refused_by_its_number(language) -> None:
    with pytest.raises(PackRefused) as refused:
        load(changed("language", to=language))
    assert refused.value.code == "DL705"


def test_a_pack_for_another_major_catalogue_is_refused() -> None:
    with pytest.raises(PackRefused) as refused:
        load(changed("requires_facts", to="2.0"))
    assert refused.value.code == "DL703"


def test_a_rule_for_a_newer_catalogue_is_kept_though_its_facts_are_not_known() -> None:
    document = copy.deepcopy(WHOLE)
    document["requires_facts"] = "1.9"
    document["rules"][AT] |= {"needs": "1.9", "every": "tapes", "item": "tape"}
    rule = load(canonical.encode(document)).rules[AT]
    assert rule.supported is False


def deep(length: int) -> list:
    leaf: list = ["value", [0, 1, 1, 2], {"bool": True}]
    for _ in range(length):
        leaf = ["not", [0, 1, 1, 2], leaf]
    return leaf


def wide(length: int) -> list:
    item = ["value", [0, 1, 1, 2], {"int": "1"}]
    return ["in.int", [0, 1, 1, 2], item, ["list", [0, 1, 1, 2], *[item] * length]]


@pytest.mark.parametrize("leaf", [deep(64), deep(400), wide(498), wide(20_000)])
def test_a_leaf_over_its_limits_is_refused(leaf) -> None:
    with pytest.raises(PackRefused, match="too many nodes or is nested too deep"):
        load(changed(*LEAF, to=leaf))


@pytest.mark.parametrize("leaf", [deep(63), wide(496)])
def test_a_leaf_at_its_limits_is_taken(leaf) -> None:
    assert load(changed(*LEAF, to=leaf)).rules


def test_a_value_nested_without_end_is_refused() -> None:
    value: dict = {"int": "1"}
    for _ in range(400):
        value = {"list": [value]}
    with pytest.raises(PackRefused):
        load(changed(*RULE, "params", "ciphers", "default", to=value))


P = [0, 1, 1, 2]
VOLUMES, ONE, TEXT = (
    ["name", P, "volumes"],
    ["value", P, {"int": "1"}],
    ["value", P, {"string": "x"}],
)


@pytest.mark.parametrize(
    "leaf",
    [
        ["eq.int", P, TEXT, ONE],
        ["and", P, ONE, ONE],
        ["in.int", P, ONE, ONE],
        ["in.int", P, ONE, ["list", P, TEXT]],
        ["in.string", P, ONE, ["list", P, TEXT]],
        ["eq.list", P, ["list", P, ONE, TEXT], ["list", P]],
        ["if", P, ONE, ONE, ONE],
        ["if", P, ["eq.int", P, ONE, ONE], ONE, TEXT],
        ["eq.int", P, ["index", P, ["list", P, ONE], TEXT], ONE],
        ["eq.int", P, ["index", P, ONE, ONE], ONE],
        ["eq.list", P, ["add.list", P, ["list", P, ONE], ["list", P, TEXT]], ["list", P]],
        ["eq.list", P, ["distinct.string", P, ["list", P, ONE]], ["list", P]],
        ["all", P, VOLUMES, "v", ONE],
        ["all", P, ONE, "v", ONE],
        ["exists", P, VOLUMES, "v", ["get", P, ["name", P, "v"], "secret"]],
        ["get", P, ["name", P, "nothing"], "x"],
    ],
)
def test_operands_of_another_kind_than_the_operation_names_are_refused(leaf) -> None:
    with pytest.raises(PackRefused):
        load(changed(*LEAF, to=leaf))


@given(st.data())
def test_no_mutation_of_a_pack_does_more_than_be_refused(data) -> None:
    document = copy.deepcopy(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        parent: Any = document
        while True:
            keys = list(parent) if isinstance(parent, dict) else list(range(len(parent)))
            key = data.draw(st.sampled_from(keys))
            if (
                not isinstance(parent[key], dict | list)
                or not parent[key]
                or data.draw(st.booleans())
            ):
                break
            parent = parent[key]
        parent[key] = data.draw(
            st.sampled_from(
                [None, 0, -1, 1, True, "", "x", [], {}, [[]], {"int": "1"}, parent[key]]
            )
        )
    try:
        pack = load(canonical.encode(document))
    except PackRefused:
        return
    assert pack.rules


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(data) -> None:
    with pytest.raises(PackRefused):
        load(data)


def nodes(rule) -> list[Node]:
    over = rule.over
    leaves = [rule.when, *rule.define.values(), *(clause.that for clause in rule.clauses)]
    leaves += over.where if over else ()
    return [leaf for leaf in leaves if leaf is not None]


def test_a_tree_is_read_as_it_was_written() -> None:
    for rule in builtin.pack().rules:
        for leaf in nodes(rule):
            files = [leaf.place.file]
            assert tree.read(tree.write(leaf, files), files) == leaf


def test_every_operation_can_be_evaluated_and_nothing_else_can() -> None:
    assert PLAIN.keys() | GENERIC.keys() | {"list"} == MAKERS.keys()


def test_a_constant_in_a_tree_is_a_literal() -> None:
    node = Node("value", Place("x.yaml"), (literal.NULL,))
    assert tree.read(tree.write(node, ["x.yaml"]), ["x.yaml"]) == Node(
        "value", Place("x.yaml"), (literal.NULL,)
    )
