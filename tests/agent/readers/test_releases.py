"""The ends of support are those of the vendors' own tables, where this machine has one."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.readers import releases, windowsreleases

MOVED = timedelta(days=45)
"""An older table does not know that a vendor moved an end by some weeks, as Debian did for 12."""

TABLES = Path("/usr/share/distro-info")


def told() -> list[tuple[str, dict[str, str]]]:
    """Each release of Debian and Ubuntu that distro-info-data tells of, and that we know."""
    rows = []
    for name in ("debian", "ubuntu"):
        if (TABLES / f"{name}.csv").is_file():
            with (TABLES / f"{name}.csv").open(encoding="utf-8") as table:
                rows += [(name, row) for row in csv.DictReader(table)]
    return [(name, row) for name, row in rows if releases.support(name, number(row))]


def number(row: dict[str, str]) -> str:
    return row["version"].removesuffix(" LTS")


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.skipif(not told(), reason="no /usr/share/distro-info: install distro-info-data")
def test_debian_and_ubuntu_end_as_their_own_tables_say() -> None:
    for name, row in told():
        known = releases.support(name, number(row))
        assert known is not None
        more = row["eol-lts"] if name == "debian" else row["eol-esm"]
        assert abs(known.ends - day(row["eol"])) <= MOVED, (name, row)
        assert known.extended is not None
        assert abs(known.extended - day(more)) <= MOVED, (name, row)


def test_windows_ends_on_tuesdays() -> None:
    """Updates come on the second Tuesday of a month, so the last of them does."""
    for ends in windowsreleases._ENDS.values():
        assert (ends.strftime("%A"), 8 <= ends.day <= 14) == ("Tuesday", True)


@pytest.mark.parametrize(
    ("build", "edition", "ends"),
    [
        (26100, "Professional", "2026-10-13"),
        (26300, "Core", "2028-10-10"),
        (28000, "Education", "2029-03-13"),
        (26100, "ServerStandard", "2034-10-10"),
        (19044, "IoTEnterpriseS", "2032-01-13"),
    ],
)
def test_a_windows_ends_by_build_and_edition(build, edition, ends) -> None:
    assert windowsreleases.support_ends(build, edition) == day(ends)


def test_what_is_not_confirmed_is_not_known() -> None:
    assert windowsreleases.support_ends(26300, "Enterprise") is None
    assert windowsreleases.support_ends(99999, "Professional") is None
    assert releases.support("debian", "99") is None
