"""Until when does its vendor mend a release of Linux?

`ends` is the end of the vendor's own support for all, `extended` that of the support that follows
it: Debian's LTS comes through the same archive to everybody, Ubuntu's ESM only to machines that
are attached to it. A release that is not here is not known; none is guessed from its neighbours.

Sources, compared on 22 November 2026: Debian's and Ubuntu's own tables (debian.csv and ubuntu.csv
of the package distro-info-data, 0.58+deb12u6; also wiki.debian.org/DebianReleases and
ubuntu.com/about/release-cycle), wiki.rockylinux.org/include/releng/version_table,
wiki.almalinux.org/release-notes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Support:
    """`for_all`: the extended support reaches every machine without a contract."""

    ends: datetime
    extended: datetime | None = None
    for_all: bool = False


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


_RELEASES: Mapping[tuple[str, str], Support] = {
    ("debian", "10"): Support(_day(2022, 9, 10), _day(2024, 6, 30), for_all=True),
    ("debian", "11"): Support(_day(2024, 8, 14), _day(2026, 8, 31), for_all=True),
    ("debian", "12"): Support(_day(2026, 7, 11), _day(2028, 6, 30), for_all=True),
    ("debian", "13"): Support(_day(2028, 8, 9), _day(2030, 6, 30), for_all=True),
    ("ubuntu", "18.04"): Support(_day(2023, 5, 31), _day(2028, 4, 26)),
    ("ubuntu", "20.04"): Support(_day(2025, 5, 29), _day(2030, 4, 23)),
    ("ubuntu", "22.04"): Support(_day(2027, 6, 1), _day(2032, 4, 21)),
    ("ubuntu", "24.04"): Support(_day(2029, 5, 31), _day(2034, 4, 25)),
    ("ubuntu", "26.04"): Support(_day(2031, 5, 29), _day(2036, 4, 23)),
    ("rocky", "8"): Support(_day(2029, 5, 31)),
    ("rocky", "9"): Support(_day(2032, 5, 31)),
    ("almalinux", "8"): Support(_day(2029, 3, 1)),
    ("almalinux", "9"): Support(_day(2032, 5, 31)),
    ("almalinux", "10"): Support(_day(2035, 5, 31)),
}


def support(distribution: str, version: str) -> Support | None:
    """The support of a release by ID and VERSION_ID of os-release; None if it is not known."""
    major = version.partition(".")[0]
    return _RELEASES.get((distribution, version)) or _RELEASES.get((distribution, major))
