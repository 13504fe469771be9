"""Sentences in 80 columns, with where they come from at the right."""

from rules.workbench.explaining.columns import WIDTH, beside, pair, wrapped


def test_a_place_stands_at_the_right() -> None:
    (line,) = beside("  C:  fails  C: is unprotected", "disks.yaml:30", 10)
    assert len(line) == WIDTH
    assert line.endswith("  disks.yaml:30")


def test_a_long_sentence_hangs_and_its_place_ends_it() -> None:
    lines = beside(f"  C:  {'word ' * 20}", "disks.yaml:30", 6)
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[1].startswith("      word")
    assert lines[-1].endswith("disks.yaml:30")


def test_a_place_without_room_stands_below() -> None:
    assert beside("x" * 75, "disks.yaml:30", 2) == ["x" * 75, "disks.yaml:30".rjust(WIDTH)]


def test_two_things_stand_side_by_side_if_they_can() -> None:
    assert pair("a = 1", "wanted 2", 6) == ["      a = 1    wanted 2"]
    assert pair("a = 1", "w" * 70, 6) == ["      a = 1", f"      {'w' * 70}"]


def test_nothing_is_a_line() -> None:
    assert wrapped("", 4) == [""]
