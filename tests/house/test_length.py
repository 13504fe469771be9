"""A module answers one question: past 300 lines it answers two."""

from pathlib import Path

HOUSE = Path(__file__).parents[2]
ROOMS = ("rules", "evidence", "agent", "controller")
LONGEST = 300


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        str(path.relative_to(HOUSE)): len(path.read_text(encoding="utf-8").splitlines())
        for room in ROOMS
        for path in (HOUSE / room).rglob("*.py")
        if "migrations" not in path.parts
    }
    assert lengths
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
