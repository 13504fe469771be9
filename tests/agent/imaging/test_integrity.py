"""An archive in which a disk rots and a hand puts times back, and a copy that is brought back."""

import os
import random
import shutil
from pathlib import Path

import pytest

from agent.imaging import integrity
from agent.imaging.integrity import DAY, Standing
from tests.agent.imaging.samples.raster import JPEG, PNG

MONTH = 30 * DAY


@pytest.fixture
def archive(north_quay):
    """Nine pictures that were summed yesterday."""
    north_quay.integrity = True
    for number in range(9):
        north_quay.put(f"{number % 3}/{number}.jpg", JPEG + bytes([number]))
    north_quay.sweep()
    north_quay.now += DAY
    return north_quay


def rot(path: Path) -> None:
    """Other bytes under the same size and time."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def standing(archive) -> Standing:
    return archive.ledger.sums.standing("images", archive.now)


def test_a_folder_that_was_summed_is_as_it_was(archive) -> None:
    assert standing(archive) == Standing(summed=9, changed=0, unsummed=0, stale=0)


def test_what_changes_silently_is_found_when_it_is_read_again(archive) -> None:
    rot(archive.images / "1" / "4.jpg")
    archive.sweep()
    assert standing(archive).changed == 0
    archive.now += MONTH
    archive.sweep()
    assert standing(archive).changed == 1
    archive.now += MONTH
    archive.sweep()
    assert standing(archive).changed == 1


def test_what_changes_openly_begins_anew(archive) -> None:
    (archive.images / "1" / "4.jpg").write_bytes(PNG)
    archive.now += MONTH
    archive.sweep()
    assert standing(archive) == Standing(9, 0, 0, 0)


def test_a_silent_change_is_forgotten_when_it_is_mended_or_accepted(archive) -> None:
    paths = [archive.images / "0" / "0.jpg", archive.images / "0" / "3.jpg"]
    for path in paths:
        rot(path)
    archive.now += MONTH
    archive.sweep()
    assert standing(archive).changed == 2
    paths[0].write_bytes(JPEG)
    archive.now += DAY
    archive.sweep()
    assert standing(archive).changed == 1
    assert archive.ledger.sums.accept("images") == 1
    assert standing(archive) == Standing(8, 0, 1, 0)
    archive.now += DAY
    archive.sweep()
    assert standing(archive) == Standing(9, 0, 0, 0)


def test_what_is_brought_back_as_it_was_is_counted_no_more(archive) -> None:
    path = archive.images / "0" / "0.jpg"
    before = path.read_bytes(), path.stat()
    rot(path)
    archive.now += MONTH
    archive.sweep()
    assert standing(archive).changed == 1
    path.write_bytes(before[0])
    os.utime(path, ns=(before[1].st_atime_ns, before[1].st_mtime_ns))
    archive.now += DAY
    archive.sweep()
    assert standing(archive) == Standing(9, 0, 0, 0)


def test_a_pass_reads_a_days_share_and_the_next_goes_on(archive, monkeypatch) -> None:
    monkeypatch.setattr(integrity, "_LEAST_BYTES", len(JPEG) * 4)
    for number in range(20):
        archive.put(f"more/{number}.jpg", JPEG + bytes([number]))
    archive.sweep()
    assert standing(archive).unsummed > 0
    for _ in range(6):
        archive.now += DAY
        archive.sweep()
    assert standing(archive) == Standing(29, 0, 0, 0)


def test_a_second_sweep_of_a_day_reads_nothing_again(archive) -> None:
    archive.sweep()
    assert not archive.ledger.sums.is_due("images", archive.now)
    assert archive.ledger.sums.is_due("images", archive.now + DAY)
    assert archive.ledger.sums.is_due("images", archive.now - 5 * DAY)


def test_sums_that_nobody_renewed_are_stale(archive) -> None:
    archive.now += 2 * MONTH
    assert standing(archive).stale == 9


def test_files_that_are_gone_leave_no_sum(archive) -> None:
    (archive.images / "0" / "0.jpg").unlink()
    archive.sweep()
    archive.now += DAY
    archive.sweep()
    assert standing(archive).summed == 8


def test_a_copy_that_was_brought_back_is_compared_by_content(archive, tmp_path) -> None:
    copy = tmp_path / "restored"
    shutil.copytree(archive.images, copy)
    (copy / "renamed.jpg").write_bytes((copy / "0" / "0.jpg").read_bytes())
    (copy / "0" / "0.jpg").unlink()
    sums = archive.ledger.sums

    def compared():
        found = sums.compare("images", (str(p) for p in copy.rglob("*") if p.is_file()))
        return found.same, found.other, found.missing, found.unread

    assert compared() == (9, 0, 0, 0)
    (copy / "1" / "4.jpg").write_bytes(PNG)
    (copy / "2" / "5.jpg").unlink()
    assert compared() == (7, 1, 2, 0)


def test_a_sum_tells_nothing_without_its_key(archive) -> None:
    data = random.Random(1).randbytes(9)
    path = archive.put("x", data)
    from hashlib import blake2b

    assert archive.ledger.sums.digest(str(path)) != blake2b(data, digest_size=16).digest()
    assert archive.ledger.sums.digest(str(archive.images / "gone")) is None
