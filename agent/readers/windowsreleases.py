"""Until when does Microsoft mend a release of Windows, by build and edition?

A build that is not here is not known; none is guessed from its neighbours. Home and Pro end
together, as do Enterprise and Education; long-term editions and servers have dates of their own.

Source: learn.microsoft.com/lifecycle/products (Windows 10, 11, Server; extended end date where
security updates come to all until then); as of November 2026.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal, TypeAlias

Line: TypeAlias = Literal["pro", "enterprise", "ltsc", "iot_ltsc", "server"]

_EDITIONS: Mapping[str, Line] = {
    **dict.fromkeys(("Core", "CoreN", "CoreSingleLanguage", "CoreCountrySpecific"), "pro"),
    **dict.fromkeys(("Professional", "ProfessionalN", "ProfessionalWorkstation"), "pro"),
    **dict.fromkeys(("ProfessionalEducation", "ProfessionalWorkstationN"), "pro"),
    **dict.fromkeys(("Enterprise", "EnterpriseN", "Education", "EducationN"), "enterprise"),
    "IoTEnterprise": "enterprise",
    **dict.fromkeys(("EnterpriseS", "EnterpriseSN"), "ltsc"),
    "IoTEnterpriseS": "iot_ltsc",
}
"""EditionID to the line of dates that it follows."""


def _day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


_ENDS: Mapping[tuple[int, Line], datetime] = {
    (19044, "pro"): _day(2023, 6, 13),
    (19044, "enterprise"): _day(2024, 6, 11),
    (19045, "pro"): _day(2025, 10, 14),
    (19045, "enterprise"): _day(2025, 10, 14),
    (22000, "pro"): _day(2023, 10, 10),
    (22000, "enterprise"): _day(2024, 10, 8),
    (22621, "pro"): _day(2024, 10, 8),
    (22621, "enterprise"): _day(2025, 10, 14),
    (22631, "pro"): _day(2025, 11, 11),
    (22631, "enterprise"): _day(2026, 11, 10),
    (26100, "pro"): _day(2026, 10, 13),
    (26100, "enterprise"): _day(2027, 10, 12),
    (26200, "pro"): _day(2027, 10, 12),
    (26200, "enterprise"): _day(2028, 10, 10),
    (14393, "ltsc"): _day(2026, 10, 13),
    (17763, "ltsc"): _day(2029, 1, 9),
    (17763, "iot_ltsc"): _day(2029, 1, 9),
    (19044, "ltsc"): _day(2027, 1, 12),
    (19044, "iot_ltsc"): _day(2032, 1, 13),
    (26100, "ltsc"): _day(2029, 10, 9),
    (26100, "iot_ltsc"): _day(2034, 10, 10),
    (14393, "server"): _day(2027, 1, 12),
    (17763, "server"): _day(2029, 1, 9),
    (20348, "server"): _day(2031, 10, 14),
}


def support_ends(build: int, edition: str) -> datetime | None:
    """The last day of its updates; None if this release does not know it."""
    line = "server" if edition.startswith("Server") else _EDITIONS.get(edition)
    return None if line is None else _ENDS.get((build, line))


def may_be_extended(build: int) -> bool:
    """Could somebody have bought updates beyond the end (ESU, for Windows 10 22H2)?"""
    return build == 19045
