"""What is known of a value is a set of values: it obeys their laws and never says too much."""

from hypothesis import given
from hypothesis import strategies as st

from rules.facts.types import BOOL, STRING, Enum, Nullable
from rules.language.flow import NEVER, NOTHING_KNOWN, Known, Possible, domain, these

WORDS = ("fixed", "removable", "network", None)
POSSIBLE = st.builds(Possible, st.frozensets(st.sampled_from(WORDS)), st.booleans())
KNOWN = st.builds(
    Known, st.dictionaries(st.sampled_from([("a",), ("b",)]), POSSIBLE), st.booleans()
)
WORLDS = st.fixed_dictionaries({("a",): st.sampled_from(WORDS), ("b",): st.sampled_from(WORDS)})


def holds(possible: Possible, word: str | None) -> bool:
    return (word in possible.values) is not possible.is_all_but


@given(POSSIBLE, POSSIBLE, st.sampled_from(WORDS))
def test_both_and_either_and_not_are_those_of_sets(one, other, word) -> None:
    assert holds(one & other, word) == (holds(one, word) and holds(other, word))
    assert holds(one | other, word) == (holds(one, word) or holds(other, word))
    assert holds(~one, word) is not holds(one, word)
    assert one.may_be_null == holds(one, None)


@given(KNOWN, KNOWN, WORLDS)
def test_where_two_ways_meet_nothing_is_ruled_out_that_one_of_them_allows(
    one, other, world
) -> None:
    if allows(one, world) or allows(other, world):
        assert allows(one.either(other), world)
    if allows(one, world) and allows(other, world):
        assert allows(one.both(other), world)


def allows(known: Known, world: dict) -> bool:
    return not known.never and all(
        holds(known.of[path], word) for path, word in world.items() if path in known.of
    )


def test_a_closed_type_has_its_words_and_any_other_all_but_null() -> None:
    kind = Enum(("fixed", "removable"))
    assert domain(kind) == these("fixed", "removable")
    assert domain(Nullable(kind)) == these("fixed", "removable", None)
    assert domain(BOOL) == these(True, False)
    assert domain(STRING) == ~these(None)
    assert domain(Nullable(STRING)).may_be_null


def test_a_path_of_which_nothing_is_left_is_never_come_to() -> None:
    known = NOTHING_KNOWN.narrowed(("a",), these("fixed"))
    assert known.narrowed(("a",), these("fixed") & these("removable")).never
    assert known.without({"a"}) == NOTHING_KNOWN
    assert known.either(NEVER) == known
