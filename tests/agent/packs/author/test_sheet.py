"""Paper brings a key back, and says where it was copied wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import AuthorError
from agent.packs.author import sheet
from evidence.keys import SigningKey

KEY = SigningKey.from_seed(bytes(range(32)))


@given(st.binary(min_size=32, max_size=32))
def test_the_rows_of_any_key_bring_it_back(seed: bytes) -> None:
    key = SigningKey.from_seed(seed)
    assert sheet.read("\n".join(sheet.rows(key))).seed == seed


def test_case_blanks_and_numbers_of_rows_mean_nothing() -> None:
    rows = [" ".join(row.lower().split()[1:]) for row in sheet.rows(KEY)]
    assert sheet.read("\n\n".join(rows)) == KEY


@pytest.mark.parametrize("row", range(4))
def test_a_slip_of_the_pen_is_found_in_its_row(row: int) -> None:
    rows = sheet.rows(KEY)
    words = rows[row].split()
    words[1] = words[1][1:] + words[1][0] if len(set(words[1])) > 1 else "ABAB"
    rows[row] = " ".join(words)
    with pytest.raises(AuthorError, match=f"row {row + 1} does not match"):
        sheet.read("\n".join(rows))


def test_rows_in_another_order_are_found() -> None:
    rows = sheet.rows(KEY)
    with pytest.raises(AuthorError, match="row 1"):
        sheet.read("\n".join([rows[1], rows[0], *rows[2:]]))


def test_a_row_that_is_missing_is_found() -> None:
    with pytest.raises(AuthorError, match="52 characters in four rows; these are 48"):
        sheet.read("\n".join(sheet.rows(KEY)[:3]))


def test_the_sheet_names_each_key_and_fits_a_page() -> None:
    text = sheet.sheet({"root-a": KEY, "author": KEY}, "north-quay", "2026-11-23")
    assert text.count(KEY.keyid[:16]) == 2
    assert max(map(len, text.splitlines())) <= 80
    assert len(text.splitlines()) < 60
