"""Colour is for who looks on; a pipe gets none, and what it cannot spell is spelt out."""

import io
import sys

import pytest

from agent.cli.terminal import look, progress, say


@pytest.mark.parametrize(
    ("environment", "is_terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": ""}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
    ],
)
def test_colour_is_for_a_terminal_unless_somebody_says_otherwise(
    environment, is_terminal, coloured
) -> None:
    assert look(environment, is_terminal=is_terminal).colour is coloured


@pytest.mark.parametrize(
    ("environment", "columns"),
    [({}, 80), ({"COLUMNS": "100"}, 100), ({"COLUMNS": "400"}, 120), ({"COLUMNS": "wide"}, 80)],
)
def test_a_pipe_is_as_wide_as_columns_says_else_80(environment, columns) -> None:
    assert look(environment, is_terminal=False).columns == columns


def test_what_a_code_page_lacks_is_spelt_out(monkeypatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    say("é 歯\n")
    assert written.getvalue() == b"\xe9 \\u6b6f\n"


def test_progress_is_one_line_that_is_written_now_and_then_and_goes_again(capsys) -> None:
    seconds = iter([0.0, 0.05, 0.2, 0.25, 0.3])
    show = progress({}, lambda: next(seconds), is_terminal=True)
    for done in range(4):
        show("tests", done, 770)
    show("", 0, 0)
    assert capsys.readouterr().err == "\r\x1b[Ktests: 0 of 770\r\x1b[Ktests: 2 of 770\r\x1b[K"


@pytest.mark.parametrize(("environment", "is_terminal"), [({}, False), ({"TERM": "dumb"}, True)])
def test_progress_is_for_terminals_alone(environment, is_terminal, capsys) -> None:
    progress(environment, is_terminal=is_terminal)("tests", 3, 770)
    assert capsys.readouterr().err == ""
