"""A sweep opens what has changed, counts what it may not see, and forgets what is gone."""

import os
from pathlib import Path

import pytest

from agent.imaging.findings import FileId
from agent.imaging.sweep import Walk
from agent.settings import RootSetting
from tests.agent.imaging.samples.practice import Practice
from tests.agent.imaging.samples.raster import JPEG, PNG


@pytest.fixture
def full(north_quay: Practice) -> Practice:
    """Three files in two folders, swept."""
    for name in ("a.jpg", "Smith/b.jpg", "Smith/2026/c.jpg"):
        north_quay.put(name)
    assert north_quay.sweep()
    return north_quay


def test_every_file_is_found(full) -> None:
    assert full.paths() == ["a.jpg", "b.jpg", "c.jpg"]


def test_a_second_sweep_opens_nothing(full) -> None:
    examiner = full.examiner()
    assert not full.sweep()
    assert examiner.opened == 0


def test_only_what_changed_is_opened(full, monkeypatch) -> None:
    full.put("a.jpg", PNG)
    full.put("d.jpg")
    opened = []
    from agent.imaging import examine

    real = examine.look
    monkeypatch.setattr(
        examine, "look", lambda path, **k: opened.append(path.name) or real(path, **k)
    )
    assert full.sweep()
    assert sorted(opened) == ["a.jpg", "d.jpg"]


def test_what_is_gone_is_forgotten(full) -> None:
    (full.images / "a.jpg").unlink()
    assert full.sweep()
    assert full.paths() == ["b.jpg", "c.jpg"]
    assert full.counts() == {"plaintext": 2}


def test_the_sweep_says_from_when_it_speaks(full) -> None:
    full.now += 60
    full.sweep()
    swept = full.ledger.sweeps.last("images")
    assert (swept.began_at, swept.denied, swept.excluded) == (full.now, 0, 0)


def test_a_folder_that_was_taken_away_forgets_nothing(full) -> None:
    full.images.rename(full.images.with_name("elsewhere"))
    began = full.ledger.sweeps.last("images").began_at
    full.now += 60

    assert not full.sweep()
    assert full.counts() == {"plaintext": 3}
    assert full.ledger.sweeps.last("images").began_at == began


def test_a_folder_that_is_shut_is_counted_and_forgets_nothing(full) -> None:
    walk = Walk(full.roots, full.standing)
    real = os.scandir

    def shut(path):
        if str(path).endswith("Smith"):
            raise PermissionError(13, "shut", str(path))
        return real(path)

    os.scandir = shut
    try:
        full.sweep()
        assert [Path(entry.path).name for entry in walk.files(str(full.images))] == ["a.jpg"]
    finally:
        os.scandir = real

    assert full.ledger.sweeps.last("images").denied == 1
    assert full.counts() == {"plaintext": 3}


def test_excluded_folders_are_counted_and_not_judged(full) -> None:
    full.put("Demo/x.jpg")
    full.put("Demo/deep/y.jpg")
    full.excluded = (full.images / "Demo",)

    assert not full.sweep()
    assert full.ledger.sweeps.last("images").excluded == 2
    assert not full.look(full.images / "Demo" / "x.jpg")


def test_the_inner_folder_wins(full) -> None:
    inner = RootSetting(label="exports", path=full.images / "Smith", role="export")
    full.more = (inner,)
    full.sweep()

    assert full.counts() == {"plaintext": 1}
    full.look(full.images / "Smith" / "b.jpg")
    assert sum(row.files for row in full.ledger.tally("exports")) == 1


def test_links_and_fifos_are_passed_by(full, tmp_path) -> None:
    (full.images / "loop").symlink_to(full.images)
    (full.images / "out").symlink_to(tmp_path)
    os.mkfifo(full.images / "fifo")

    assert not full.sweep()
    assert full.counts() == {"plaintext": 3}


def test_hard_links_are_judged_once(full) -> None:
    (full.images / "twin.jpg").hardlink_to(full.images / "a.jpg")
    full.sweep()
    assert full.counts() == {"plaintext": 3}


def test_a_part_of_a_folder_is_swept_by_itself(full) -> None:
    full.put("new.jpg")
    full.put("Smith/new.jpg")
    assert full.sweep_part(full.images / "Smith")
    assert full.counts() == {"plaintext": 4}


def test_a_part_that_is_gone_closes_its_findings(full) -> None:
    (full.images / "Smith").rename(full.home / "Smith")
    assert full.sweep_part(full.images / "Smith")
    assert full.paths() == ["a.jpg"]
    assert full.counts() == {"plaintext": 1}


@pytest.mark.parametrize("new_first", [True, False])
def test_a_renamed_folder_takes_its_findings_along(full, new_first) -> None:
    old, new = full.images / "Smith", full.images / "Jones"
    old.rename(new)
    for folder in (new, old) if new_first else (old, new):
        full.sweep_part(folder)

    assert full.paths() == ["a.jpg", "b.jpg", "c.jpg"]
    assert {Path(f.path).parts[-2] for f in full.findings()} >= {"Jones"}
    assert full.counts() == {"plaintext": 3}


def test_a_share_of_another_machine_is_left_to_it(full) -> None:
    full.standing.remote = True
    full.put("d.jpg")
    assert not full.sweep()
    assert full.counts() == {"plaintext": 3}


def test_a_long_sweep_shows_that_it_lives(north_quay) -> None:
    from agent.imaging.sweep import sweep

    for number in range(600):
        north_quay.put(f"{number}.jpg", JPEG[:50])
    signs = []
    sweep(north_quay.examiner(), north_quay.root, 1.0, lambda: signs.append(1))
    assert len(signs) == 2


def test_old_findings_are_forgotten_with_their_paths(full) -> None:
    (full.images / "a.jpg").unlink()
    full.sweep()
    full.now += 31 * 86400
    full.sweep()
    assert full.findings("gone") == []


def test_folders_that_the_settings_no_longer_name_are_forgotten(full) -> None:
    assert full.ledger.retain({"others"})
    assert full.counts() == {}
    assert full.findings() == []
    assert not full.ledger.retain({"others"})


def test_files_that_changed_places_are_both_known(north_quay) -> None:
    """As after a folder was removed and filled anew: numbers of files are given again."""
    names = ("a.jpg", "b.jpg", "c.jpg")
    paths = [north_quay.put(name, JPEG + name.encode()) for name in names]
    north_quay.sweep()
    spare = [path.rename(path.with_suffix(".new")) for path in paths]
    for path, moved in zip(paths, [*spare[1:], spare[0]], strict=True):
        moved.rename(path)
    north_quay.sweep()

    known = [north_quay.ledger.known(FileId.of(path.lstat())) for path in paths]
    assert None not in known
    assert north_quay.paths() == list(names)


def test_what_is_gone_takes_no_file_with_it_that_bears_its_number(north_quay) -> None:
    old, other = north_quay.put("old/a.jpg"), north_quay.put("b.jpg", JPEG + b"b")
    north_quay.sweep()
    other.unlink()
    old.rename(other)
    north_quay.examiner().path(str(other))
    north_quay.examiner().path(str(old.parent / "a.jpg"))

    assert north_quay.ledger.known(FileId.of(other.lstat())) is not None
