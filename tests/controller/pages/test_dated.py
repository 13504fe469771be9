"""Days and months in a text are written as people write them; nothing else of it is touched."""

import pytest

from controller.pages.templatetags.words import dated

SPACE = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("training by 2026-12-06", "training by 6 Dec 2026"),
        ("done 2026-10-01, until 2027-10-01.", "done 1 Oct 2026, until 1 Oct 2027."),
        ("Scorecard of 2026-10", "Scorecard of Oct 2026"),
    ],
)
def test_days_and_months_are_written_in_words(text: str, read: str) -> None:
    assert dated(text).replace(SPACE, " ") == read


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-02-30", "W-2026-001", "2026-10-01T08:00:00Z", "KB-2026-10", "2026"]
)
def test_what_is_no_day_stays_as_it_is(text: str) -> None:
    assert dated(text) == text
