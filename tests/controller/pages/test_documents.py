"""Facts read as names and values, in the catalogue's order, with every hole said."""

from datetime import UTC, datetime

import pytest

from controller.fleet.models import FactsNow
from controller.pages import documents
from controller.pages.reasons import why
from rules.facts.base import Why
from rules.facts.form import timestamp
from tests.controller.bright_smiles import root, volume

AT = datetime(2026, 11, 22, 9, 14, tzinfo=UTC)


def told(name: str, value: object, status: str = "ok") -> documents.Document:
    envelope = {
        "status": status,
        "value": value,
        "observed_at": timestamp(AT),
        "source": [{"call": "read:/proc"}],
    }
    (document,) = documents.facts(FactsNow(document={name: envelope}))
    return document


def test_fields_stand_in_the_order_of_the_catalogue_whatever_the_order_of_the_json() -> None:
    backwards = dict(reversed(volume("/").items()))

    (fields,) = told("volumes", [backwards]).items

    assert [name for name, _ in fields[:4]] == ["name", "kind", "role", "holds_imaging"]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("protection", {"$unknown": "timeout"}, f"unknown: {why(Why.TIMEOUT)}"),
        ("cipher", None, "none"),
        ("holds_imaging", True, "yes"),
        ("protectors", ["tpm", "password"], "tpm, password"),
        ("protectors", [], "none"),
        ("protectors", {"$items": [], "$missing": "locked"}, f"incomplete: {why(Why.LOCKED)}"),
        ("state_since", "2026-11-20T09:14:00Z", "20 Nov 2026, 09:14 UTC"),
        ("suspend_reboots", 1_000, "1,000"),
    ],
)  # fmt: skip
def test_a_value_is_written_for_people(field: str, value: object, words: str) -> None:
    (fields,) = told("volumes", [volume("/", **{field: value})]).items

    assert dict(fields)[field] == words


def test_a_length_has_one_unit_and_a_record_within_is_laid_flat() -> None:
    lock = {"after": "900s", "asks_password": True, "on_wake": None}

    (fields,) = told("users", [{"name": "user-1", "lock": lock}]).items

    assert ("lock.after", "15 min") in fields
    assert ("lock.on_wake", "none") in fields


def test_a_list_within_a_fact_goes_by_the_names_of_its_items() -> None:
    pending = [{"id": f"libx{number}", "security": True} for number in range(7)]

    (fields,) = told("patching", {"pending": pending}).items

    assert dict(fields)["pending"] == "libx0, libx1, libx2, libx3, libx4, and 2 more"


def test_a_fact_of_which_nothing_is_known_says_why() -> None:
    document = told("volumes", {"$unknown": "not_elevated"}, "unknown")

    assert (document.items, document.why) == ((), why(Why.NOT_ELEVATED))


def test_a_list_that_is_not_whole_says_so() -> None:
    document = told("volumes", {"$items": [volume("/")], "$missing": "timeout"}, "partial")

    assert len(document.items) == 1
    assert document.why == why(Why.TIMEOUT)


def test_a_long_list_says_how_many_are_not_shown() -> None:
    document = told("volumes", [volume(f"volume-{number}") for number in range(25)])

    assert (len(document.items), document.more) == (20, 5)


def test_a_folder_is_only_proven_empty_of_readable_files_when_the_agent_says_so() -> None:
    imaging = {"roots": [root("sidexis", "store"), root("out", "outbox", {"$unknown": "locked"})]}

    proven, open_ = documents.roots(FactsNow(imaging=imaging))

    assert (proven.exposed, proven.why) == (0, "")
    assert (open_.exposed, open_.why) == (None, why(Why.LOCKED))


def test_a_machine_that_has_said_nothing_has_no_facts() -> None:
    assert documents.facts(None) == ()
    assert documents.roots(None) == ()
