"""What of a fact, as it was read, leaves beside its value?"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evidence import readings
from evidence.errors import EvidenceError, LeavesTooMuch, Malformed
from rules.facts.base import Cost, Reading, Reason, Source, Status, Why
from tests.evidence.test_minimum import KEY, numbers

VOLUMES = Reading(
    fact="volumes",
    status=Status.PARTIAL,
    value=[{"name": "/srv", "mount": "/srv/Smith", "protection": {"$unknown": "timeout"}}],
    observed_at=datetime(2026, 11, 22, 13, 40, tzinfo=UTC),
    ttl=timedelta(minutes=5),
    reasons=(Reason(Why.TIMEOUT, "volumes[0].protection", "dmsetup hung on /srv/Smith"),),
    source=(
        Source("read:/proc/self/mountinfo"),
        Source("run:dmsetup table --target crypt", 0),
        Source("stat:/srv/Smith/1987.dcm"),
        Source("stat:/home/smith"),
    ),
    privilege="root",
    cost=Cost(12, 3, 1),
)


@pytest.fixture
def left() -> dict[str, Any]:
    return readings.redact(VOLUMES, numbers, KEY)


def test_a_reading_leaves_without_its_paths(left: dict[str, Any]) -> None:
    assert left["value"] == [{"name": "/srv", "protection": {"$unknown": "timeout"}}]
    assert left["reasons"] == [{"code": "timeout", "at": "volumes[0].protection"}]
    assert left["source"] == [
        {"call": "read:/proc/self/mountinfo"},
        {"call": "run:dmsetup", "rc": 0},
        {"call": "stat"},
    ]
    assert "mith" not in json.dumps(left)


def test_what_has_left_passes_the_check(left: dict[str, Any]) -> None:
    assert readings.check("volumes", left) is left


def test_a_reason_at_a_place_of_no_fact_is_that_of_the_whole() -> None:
    odd = VOLUMES._replace(reasons=(Reason(Why.TIMEOUT, "volumes['Smith']"),))

    assert readings.redact(odd, numbers, KEY)["reasons"] == [{"code": "timeout", "at": "volumes"}]


@pytest.mark.parametrize(
    ("call", "kept"),
    [
        ("run:/usr/bin/apt-get -s dist-upgrade", "run:apt-get"),
        ("run:probe bitlocker", "run:probe bitlocker"),
        ("run:probe C:\\PDATA\\Smith", "run:probe"),
        ("run:C:\\PDATA\\Smith.exe", "run"),
        ("read:/etc/sudoers.d/smith", "read:/etc/sudoers.d"),
        ("read:/etc/smith", "read"),
        ("read:/etc/aptitude/smith", "read"),
        ("list:/home/smith", "list"),
        ("stat:/proc/../home/smith", "stat:/proc"),
        ("registry:HKLM\\SOFTWARE\\Smith", "registry:HKLM\\SOFTWARE"),
        ("registry:HKU\\S-1-5-21-1", "registry"),
        ("Smith, John", "run"),
        ("", "run"),
        ("read", "read"),
    ],
)
def test_of_a_call_leaves_what_says_nothing_of_whose_machine_it_is(call: str, kept: str) -> None:
    assert readings.call(call) == kept
    assert readings.call(kept) == kept


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"patient": "Smith"}, Malformed),
        ({"fact": "host"}, LeavesTooMuch),
        ({"fact": "Smith, John"}, Malformed),
        ({"value": [{"mount": "/srv/Smith"}]}, LeavesTooMuch),
        ({"reasons": [{"code": "timeout", "at": "volumes.smith"}]}, LeavesTooMuch),
        ({"reasons": [{"code": "timeout", "at": "host.name"}]}, LeavesTooMuch),
        ({"reasons": [{"code": "timeout", "at": "volumes", "detail": "Smith"}]}, Malformed),
        ({"reasons": [{"code": "Smith", "at": "volumes"}]}, Malformed),
        ({"source": [{"call": "read:/srv/Smith.dcm"}]}, Malformed),
        ({"source": [{"call": 5}]}, Malformed),
        ({"observed_at": "Smith"}, Malformed),
        ({"observed_at": "2026-13-22T13:40:00Z"}, Malformed),
        ({"observed_at": 5}, Malformed),
        ({"ttl": "5m"}, Malformed),
        ({"status": "Smith"}, Malformed),
        ({"privilege": "Smith"}, Malformed),
        ({"cost": {"wall_ms": 1}}, Malformed),
    ],
)
def test_a_reading_has_no_room_for_a_name(
    left: dict[str, Any], change: dict[str, Any], error: type[EvidenceError]
) -> None:
    with pytest.raises(error) as refused:
        readings.check("volumes", left | change)
    assert "Smith" not in str(refused.value)


def test_the_known_places_are_in_order_and_stand_once() -> None:
    assert list(readings.KNOWN_PLACES) == sorted(set(readings.KNOWN_PLACES))
