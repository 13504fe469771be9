"""Every way is drawn once, from left to right where there is no circle, within the sheet."""

from hypothesis import given
from hypothesis import strategies as st

from controller.pages.drawing import HIGH, WIDE, Ends, columns, drawing

KINDS = ("seen", "declared", "both")
names = st.sampled_from("abcdefg")
ends = st.builds(Ends, names, names, st.just("a way"), st.sampled_from(KINDS))


@given(st.lists(ends, min_size=1, max_size=25))
def test_every_pair_of_boxes_has_one_arrow_and_boxes_do_not_overlap(lines: list[Ends]) -> None:
    drawn = drawing(lines, KINDS)

    assert len(drawn.arrows) == len({(one.source, one.target) for one in lines})
    assert {box.name for box in drawn.boxes} == {
        name for one in lines for name in (one.source, one.target)
    }
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(set(places)) == len(places)
    assert all(x + WIDE <= drawn.width and y + HIGH <= drawn.height for x, y in places)


def test_a_chain_goes_from_left_to_right() -> None:
    assert columns([("sensor", "store"), ("store", "nas"), ("nas", "cloud")]) == {
        "sensor": 0,
        "store": 1,
        "nas": 2,
        "cloud": 3,
    }


def test_a_circle_is_drawn_all_the_same_and_moves_nothing() -> None:
    chain = [("a", "b"), ("b", "c")]
    drawn = drawing([Ends(*pair, "x", "both") for pair in (*chain, ("c", "a"))], KINDS)

    assert len(drawn.arrows) == 3
    assert columns([*chain, ("c", "a")]) == columns(chain)


def test_what_begins_stands_right_before_what_it_leads_to() -> None:
    assert columns([("sensor", "store"), ("store", "cloud"), ("server", "cloud")])["server"] == 1


def test_no_word_stands_upon_another() -> None:
    lines = [Ends("a", target, "way", "both") for target in "bcd"] + [Ends("e", "b", "w", "both")]

    places = [arrow.at for arrow in drawing(lines, KINDS).arrows]

    assert all(abs(one[1] - two[1]) >= 14 for one in places for two in places if one != two)


def test_of_several_ways_the_worst_is_shown() -> None:
    lines = [Ends("a", "b", "share", "both"), Ends("a", "b", "usb", "seen")]

    (arrow,) = drawing(lines, KINDS).arrows

    assert (arrow.kind, arrow.word) == ("seen", "2 ways")
