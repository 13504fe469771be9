"""A number above 0 is proof; 0 is only said when nothing is missing."""

from dataclasses import replace

import pytest

from agent.imaging.account import (
    FRESH_SECONDS,
    Account,
    account,
    exposed,
    identified,
    names,
    secrets,
)
from agent.imaging.coverage import Coverage
from agent.imaging.ledger import Tally
from agent.imaging.roots import Root
from agent.imaging.shelter import Shelter
from agent.imaging.volumes import Volume
from rules.facts.base import Unknown, Why

NOW = 1_000_000.0
STORE = Root("images", "store", "/srv/images", "/srv/images")
WHOLE = Coverage(complete=True, as_of=NOW)
BARE = Volume("unprotected", Shelter("unprotected", removable=False), is_remote=False)
SAFE = Volume("protected", Shelter("protected", removable=False), is_remote=False)
UNREAD = Volume(Unknown(Why.ACCESS_DENIED), Shelter(), is_remote=False)


def added(
    *rows: tuple[str, str, int], volume: Volume = BARE, identity: str | None = None
) -> Account:
    tallies = [Tally(1, verdict, reason, identity, files, 0) for verdict, reason, files in rows]
    return account(STORE, tallies, {1: volume.shelter})


def said(sums: Account, covered=WHOLE, volume: Volume = BARE):
    return exposed(sums, covered, volume, NOW)


def test_one_exposed_file_is_proof_whatever_is_missing() -> None:
    sums = added(("plaintext", "content", 1), ("unknown", "denied", 7))
    assert said(sums, Coverage(complete=False, as_of=None)) == 1
    assert said(sums, Unknown(Why.TIMEOUT)) == 1


def test_nothing_exposed_is_said_of_a_whole_look_alone() -> None:
    assert said(added(("encrypted", "cipher", 5), ("not_content", "empty", 2))) == 0


@pytest.mark.parametrize(
    ("covered", "why"),
    [
        (Unknown(Why.TIMEOUT), Why.TIMEOUT),
        (Coverage(complete=False, as_of=None), Why.NOT_COLLECTED),
        (Coverage(complete=False, as_of=NOW), Why.ACCESS_DENIED),
        (Coverage(complete=True, as_of=NOW - FRESH_SECONDS - 1), Why.STALE_SOURCE),
    ],
    ids=["unread", "never-swept", "incomplete", "stale"],
)
def test_what_is_not_covered_is_unknown(covered, why) -> None:
    assert said(added(("encrypted", "cipher", 5)), covered) == Unknown(why)


@pytest.mark.parametrize(
    ("reason", "why"),
    [("denied", Why.ACCESS_DENIED), ("locked", Why.LOCKED), ("error", Why.API_ERROR)],
)
def test_a_file_that_was_not_read_says_why(reason, why) -> None:
    sums = added(("unknown", reason, 1))
    assert sums.unreadable == 1
    assert said(sums, Coverage(complete=False, as_of=NOW)) == Unknown(why)


def test_opaque_bytes_are_unrecognised() -> None:
    assert said(added(("unknown", "opaque", 1))) == Unknown(Why.UNRECOGNISED)


def test_an_unread_volume_is_the_reason_itself() -> None:
    sums = added(("plaintext", "content", 3), volume=UNREAD)
    assert said(sums, volume=UNREAD) == Unknown(Why.ACCESS_DENIED)
    assert sums.outcomes["unproven"] == 3


def test_a_protected_volume_proves_all_of_a_store() -> None:
    sums = added(("plaintext", "content", 3), ("unknown", "opaque", 3), volume=SAFE)
    assert said(sums, volume=SAFE) == 0


def test_another_machines_folder_and_a_locked_volume_are_not_judged() -> None:
    remote = Volume(Unknown(Why.NOT_LOCAL), Shelter(), is_remote=True)
    assert said(added(), volume=remote) == Unknown(Why.NOT_LOCAL)
    locked = replace(BARE, protection="locked", shelter=Shelter("locked"))
    assert said(added(), volume=locked) == Unknown(Why.LOCKED)


def test_a_file_system_that_was_not_looked_at_shelters_nothing() -> None:
    rows = [
        Tally(1, "plaintext", "content", None, 1, 0),
        Tally(2, "plaintext", "content", None, 1, 0),
    ]
    sums = account(STORE, rows, {1: SAFE.shelter})
    assert (sums.outcomes["safe"], sums.outcomes["unproven"]) == (1, 1)


def test_identities_are_counted_like_exposed_files() -> None:
    named = added(("plaintext", "content", 2), identity="identified")
    clean = added(("plaintext", "content", 2), identity="no_identifiers")
    unclear = added(("plaintext", "content", 2), identity="unknown")

    assert identified(named, Unknown(Why.TIMEOUT), BARE, NOW) == 2
    assert identified(clean, WHOLE, BARE, NOW) == 0
    assert identified(unclear, WHOLE, BARE, NOW) == Unknown(Why.UNRECOGNISED)
    assert identified(clean, Unknown(Why.TIMEOUT), BARE, NOW) == Unknown(Why.TIMEOUT)


def test_one_secret_key_is_proof_whatever_is_missing() -> None:
    sums = added(("not_content", "secret_key", 2), ("unknown", "denied", 1))
    assert secrets(sums, Unknown(Why.TIMEOUT), BARE, NOW) == 2


def test_a_key_that_everybody_may_have_is_no_secret() -> None:
    sums = added(("not_content", "key", 1), ("not_content", "certificate", 1))
    assert secrets(sums, WHOLE, BARE, NOW) == 0


@pytest.mark.parametrize(
    ("covered", "why"),
    [
        (Unknown(Why.TIMEOUT), Why.TIMEOUT),
        (Coverage(complete=False, as_of=None), Why.NOT_COLLECTED),
        (Coverage(complete=False, as_of=NOW), Why.ACCESS_DENIED),
        (Coverage(complete=True, as_of=NOW - FRESH_SECONDS - 1), Why.STALE_SOURCE),
    ],
    ids=["unread", "never-swept", "incomplete", "stale"],
)
def test_that_no_key_lies_there_is_said_of_a_whole_look_alone(covered, why) -> None:
    assert secrets(added(("encrypted", "cipher", 5)), covered, BARE, NOW) == Unknown(why)


def test_a_file_that_nobody_recognises_may_be_a_key_also_on_a_protected_volume() -> None:
    sums = added(("unknown", "opaque", 1), volume=SAFE)
    assert secrets(sums, WHOLE, SAFE, NOW) == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize("verdict", ["plaintext", "weak_encrypted", "unknown"])
def test_that_nothing_is_exposed_needs_to_know_that_no_client_carries_it_away(verdict) -> None:
    """What only its volume protects lies open wherever a client takes it."""
    sums = added((verdict, "content", 1), volume=SAFE)
    assert exposed(sums, WHOLE, SAFE, NOW) == 0
    assert exposed(sums, WHOLE, SAFE, NOW, Why.STALE_SOURCE) == Unknown(Why.STALE_SOURCE)


def test_ciphertext_is_safe_wherever_a_client_may_carry_it() -> None:
    sums = added(("encrypted", "cipher", 5), ("not_content", "empty", 1), volume=SAFE)
    assert exposed(sums, WHOLE, SAFE, NOW, Why.STALE_SOURCE) == 0


def test_the_part_of_a_store_that_is_carried_away_is_an_outbox() -> None:
    here = Tally(1, "plaintext", "content", None, 3, 0)
    sums = account(STORE, [here, replace(here, files=2, in_part=True)], {1: SAFE.shelter})
    assert (sums.outcomes["safe"], sums.outcomes["exposed"]) == (3, 2)


def test_names_that_a_container_shows_are_counted_and_none_is_said_of_a_clear_look_alone() -> None:
    mail = Tally(1, "encrypted", "public_key", None, 4, 3)
    opaque = Tally(1, "unknown", "opaque", None, 1, 0)
    clear = Tally(1, "encrypted", "cipher", None, 4, 0)
    sums = [account(STORE, rows, {}) for rows in ([mail, opaque], [clear], [clear, opaque])]
    said = [names(one, WHOLE, SAFE, NOW) for one in sums]
    assert said == [3, 0, Unknown(Why.UNRECOGNISED)]
    assert names(sums[1], Unknown(Why.TIMEOUT), SAFE, NOW) == Unknown(Why.TIMEOUT)
