"""The items that a test expects are exactly those that fail, in whatever order they are written."""

from hypothesis import assume, given
from hypothesis import strategies as st

from rules.compiled import builtin
from rules.engine.result import ItemResult, Result
from rules.engine.terms import plain
from rules.errors import Place
from rules.verdict import Verdict
from rules.workbench.cases.case import Entry, Expected
from rules.workbench.proving.compare import compare, failed

RULE = builtin.pack().rule("volumes-encrypted")
HERE = Place("disks_test.yaml", 20, 5, 9)

fails = st.lists(
    st.tuples(st.sampled_from(["C:", "D:", "/boot", "swap-1"]), st.integers(0, 2)),
    unique=True,
    min_size=1,
)


def result(entries):
    items = tuple(
        ItemResult(name, clause, Verdict.FAIL, None, {"volume.name": name})
        for name, clause in entries
    )
    return Result(RULE.id, Verdict.FAIL, plain(RULE), items=items)


def expect(entries):
    return Expected(Verdict.FAIL, HERE, items=tuple(entries), items_place=HERE)


@st.composite
def weakened(draw, entries):
    """The entries as an author writes them: in any order, each saying enough, or less."""
    found = []
    for one in failed(RULE, result(draw(st.permutations(entries)))):
        named, numbered, said = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()))
        found.append(
            Entry(
                one.item.item if named else None,
                one.item.clause if numbered or not said else None,
                one.said if said else None,
                HERE,
            )
        )
    return found


@given(st.data(), fails)
def test_what_fails_is_met_in_any_order_and_by_less_than_all_of_it(data, entries) -> None:
    expected = expect(data.draw(weakened(entries)))
    assert compare(expected, RULE, result(entries)).is_none


@given(st.data(), fails, st.integers(0))
def test_one_entry_too_many_is_told(data, entries, at) -> None:
    expected = data.draw(weakened(entries))
    del expected[at % len(expected)]
    mismatch = compare(expect(expected), RULE, result(entries))
    assert len(mismatch.surplus) == 1
    assert not mismatch.missing


@given(st.data(), fails, st.integers(0))
def test_one_entry_too_few_is_told(data, entries, at) -> None:
    assume(len(entries) > 1)
    expected = data.draw(weakened(entries))
    left = entries[: at % len(entries)] + entries[at % len(entries) + 1 :]
    mismatch = compare(expect(expected), RULE, result(left))
    assert len(mismatch.missing) == 1
    assert not mismatch.surplus


def test_more_than_can_be_listed_is_not_what_was_expected() -> None:
    listed = [("C:", 0)]
    full = Result(RULE.id, Verdict.FAIL, plain(RULE), items=result(listed).items, left_out=7)
    assert compare(expect([Entry("C:", None, None, HERE)]), RULE, full).left_out == 7
