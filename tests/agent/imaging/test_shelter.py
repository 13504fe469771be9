"""Every cell of the outcome table, and what counts on its volume in which role."""

from typing import get_args

import pytest

from agent.imaging.shelter import Shelter, counts, findings, outcome, words
from rules.facts.imaging import FileVerdict, RootRole
from rules.facts.volumes import Protection

READABLE = ("plaintext", "encrypted_no_secret", "partly_encrypted", "weak_encrypted")
BARE = ("unprotected", "suspended", "converting")


def test_the_table_has_a_row_for_every_verdict() -> None:
    assert {*READABLE, "encrypted", "unknown", "not_content"} == set(get_args(FileVerdict))


@pytest.mark.parametrize("protection", [*get_args(Protection), None])
@pytest.mark.parametrize("role", get_args(RootRole))
def test_encryption_and_emptiness_need_no_volume(role, protection) -> None:
    assert outcome("encrypted", role, Shelter(protection)) == "safe"
    assert outcome("not_content", role, Shelter(protection)) == "ignored"


@pytest.mark.parametrize("verdict", [*READABLE, "unknown"])
def test_a_protected_volume_that_counts_keeps_it_safe(verdict) -> None:
    assert outcome(verdict, "store", Shelter("protected")) == "safe"


@pytest.mark.parametrize("protection", BARE)
@pytest.mark.parametrize("verdict", READABLE)
def test_a_bare_volume_exposes_what_can_be_read(verdict, protection) -> None:
    assert outcome(verdict, "store", Shelter(protection)) == "exposed"


@pytest.mark.parametrize("protection", [*BARE, "locked", None])
def test_what_is_unknown_stays_unproven(protection) -> None:
    assert outcome("unknown", "store", Shelter(protection)) == "unproven"


@pytest.mark.parametrize("protection", ["locked", None])
@pytest.mark.parametrize("verdict", READABLE)
def test_an_unread_volume_proves_nothing(verdict, protection) -> None:
    assert outcome(verdict, "store", Shelter(protection)) == "unproven"


@pytest.mark.parametrize("protection", [*get_args(Protection), None])
@pytest.mark.parametrize("verdict", READABLE)
def test_a_volume_that_does_not_count_exposes(verdict, protection) -> None:
    assert outcome(verdict, "outbox", Shelter(protection, removable=True)) == "exposed"
    assert outcome(verdict, "export", Shelter(protection, removable=False)) == "exposed"


def test_unknown_on_a_volume_that_does_not_count_is_unproven() -> None:
    assert outcome("unknown", "outbox", Shelter("protected")) == "unproven"


def test_a_medium_that_was_not_read_may_or_may_not_count() -> None:
    assert outcome("plaintext", "export", Shelter("protected")) == "unproven"
    assert outcome("plaintext", "export", Shelter(None)) == "unproven"
    assert outcome("plaintext", "export", Shelter("unprotected")) == "exposed"


@pytest.mark.parametrize(
    ("role", "removable", "holds_store", "counted"),
    [
        ("store", None, None, True),
        ("outbox", True, False, False),
        ("export", True, True, True),
        ("export", False, False, False),
        ("export", None, False, None),
        ("backup", True, True, True),
        ("backup", True, None, True),
        ("backup", False, True, False),
        ("backup", False, False, True),
        ("backup", None, False, True),
        ("backup", None, True, None),
        ("backup", False, None, None),
        ("backup", None, None, None),
    ],
)
def test_what_counts_on_its_volume(role, removable, holds_store, counted) -> None:
    assert counts(role, Shelter("protected", removable, holds_store)) is counted


def test_findings_are_the_verdicts_that_are_exposed_or_unproven() -> None:
    assert findings("store", Shelter("protected")) == ()
    assert set(findings("store", Shelter("unprotected"))) == {*READABLE, "unknown"}


def test_words_differ_when_anything_does() -> None:
    shelters = [
        Shelter(protection, removable, holds)
        for protection in ("protected", None)
        for removable in (True, False, None)
        for holds in (True, False, None)
    ]
    assert len({words("store", shelter) for shelter in shelters}) == len(shelters)
