"""A fact of any size leaves in one report: cut where it is long, and saying so."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.errands import cutting
from evidence import readings
from rules.facts.base import Cost, Reading, Source, Status

MOST = 4096


def volumes(value: object) -> dict:
    """The envelope of `volumes` as it would leave."""
    read = Reading(
        fact="volumes",
        status=Status.OK,
        value=value,
        observed_at=datetime(2026, 11, 22, 13, 40, tzinfo=UTC),
        ttl=timedelta(minutes=5),
        reasons=(),
        source=tuple(Source(f"run:dmsetup table {n}") for n in range(3)),
        privilege="root",
        cost=Cost(12, 3, 1),
    )
    return readings.redact(read, lambda noun, value, host="": f"{noun}-1", b"k" * 32)


def many(count: int) -> list:
    return [{"name": f"/srv/{n}", "protection": "none"} for n in range(count)]


def test_a_fact_that_fits_leaves_as_it_is() -> None:
    whole = volumes(many(3))
    assert cutting.fitted(whole, MOST) is whole


def test_a_long_list_is_cut_and_says_that_it_is_incomplete() -> None:
    cut = cutting.fitted(volumes(many(1000)), MOST)

    assert len(json.dumps(cut)) <= MOST
    assert cut["status"] == "partial"
    assert cut["value"]["$missing"] == "too_large"
    assert 10 < len(cut["value"]["$items"]) < 1000
    assert {"code": "too_large", "at": "volumes"} in cut["reasons"]


def test_what_is_left_may_leave_and_is_read_as_incomplete() -> None:
    cut = cutting.fitted(volumes(many(1000)), MOST)
    assert readings.check("volumes", cut) is cut


def test_a_list_within_one_item_is_cut_before_the_item_goes() -> None:
    one = {"name": "/", "protection": "none", "keys": [f"slot {n}" for n in range(2000)]}
    document = volumes(many(1))
    cut = cutting.fitted({**document, "value": [one]}, MOST)

    (left,) = cut["value"]
    assert left["keys"]["$missing"] == "too_large"
    assert left["protection"] == "none"


def test_without_a_list_to_cut_it_is_unknown() -> None:
    document = {**volumes(many(1)), "value": {"text": "x" * 9000}}
    cut = cutting.fitted(document, MOST)

    assert (cut["status"], cut["value"]) == ("unknown", {"$unknown": "too_large"})


@given(
    st.recursive(st.text(max_size=40), lambda inner: st.lists(inner, max_size=30), max_leaves=90)
)
def test_whatever_it_holds_it_fits_in_the_end(value: object) -> None:
    cut = cutting.fitted({**volumes(many(1)), "value": value}, 900)
    assert len(json.dumps(cut)) <= 900 or cut["value"] == {"$unknown": "too_large"}
