"""Until when does Microsoft mend a release of Windows, by build and edition?

A build that is not here is not known; none is guessed from its neighbours. Home and Pro end
together, as do Enterprise and Education; long-term editions and servers have dates of their own.

Sources, compared on 22 November 2026 with lists that others keep of them: the Windows release
information (learn.microsoft.com/windows/release-health/windows11-release-information and
/release-information: 26H1, 26H2 and the long-term editions; /windows-server-release-info) and
learn.microsoft.com/lifecycle/products/windows-11-home-and-pro, /windows-11-enterprise-and-education
and the same of Windows 10. What Enterprise gets of 26H2 (build 26300) was not to be confirmed.
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
    (26300, "pro"): _day(2028, 10, 10),
    (28000, "pro"): _day(2028, 3, 14),
    (28000, "enterprise"): _day(2029, 3, 13),
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
    (26100, "server"): _day(2034, 10, 10),
}


def support_ends(build: int, edition: str) -> datetime | None:
    """The last day of its updates; None if this release does not know it."""
    line = "server" if edition.startswith("Server") else _EDITIONS.get(edition)
    return None if line is None else _ENDS.get((build, line))


def may_be_extended(build: int) -> bool:
    """Could somebody have bought updates beyond the end (ESU, for Windows 10 22H2)?

    For private customers until 12 October 2027, for others by contract.
    """
    return build == 19045
