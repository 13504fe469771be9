"""Where there is no inotify: watchdog hastens, and never claims to have seen all.

These run watchdog's own observer, on whatever system the tests run.
"""

import select
import time

import pytest

from agent.guard.elsewhere import Elsewhere
from agent.guard.watch import Missed, Rest, Root, Touched


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "PDATA"
    folder.mkdir()
    return folder


@pytest.fixture
def elsewhere(images):
    made = Elsewhere()
    assert list(made.watch([Root("sidexis", str(images))], ())) == [Missed("sidexis", str(images))]
    yield made
    made.close()


def seen(elsewhere, wanted):
    found, end = [], time.monotonic() + 20
    while wanted not in found and time.monotonic() < end:
        if select.select([elsewhere], [], [], 1.0)[0]:
            found += elsewhere.read()
    return found


def test_a_file_rings_and_is_told(images, elsewhere):
    (images / "bitewing.dcm").write_bytes(b"DICM")

    wanted = Touched("sidexis", str(images / "bitewing.dcm"), Rest.CLOSED)
    assert wanted in seen(elsewhere, wanted)


def test_a_new_folder_is_to_be_swept(images, elsewhere):
    (images / "lee").mkdir()

    wanted = Missed("sidexis", str(images / "lee"))
    assert wanted in seen(elsewhere, wanted)


def test_a_moved_file_is_told_under_both_names(images, elsewhere):
    (images / "a.part").write_bytes(b"DICM")
    (images / "a.part").rename(images / "a.dcm")

    wanted = Touched("sidexis", str(images / "a.dcm"), Rest.CLOSED)
    assert wanted in seen(elsewhere, wanted)


def test_no_root_is_ever_called_whole(elsewhere):
    assert elsewhere.whole_since("sidexis") is None


def test_too_much_at_once_becomes_a_sweep(images, elsewhere):
    for number in range(10_001):
        elsewhere.hear(Touched("sidexis", str(images / str(number)), Rest.OPEN))

    assert list(elsewhere.read()) == [Missed("sidexis", str(images), overflow=True)]


def test_too_much_in_one_root_drops_nothing_of_another(images, elsewhere, tmp_path):
    other = Root("export", str(tmp_path / "export"))
    (tmp_path / "export").mkdir()
    list(elsewhere.watch([Root("sidexis", str(images)), other], ()))
    elsewhere.hear(Touched("export", other.path + "/a.dcm", Rest.OPEN))

    for number in range(10_000):
        elsewhere.hear(Touched("sidexis", str(images / str(number)), Rest.OPEN))

    assert Missed("export", other.path, overflow=True) in list(elsewhere.read())


def test_a_root_is_whole_only_where_that_was_seen_to_hold(images):
    made = Elsewhere(is_confirmed=True)
    list(made.watch([Root("sidexis", str(images))], ()))
    assert made.whole_since("sidexis") is not None
    made.close()


def test_a_root_that_is_not_there_is_looked_for_again(images, tmp_path):
    made = Elsewhere()
    later = Root("later", str(tmp_path / "later"))
    assert list(made.watch([later], ())) == []

    (tmp_path / "later").mkdir()

    assert list(made.watch([later], ())) == [Missed("later", later.path)]
    made.close()


def test_a_root_that_is_dropped_is_told_of_no_more(images, elsewhere):
    assert list(elsewhere.watch([], ())) == []

    (images / "bitewing.dcm").write_bytes(b"DICM")

    assert not select.select([elsewhere], [], [], 1.0)[0]
