"""Which keys signed this text?"""

import json
from pathlib import Path

import pytest

from evidence import checkpoint, note
from evidence.errors import BadSignature, EvidenceError, Malformed, TooLarge, UnknownKey
from evidence.note import Verifier
from tests.evidence.clinic import key

NAME = "dentinel/log"
TEXT = "first line\n\nlast line\n"
LOG = Verifier(NAME, key("log").public)


def test_a_signed_text_is_known_again() -> None:
    signed = note.sign(TEXT, NAME, key("log"), key("log, renewed"))
    read = note.parse(signed)

    assert read.text == TEXT
    assert str(read) == signed
    assert note.verify(read, [LOG]) == (LOG,)


def test_a_verifier_key_says_who_and_which() -> None:
    assert Verifier.parse(str(LOG)) == LOG


def test_an_edited_text_is_found() -> None:
    signed = note.sign(TEXT, NAME, key("log")).replace("first", "fifth")

    with pytest.raises(BadSignature):
        note.verify(note.parse(signed), [LOG])


def test_a_note_of_strangers_proves_nothing() -> None:
    signed = note.sign(TEXT, NAME, key("somebody"))

    with pytest.raises(UnknownKey):
        note.verify(note.parse(signed), [LOG])


@pytest.mark.parametrize(
    ("text", "name"),
    [("no newline", NAME), ("a\tb\n", NAME), (TEXT, "a b"), (TEXT, "a+b"), (TEXT, "")],
)
def test_what_is_no_text_or_name_is_not_signed(text: str, name: str) -> None:
    with pytest.raises(Malformed):
        note.sign(text, name, key("log"))


def test_a_note_has_its_limits() -> None:
    with pytest.raises(TooLarge):
        note.parse("x" * 70_000)
    signed = note.sign("x\n", NAME, *[key("log")] * 101)
    with pytest.raises(TooLarge):
        note.parse(signed)


def test_the_published_key_is_read_and_damaged_ones_are_not(vectors: Path) -> None:
    listed = json.loads((vectors / "note" / "note.json").read_text())["vkey"]
    read = Verifier.parse(listed["published"])

    assert (read.name, read.keyid.hex(), read.kind) == (
        listed["name"],
        listed["key_id"],
        listed["type"],
    )
    assert read.public.hex == listed["public_hex"]
    for damaged in listed["malformed"]:
        with pytest.raises(Malformed):
            Verifier.parse(damaged["vkey"])


def test_the_published_notes_are_told_right(vectors: Path) -> None:
    listed = json.loads((vectors / "note" / "note.json").read_text())
    verifier = Verifier.parse(listed["vkey"]["published"])

    assert len(listed["notes"]) == 16
    for each in listed["notes"]:
        assert is_accepted(each["note"], verifier) is (each["want"] == "accept"), each["name"]


def test_the_published_checkpoints_are_read(vectors: Path) -> None:
    listed = json.loads((vectors / "note" / "note.json").read_text())["parse_only"]

    assert len(listed) == 2
    for each in listed:
        read = checkpoint.parse(each["text"])
        signatures = note.parse(each["text"]).signatures
        assert (read.origin, read.size) == (each["log_origin"], each["size"])
        assert read.root.hex() == each["root_hex"]
        assert [(s.name, s.keyid.hex(), len(s.sig)) for s in signatures] == [
            (s["name"], s["key_id"], s["bytes"]) for s in each["signatures"]
        ]


def is_accepted(text: str, verifier: Verifier) -> bool:
    try:
        return bool(note.verify(note.parse(text), [verifier]))
    except EvidenceError:
        return False
