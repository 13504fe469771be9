"""A document of a probe says what it should, or nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.readers.errors import ParseError
from agent.readers.probes import document
from agent.readers.probes.document import Document
from rules.facts.base import Unknown, Why

DRIVE = {
    "name": "D:",
    "bus": 7,
    "seen": "2026-11-20T06:00:00Z",
    "fixed": True,
    "kinds": [1, 3],
    "parts": [{"size": 5}],
    "names": ["a", "b"],
    "offset": -5,
    "lock": {"error": {"code": "locked", "number": 0x80310000}},
    "none": None,
}


@pytest.fixture
def drive() -> Document:
    return document.parse(json.dumps(DRIVE).encode())


def test_each_field_has_its_type(drive) -> None:
    assert drive.text("name") == "D:"
    assert drive.number("bus") == 7
    assert drive.at("seen") == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert drive.flag("fixed") is True
    assert drive.numbers("kinds") == (1, 3)
    assert drive.texts("names") == ("a", "b")
    assert drive.signed("offset") == -5
    assert [part.number("size") for part in drive.records("parts")] == [5]


def test_what_was_not_fetched_is_unknown_with_its_reason(drive) -> None:
    assert drive.leaf("lock", Document.number) == Unknown(Why.LOCKED)
    assert drive.leaf("bus", Document.number) == 7


def test_null_is_none_only_where_it_may_be(drive) -> None:
    assert drive.optional("none", Document.text) is None
    assert not drive.has("none")
    with pytest.raises(ParseError):
        drive.text("none")


@pytest.mark.parametrize(
    ("read", "name"),
    [
        (Document.number, "name"),
        (Document.number, "fixed"),  # True is a number to Python
        (Document.number, "offset"),
        (Document.number, "nothing"),
        (Document.text, "bus"),
        (Document.flag, "bus"),
        (Document.at, "name"),
        (Document.numbers, "names"),
        (Document.texts, "kinds"),
        (Document.records, "names"),
        (Document.record, "bus"),
        (Document.texts, "name"),
    ],
)
def test_another_type_is_no_value(drive, read, name) -> None:
    with pytest.raises(ParseError):
        read(drive, name)


@pytest.mark.parametrize("text", ["\ud800", "a\0b", "x" * 32_768])
def test_no_text_of_windows_is_no_text(text) -> None:
    with pytest.raises(ParseError):
        document.parse(json.dumps({"name": text}).encode()).text("name")


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"{", b"\xff\xfe{}", b"[" * 100_000])
def test_what_is_no_object_is_no_document(data) -> None:
    with pytest.raises(ParseError):
        document.parse(data)


def test_a_failure_says_why() -> None:
    assert document.failed(b'{"error": {"code": "timeout", "number": 0}}') is Why.TIMEOUT


@pytest.mark.parametrize(
    "said", [{}, {"error": 5}, {"error": {"code": "denied", "number": 5}}, [], None]
)
def test_a_failure_without_a_reason_of_ours_is_none(said: Any) -> None:
    with pytest.raises(ParseError):
        document.failed(json.dumps(said).encode())
