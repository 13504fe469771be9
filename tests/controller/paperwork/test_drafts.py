"""What is typed becomes a statement, or each field says what is wrong with it."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from controller.paperwork import fields
from controller.paperwork.drafts import read
from controller.paperwork.fields import Field
from controller.paperwork.states import Today
from rules.compiled import builtin

KINDS = {kind.id: kind for kind in builtin.pack().attestations}
TODAY = Today(date(2026, 11, 22), ZoneInfo("UTC"))
RESTORED = {
    "result": "pass",
    "performed_on": "2026-11-20",
    "field-opened": "yes",
    "field-took": "45m",
    "doc_where": "binder 3",
}


def test_a_restore_test_is_read_whole() -> None:
    draft = read(KINDS["restore-test"], RESTORED, TODAY).draft

    assert draft.fields == {"opened": True, "took": "45m"}
    assert (draft.performed_on, draft.valid_until) == (date(2026, 11, 20), date(2027, 2, 18))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"result": ""}, "result"),
        ({"result": "fail"}, "reason"),
        ({"result": "not-applicable"}, "reason"),
        ({"performed_on": "yesterday"}, "performed_on"),
        ({"performed_on": "2026-11-23"}, "performed_on"),
        ({"valid_until": "2027-02-19"}, "valid_until"),
        ({"valid_until": "2026-11-01"}, "valid_until"),
        ({"field-opened": ""}, "field-opened"),
        ({"field-opened": "maybe"}, "field-opened"),
        ({"field-took": "a while"}, "field-took"),
        ({"doc_sha": "abc"}, "doc_sha"),
        ({"scope": "a\x00b"}, "scope"),
        ({"doc_where": "x" * 501}, "doc_where"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(typed: dict, field: str) -> None:
    found = read(KINDS["restore-test"], {**RESTORED, **typed}, TODAY)

    assert found.draft is None
    assert list(found.wrong) == [field]


def test_what_was_found_not_to_be_so_needs_no_more_than_a_reason() -> None:
    typed = {"result": "fail", "reason": "the copy was empty", "performed_on": "2026-11-20"}

    assert read(KINDS["restore-test"], typed, TODAY).wrong == {}


def test_a_hash_may_be_pasted_in_groups_and_capitals() -> None:
    typed = {**RESTORED, "doc_sha": "AB12 " * 16}

    assert read(KINDS["restore-test"], typed, TODAY).draft.doc_sha == "ab12" * 16


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_fields_that_this_release_can_ask_for(kind: str) -> None:
    known = {"text", "list", "count", "yes_no", "span", "day"}

    assert {field.type for field in fields.of_kind(KINDS[kind])} <= known


@pytest.mark.parametrize(
    ("of", "value"),
    [
        ("list", ["Sidexis", "Open Dental"]),
        ("yes_no", False),
        ("count", 3),
        ("day", "2027-01-31"),
        ("choice", "cloud"),
        ("text", "a word"),
        ("span", "1d12h"),
    ],
)
def test_a_value_can_be_typed_again(of: str, value: object) -> None:
    field = Field("one", "One", of, choices=(("cloud", "In a cloud"),))

    assert fields.read(field, fields.typed(field, value)) == value
