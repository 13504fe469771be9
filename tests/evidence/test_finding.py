"""What is said of an imaging file outside its machine?"""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import finding
from evidence.errors import Malformed
from evidence.finding import Finding, Imaging
from rules.facts.describe import describe
from rules.facts.imaging import Finding as FindingOfFact
from tests.evidence.test_report import FINDING

KINDS = ["dicom", "image", "pdf", "archive", "mail"]


def found(number: int, kind: str) -> Finding:
    return Finding.from_fact(FINDING | {"id": f"{number:032x}", "kind": kind})


@given(st.lists(st.sampled_from(KINDS), max_size=60))
def test_the_newest_are_listed_and_one_of_each_kind(kinds: list[str]) -> None:
    findings = [found(number, kind) for number, kind in enumerate(kinds)]
    listed, unlisted = finding.choose(findings)

    assert len(listed) == min(len(findings), finding.LISTED)
    assert len(listed) + unlisted == len(findings)
    assert {each.kind for each in listed} == set(kinds)
    assert list(listed) == [each for each in findings if each in listed]
    if unlisted == 0:
        assert list(listed) == findings


def test_without_a_rare_kind_the_newest_are_taken() -> None:
    findings = [found(number, "dicom") for number in range(30)] + [found(30, "pdf")]
    listed, unlisted = finding.choose(findings)

    assert [each.id for each in listed] == [f"{n:032x}" for n in [*range(19), 30]]
    assert unlisted == 11


def test_a_finding_says_what_the_fact_says_and_no_more() -> None:
    assert [field.name for field in fields(Finding)] == [
        field.name for field in describe(FindingOfFact).fields
    ]


def test_what_was_not_read_of_volume_or_reach_is_unknown() -> None:
    said = Finding.from_fact(FINDING | {"volume": {"$unknown": "timeout"}})

    assert (said.volume, said.reach) == ("unknown", "unknown")


@pytest.mark.parametrize(
    "change",
    [{"path": "/srv/Smith.dcm"}, {"root": "Smith John"}, {"id": "smith"}, {"kind": {}},
     {"verdict": "encrypted"}, {"state": None}],
)  # fmt: skip
def test_a_finding_has_no_room_for_a_name(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed) as refused:
        Finding.from_fact(FINDING | change)
    assert "Smith" not in str(refused.value)


def test_a_list_that_is_not_whole_lists_what_it_has() -> None:
    said = Imaging.from_fact({"exposed": {"$items": [FINDING], "$missing": "too_large"}})

    assert [each.id for each in said.findings] == [FINDING["id"]]
    assert said.roots == said.coverage == said.mass_change == {"$unknown": "not_collected"}


@pytest.mark.parametrize(
    "item", [{"$unknown": "timeout"}, FINDING | {"kind": {"$unknown": "timeout"}}]
)
def test_a_finding_that_says_too_little_is_counted(item: dict[str, Any]) -> None:
    said = Imaging.from_fact({"exposed": [FINDING, item]})

    assert len(said.findings) == 1
    assert said.unlisted == 1


def test_a_list_that_was_not_read_lists_nothing() -> None:
    assert Imaging.from_fact({"exposed": {"$unknown": "timeout"}}).findings == ()
