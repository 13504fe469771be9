"""When a volume changes, so do the findings on it, and no file is opened for that."""

import pytest

from agent.imaging.coverage import Guard
from agent.imaging.folder import Folder, Sources, folder
from rules.facts.base import Unknown, Why
from tests.agent.imaging.samples.practice import Practice


@pytest.fixture
def full(north_quay: Practice) -> Practice:
    north_quay.put("a.jpg")
    north_quay.put("zeros", bytes(99))
    north_quay.put("empty", b"")
    north_quay.sweep()
    return north_quay


def seen(practice: Practice) -> Folder:
    sources = Sources(practice.ledger, practice.standing, Guard(), practice.now)  # type: ignore[arg-type]
    return folder(practice.root, True, sources)


def test_protection_fixes_all_findings_at_once(full) -> None:
    full.standing.protection = "protected"
    sums = seen(full).sums

    assert full.findings() == []
    assert len(full.findings("fixed")) == 2
    assert (sums.outcomes["safe"], sums.outcomes["ignored"]) == (2, 1)


def test_lost_protection_opens_them_without_a_path(full) -> None:
    full.standing.protection = "protected"
    seen(full)
    full.standing.protection = "suspended"
    seen(full)

    assert [finding.path for finding in full.findings()] == [None, None]
    assert len({finding.id for finding in full.findings()}) == 2


def test_the_next_sweep_finds_their_paths(full) -> None:
    test_lost_protection_opens_them_without_a_path(full)
    before = {finding.id for finding in full.findings()}
    full.sweep()

    assert full.paths() == ["a.jpg", "zeros"]
    assert {finding.id for finding in full.findings()} == before


def test_nothing_changes_while_nothing_does(full) -> None:
    before = full.findings()
    seen(full)
    assert full.findings() == before


def test_a_file_that_was_judged_by_an_old_volume_gets_its_finding(full) -> None:
    full.standing.protection = "protected"
    late = full.examiner()
    late.path(str(full.put("first.jpg")))
    full.standing.protection = "unprotected"
    seen(full)
    late.path(str(full.put("b.jpg")))  # by what it knew of the volume
    assert "b.jpg" not in full.paths()

    seen(full)
    assert len(full.findings()) == 4


def test_without_a_ledger_nothing_is_claimed(full) -> None:
    sources = Sources(Why.ACCESS_DENIED, full.standing, Unknown(Why.TIMEOUT), full.now)  # type: ignore[arg-type]
    said = folder(full.root, True, sources)

    assert said.covered == Unknown(Why.ACCESS_DENIED)
    assert said.watched == Unknown(Why.TIMEOUT)
    assert said.sums.files == 0


def test_a_folder_that_is_not_there_covers_nothing(full) -> None:
    sources = Sources(full.ledger, full.standing, Guard(), full.now)  # type: ignore[arg-type]
    assert folder(full.root, False, sources).covered == Unknown(Why.NOT_COLLECTED)
    denied = Unknown(Why.ACCESS_DENIED)
    assert folder(full.root, denied, sources).covered == denied
