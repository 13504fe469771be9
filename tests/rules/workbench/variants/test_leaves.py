"""Every leaf of a rule has its spot, and any other leaf can be put there."""

import pytest

from rules.compiled import builtin
from rules.compiled.literal import Literal
from rules.compiled.tree import Node
from rules.workbench.variants.leaves import Spot, leaves, with_leaf

RULES = {rule.id: rule for rule in builtin.pack().rules}


@pytest.mark.parametrize("identifier", RULES)
def test_a_leaf_is_changed_in_its_spot_and_nowhere_else(identifier) -> None:
    rule = RULES[identifier]
    before = dict(leaves(rule))
    assert before
    for spot, leaf in before.items():
        other = Node("value", leaf.place, (Literal("bool", value=True),))
        after = dict(leaves(with_leaf(rule, spot, other)))
        assert after == {**before, spot: other}
        assert dict(leaves(rule)) == before


def test_a_spot_is_called_by_its_key_and_its_number() -> None:
    spots = [Spot("when"), Spot("define", "fresh"), Spot("must", 0), Spot("where", 1)]
    assert [str(spot) for spot in spots] == ["when", "define.fresh", "must[0]", "where[1]"]


def test_a_rule_that_walks_no_list_has_no_where() -> None:
    rule = next(rule for rule in RULES.values() if rule.over is None)
    with pytest.raises(KeyError, match="walks no list"):
        with_leaf(rule, Spot("where", 0), dict(leaves(rule))[Spot("must", 0)])
