"""Who looks for viruses here, in real time, with how old an eye?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.facts.antivirus import linux as antivirus
from agent.host.tree import TreeHost
from agent.readers import clamav
from rules.facts.antivirus import Product
from rules.facts.base import Unknown, Why
from tests.agent.facts.clinic import VIRUSES, about

CLAMAV = {
    "/usr/sbin/clamd": "",
    "/proc/701/comm": "clamd\n",
    "/proc/702/comm": "clamonacc\n",
    "/var/lib/clamav/daily.cld": VIRUSES,
}


def found(files: dict[str, Any]) -> list[Product]:
    return list(
        antivirus.linux(TreeHost({"/proc/1/comm": "init\n"} | files), about()).products.items
    )


def test_clamav_in_real_time_is_active() -> None:
    (one,) = found(CLAMAV)
    assert (one.name, one.enabled, one.realtime, one.mode) == ("ClamAV", True, True, "active")
    assert one.signatures == datetime(2026, 11, 21, 8, 28, tzinfo=UTC)


def test_without_its_scanner_of_opened_files_it_only_waits_to_be_asked() -> None:
    (one,) = found({path: said for path, said in CLAMAV.items() if "702" not in path})
    assert (one.enabled, one.realtime, one.mode) == (True, False, "passive")


@pytest.mark.parametrize(
    ("files", "signatures"),
    [
        ({"/var/lib/clamav/daily.cld": b"<html>"}, Unknown(Why.PARSE_ERROR)),
        ({"/var/lib/clamav/daily.cld": {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
        (
            {"/var/lib/clamav/daily.cvd": VIRUSES.replace(b"21 Nov", b"22 Nov")},
            datetime(2026, 11, 22, 8, 28, tzinfo=UTC),
        ),
    ],
)
def test_signatures_are_as_old_as_the_newest_database(files, signatures) -> None:
    assert found(CLAMAV | files)[0].signatures == signatures


def test_signatures_that_were_never_fetched_are_none() -> None:
    kept = {path: said for path, said in CLAMAV.items() if "clamav" not in path}
    assert found(kept)[0].signatures is None


def test_a_product_that_tells_nothing_is_named_and_unknown() -> None:
    files = {"/opt/CrowdStrike/falconctl": "", "/proc/9/comm": "falcon-sensor\n"}
    (one,) = found(files)
    assert (one.name, one.enabled) == ("CrowdStrike Falcon", True)
    assert one.realtime == one.signatures == Unknown(Why.TOOL_MISSING)


def test_a_machine_without_one_has_none() -> None:
    assert found({}) == []


def test_a_database_without_a_month_is_none() -> None:
    with pytest.raises(ValueError, match="no day"):
        clamav.built_at(VIRUSES.replace(b"Nov", b"Okt"))
