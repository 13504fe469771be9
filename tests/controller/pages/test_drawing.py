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


def test_a_circle_is_drawn_all_the_same() -> None:
    drawn = drawing([Ends("a", "b", "x", "both"), Ends("b", "a", "y", "both")], KINDS)

    assert len(drawn.arrows) == 2


def test_of_several_ways_the_worst_is_shown() -> None:
    lines = [Ends("a", "b", "share", "both"), Ends("a", "b", "usb", "seen")]

    (arrow,) = drawing(lines, KINDS).arrows

    assert (arrow.kind, arrow.word) == ("seen", "2 ways")
