"""What about signed rules is due is said in time, and a key that lies in the wrong place too."""

import os
from datetime import timedelta

import pytest

from agent.packs.author import keyfile
from controller.ledger.actions import By
from controller.policy import actions
from controller.policy.due import due, stray_keys
from controller.policy.repository import Repository
from evidence.roster import PublicKeys
from tests.controller.policy.author import Author, key, now


@pytest.fixture
def published(author: Author) -> Repository:
    """Rules that were signed and published today: targets for 180 days, root for 365."""
    order = actions.Order(author.org, author.handed())
    actions.publish(author.home, order, By("shell", "", now()))
    return Repository(author.home.tuf(author.org))


def told(published: Repository, days: int) -> str:
    return "\n".join(due(published, now() + timedelta(days=days)))


def test_nothing_is_due_on_the_day(published: Repository) -> None:
    assert told(published, 0) == ""


def test_targets_are_due_60_days_before_their_end(published: Repository) -> None:
    assert "targets 1 expires" not in told(published, 119)
    assert "in 59 days; the author signs again" in told(published, 120)
    assert "targets 1 expired" in told(published, 181)


def test_root_is_due_60_days_before_its_end(published: Repository) -> None:
    assert "root 1" not in told(published, 304)
    assert "root 1 expires" in told(published, 306)
    assert "dentinel pack sign --role root --renew" in told(published, 306)


def test_a_timestamp_that_nobody_signs_is_told_within_hours(published: Repository) -> None:
    late = "\n".join(due(published, now() + timedelta(hours=7)))
    assert "is dentinel-controller serve running?" in late


def test_a_damaged_repository_is_told(published: Repository) -> None:
    (published.folder / "metadata" / "timestamp.json").write_bytes(b"{}")
    assert "timestamp.json is missing or damaged" in told(published, 0)


def test_the_key_of_an_author_on_the_controller_is_found(home) -> None:
    file = home.root / "uploads" / "author.key"
    file.parent.mkdir()
    file.write_bytes(keyfile.seal(key("author"), "molar basket ninety", os.urandom))
    public = PublicKeys(name="kim", root=key("kim").public.hex)
    (file.parent / "kim.public.json").write_bytes(public.to_bytes())
    assert stray_keys(home.root) == [file]
