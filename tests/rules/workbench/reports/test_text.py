"""A person reads place, sentence, line, caret and help, whatever the rules hold."""

import pytest

from rules.errors import Place, Problem
from rules.language.source import Source
from rules.workbench.reports import text
from rules.workbench.reports.base import Look, Outcome, summary
from rules.workbench.reports.columns import width

LINE = '    where: volume.kind == "fixd" and volume.holds_imaging'
FIXD = Problem(
    "DL306", 'volume.kind is never "fixd"', Place("disks.yaml", 14, 27, 33), 'did you mean "fixed"?'
)


def source(file: str, line: str, number: int = 1) -> Source:
    return Source(file, line, ("",) * (number - 1) + (line,))


@pytest.fixture
def disks() -> dict[str, Source]:
    return {"disks.yaml": source("disks.yaml", LINE, 14)}


def test_a_problem_is_shown_with_its_line_and_a_caret(disks) -> None:
    assert text.lines([FIXD], disks) == [
        'disks.yaml:14:27: error DL306: volume.kind is never "fixd"',
        '   14 |     where: volume.kind == "fixd" and volume.holds_imaging',
        "      |                           ^^^^^^",
        '      = help: did you mean "fixed"?',
    ]


def test_notes_stand_between_the_caret_and_the_help(disks) -> None:
    notes = ("expected  fail", "got       pass")
    noted = Problem(FIXD.id, FIXD.message, FIXD.place, FIXD.help, notes=notes)
    assert text.lines([noted], disks)[3:] == [
        "      = expected  fail",
        "      = got       pass",
        '      = help: did you mean "fixed"?',
    ]


def test_wide_characters_take_two_columns_and_a_tab_one() -> None:
    sources = {"a.yaml": source("a.yaml", "歯\tsay: x")}
    problem = Problem("DL101", "it", Place("a.yaml", 1, 8, 9))
    assert text.lines([problem], sources)[1:] == ["    1 | 歯 say: x", "      |         ^"]


def test_a_line_of_a_megabyte_is_cut_round_the_mistake() -> None:
    line = "x" * 500_000 + "WRONG" + "x" * 500_000
    sources = {"a.yaml": source("a.yaml", line)}
    problem = Problem("DL101", "it", Place("a.yaml", 1, 500_001, 500_006))
    _, shown, caret = text.lines([problem], sources)
    assert len(shown) == 80
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "WRONG"


def test_long_sentences_are_wrapped_under_their_place() -> None:
    problem = Problem(
        "DL104",
        "a rule has one of every, no and some, and this has every and no, " * 3,
        Place("practice/disks.yaml", 3, 1, 2),
        "write two rules, one with every and one with no, " * 3,
    )
    lines = text.lines([problem], {})
    assert max(map(len, lines)) <= 80
    assert all(line.startswith("      ") for line in lines[1:])
    assert lines[-1].startswith("              ")


def test_the_marked_stretch_is_coloured_for_a_terminal_and_nothing_for_a_pipe(disks) -> None:
    shown = "\n".join(text.lines([FIXD], disks, Look(colour=True)))
    assert "\x1b[1;31m^^^^^^\x1b[0m" in shown
    assert "\x1b" not in "\n".join(text.lines([FIXD], disks))


def test_colour_changes_no_character(disks) -> None:
    import re

    shown = "\n".join(text.lines([FIXD], disks, Look(colour=True)))
    assert re.sub("\x1b\\[[0-9;]*m", "", shown) == "\n".join(text.lines([FIXD], disks))


def test_names_can_do_nothing_to_a_terminal() -> None:
    evil = "\x1b[2Jdisks\u202e.yaml"
    problem = Problem("DL101", f"no key {evil}", Place(evil, 1, 1, 2), evil)
    shown = "\n".join(text.lines([problem], {evil: source(evil, evil)}))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("columns", [1, 40, 80, 120])
def test_no_line_is_wider_than_the_terminal(disks, columns) -> None:
    lines = text.lines([FIXD], disks, Look(columns))
    assert max(map(width, lines)) <= max(columns, 40)


def test_a_line_number_of_six_digits_moves_the_caret_with_it() -> None:
    sources = {"a.yaml": source("a.yaml", "say: x", 123_456)}
    _, shown, caret = text.lines([Problem("DL1", "it", Place("a.yaml", 123_456, 6, 7))], sources)
    assert shown.index("x") == caret.index("^")


def test_more_than_a_person_reads_is_counted() -> None:
    problems = [Problem("DL101", "it", Place("a.yaml", n + 1)) for n in range(1000)]
    shown = text.write(Outcome(problems, {"files": 1}, {}), Look()).splitlines()
    assert len(shown) == 202
    assert shown[-2:] == ["and 800 more: --format json has them all", "1 file: 1000 errors"]


def test_ten_thousand_mistakes_on_one_line_of_a_megabyte_take_no_time() -> None:
    line = "x" * 1_000_000
    problems = [Problem("DL101", "it", Place("a.yaml", 1, n * 100 + 1)) for n in range(10_000)]
    outcome = Outcome(problems, {}, {"a.yaml": source("a.yaml", line)})
    assert len(text.write(outcome, Look())) < 100_000


@pytest.mark.parametrize(
    ("levels", "counts", "said"),
    [
        ("", {"files": 1, "rules": 1, "leaves": 1}, "1 file, 1 rule, 1 leaf: no errors"),
        ("e", {"files": 2, "rules": 13, "leaves": 44}, "2 files, 13 rules, 44 leaves: 1 error"),
        ("eew", {"files": 2, "rules": 0}, "2 files, no rules: 2 errors, 1 warning"),
        ("ww", {"tests": 1}, "1 test: 2 warnings"),
    ],
)
def test_one_line_counts_with_true_plurals(levels, counts, said) -> None:
    ids = {"e": "DL101", "w": "DL409"}
    problems = [Problem(ids[level], "it", Place("a.yaml")) for level in levels]
    assert summary(problems, counts) == said
    assert text.write(Outcome(problems, counts, {}), Look()).endswith(f"{said}\n")
