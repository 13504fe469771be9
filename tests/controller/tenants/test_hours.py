"""Opening hours are read as people write them, and nothing else is taken for hours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import Refusal
from controller.tenants import hours


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("08:00-17:00", [["08:00", "17:00"]]),
        (" 8:00 – 12.30, 13:00 to 17:30 ", [["08:00", "12:30"], ["13:00", "17:30"]]),
        ("", []),
    ],
)
def test_a_day_is_read(typed: str, read: list[list[str]]) -> None:
    assert hours.read({"mon": typed}).get("mon", []) == read


@pytest.mark.parametrize(
    "typed",
    ["8-17", "17:00-08:00", "08:00-08:00", "24:00-25:00", "always", "13:00-17:00, 08:00-12:00"],
)
def test_what_is_no_day_is_refused_by_its_name(typed: str) -> None:
    with pytest.raises(Refusal, match="Tuesday") as refused:
        hours.read({"tue": typed})

    assert "08:00-12:00, 13:00-17:30" in refused.value.help


@given(
    st.dictionaries(
        st.sampled_from(list(hours.DAYS)),
        st.lists(st.times(), min_size=2, max_size=8, unique_by=lambda at: (at.hour, at.minute)).map(
            lambda times: sorted(f"{at:%H:%M}" for at in times[: len(times) // 2 * 2])
        ),
    )
)
def test_what_is_written_is_read_back(days: dict[str, list[str]]) -> None:
    opening = {
        day: [times[n : n + 2] for n in range(0, len(times), 2)] for day, times in days.items()
    }

    assert hours.read(hours.written(opening)) == opening


def test_closed_days_are_dates_each_once() -> None:
    assert hours.closures("2026-12-25\n2026-12-24 2026-12-24") == ["2026-12-24", "2026-12-25"]
    with pytest.raises(Refusal, match="'Christmas' is no date"):
        hours.closures("Christmas")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "\0"])
def test_a_zone_that_nobody_lives_in_is_refused(name: str) -> None:
    with pytest.raises(Refusal, match="no time zone"):
        hours.zone(name)


def test_zones_are_offered() -> None:
    assert {"America/New_York", "Pacific/Honolulu"} <= set(hours.zones())
    assert hours.zone(" America/New_York ") == "America/New_York"
