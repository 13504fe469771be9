"""inotify as the guard uses it: what it tells, what it leans on, and that it loses nothing."""

import errno
import os
import select
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("inotify is Linux' alone", allow_module_level=True)

from agent.guard.folders import Folders
from agent.guard.inotify import CLOSE_WRITE, Inotify
from agent.guard.watch import Missed, Rest, Root, Touched

QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "PDATA"
    folder.mkdir()
    return folder


@pytest.fixture
def folders():
    made = Folders()
    yield made
    made.close()


@pytest.fixture
def sidexis(images, folders):
    list(folders.watch([Root("sidexis", str(images))], ()))
    return folders


def seen(folders):
    found = []
    while select.select([folders], [], [], 0.3)[0]:
        found += folders.read()
    return found


def touched(folders):
    return {event.path for event in seen(folders) if isinstance(event, Touched)}


def test_a_root_is_told_to_be_swept_when_it_is_taken(images, folders):
    found = list(folders.watch([Root("sidexis", str(images))], ()))

    assert found == [Missed("sidexis", str(images))]
    assert folders.whole_since("sidexis") is not None


def test_a_root_that_is_there_already_is_not_told_again(images, sidexis):
    assert list(sidexis.watch([Root("sidexis", str(images))], ())) == []


def test_a_closed_file_is_told_as_closed(images, sidexis):
    (images / "bitewing.dcm").write_bytes(b"DICM")

    last = seen(sidexis)[-1]
    assert last == Touched("sidexis", str(images / "bitewing.dcm"), Rest.CLOSED)


def test_reading_a_file_is_no_event(images, sidexis):
    (images / "bitewing.dcm").write_bytes(b"DICM")
    seen(sidexis)

    (images / "bitewing.dcm").read_bytes()

    assert seen(sidexis) == []


def test_a_name_that_is_no_text_is_told_whole(images, sidexis):
    path = os.fsencode(images) + b"/M\xfcller.dcm"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY))

    assert touched(sidexis) == {os.fsdecode(path)}


def test_a_folder_that_is_renamed_inside_keeps_telling_its_new_name(images, sidexis):
    (images / "a" / "deep").mkdir(parents=True)
    seen(sidexis)
    (images / "a").rename(images / "b")
    found = seen(sidexis)

    (images / "b" / "deep" / "x.dcm").write_bytes(b"DICM")

    assert Missed("sidexis", str(images / "a")) in found
    assert touched(sidexis) == {str(images / "b" / "deep" / "x.dcm")}


def test_a_folder_that_was_moved_out_tells_nothing_more(images, sidexis, tmp_path):
    (images / "a").mkdir()
    seen(sidexis)
    (images / "a").rename(tmp_path / "elsewhere")
    seen(sidexis)

    (tmp_path / "elsewhere" / "x.dcm").write_bytes(b"DICM")

    assert seen(sidexis) == []


def test_a_link_to_a_folder_is_not_followed(images, sidexis, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (images / "link").symlink_to(tmp_path / "elsewhere")
    seen(sidexis)

    (tmp_path / "elsewhere" / "x.dcm").write_bytes(b"DICM")

    assert seen(sidexis) == []


def test_of_two_roots_the_inner_one_is_named(images, folders):
    (images / "export").mkdir()
    roots = [Root("sidexis", str(images)), Root("export", str(images / "export"))]
    list(folders.watch(roots, ()))

    (images / "export" / "x.dcm").write_bytes(b"DICM")

    assert {event.label for event in seen(folders)} == {"export"}


def test_an_inner_root_stays_watched_when_the_outer_one_is_dropped(images, folders):
    (images / "export").mkdir()
    inner = Root("export", str(images / "export"))
    list(folders.watch([Root("sidexis", str(images)), inner], ()))
    list(folders.watch([inner], ()))

    (images / "export" / "x.dcm").write_bytes(b"DICM")
    (images / "y.dcm").write_bytes(b"DICM")

    assert touched(folders) == {str(images / "export" / "x.dcm")}


def test_a_root_that_goes_is_not_whole_until_it_comes_back(images, sidexis):
    images.rename(images.with_name("away"))
    found = seen(sidexis)

    assert Missed("sidexis", str(images)) in found
    assert sidexis.whole_since("sidexis") is None
    images.mkdir()
    assert list(sidexis.watch([Root("sidexis", str(images))], ()))
    assert sidexis.whole_since("sidexis") is not None


@pytest.fixture
def archive(images, folders, tmp_path):
    """A root that is a link to the folder of a year."""
    link = tmp_path / "archive" / "current"
    link.parent.mkdir()
    link.symlink_to(images)
    list(folders.watch([Root("archive", str(link))], ()))
    return link


@pytest.mark.threat("swapped-folder")
def test_a_root_whose_link_was_turned_is_taken_anew(archive, folders, tmp_path):
    before = folders.whole_since("archive")
    (tmp_path / "PDATA-2027").mkdir()
    archive.unlink()
    archive.symlink_to(tmp_path / "PDATA-2027")

    assert Missed("archive", str(archive)) in list(
        folders.watch([Root("archive", str(archive))], ())
    )
    assert folders.whole_since("archive") > before
    (archive / "bitewing.dcm").write_bytes(b"DICM")
    assert str(archive / "bitewing.dcm") in touched(folders)


@pytest.mark.threat("swapped-folder")
def test_a_root_under_a_folder_that_was_replaced_is_taken_anew(archive, folders, tmp_path):
    archive.parent.rename(tmp_path / "old")
    archive.mkdir(parents=True)

    assert Missed("archive", str(archive)) in list(
        folders.watch([Root("archive", str(archive))], ())
    )
    (archive / "bitewing.dcm").write_bytes(b"DICM")
    assert str(archive / "bitewing.dcm") in touched(folders)


def test_a_root_under_a_folder_that_went_is_not_whole(archive, folders, tmp_path):
    archive.parent.rename(tmp_path / "old")

    assert list(folders.watch([Root("archive", str(archive))], ())) == [
        Missed("archive", str(archive))
    ]
    assert folders.whole_since("archive") is None


def test_a_network_mount_is_not_touched(images, folders):
    found = list(folders.watch([Root("sidexis", str(images))], [str(images)]))

    assert found == []
    assert folders.whole_since("sidexis") is None


def test_a_network_mount_inside_keeps_a_root_from_being_whole(images, folders):
    (images / "share").mkdir()
    list(folders.watch([Root("sidexis", str(images))], [str(images / "share")]))

    (images / "share" / "x.dcm").write_bytes(b"DICM")

    assert seen(folders) == []
    assert folders.whole_since("sidexis") is None


@pytest.fixture
def small_queue():
    """The kernel reads the limit when an instance is made: it is small for that moment alone."""
    before = QUEUE.read_text()
    try:
        QUEUE.write_text("64")
    except OSError:
        pytest.skip("only root may make the kernel's queue small")
    try:
        made = Folders()
    finally:
        QUEUE.write_text(before)
    yield made
    made.close()


def test_an_overflow_is_told_and_mended_and_later_events_arrive(images, small_queue):
    list(small_queue.watch([Root("sidexis", str(images))], ()))
    since = small_queue.whole_since("sidexis")
    for number in range(200):
        (images / f"p{number}").mkdir()

    found = seen(small_queue)

    assert Missed("sidexis", str(images), overflow=True) in found
    assert found[-1] == Missed("sidexis", str(images))
    assert small_queue.whole_since("sidexis") > since
    for number in range(10, 200, 30):
        (images / f"p{number}" / "x.dcm").write_bytes(b"DICM")
    wanted = {str(images / f"p{number}" / "x.dcm") for number in range(10, 200, 30)}
    assert touched(small_queue) == wanted


def test_between_loss_and_mending_no_root_is_called_whole(images, small_queue):
    list(small_queue.watch([Root("sidexis", str(images))], ()))
    for number in range(200):
        (images / f"{number}.dcm").write_bytes(b"DICM")

    whole = [
        small_queue.whole_since("sidexis")
        for event in small_queue.read()
        if event == Missed("sidexis", str(images), overflow=True)
    ]

    assert whole == [None]


class Full(Inotify):
    """A kernel whose limit of watches is reached at one folder."""

    is_full = True

    def add(self, path, mask):
        if self.is_full and path.endswith(b"lee"):
            raise OSError(errno.ENOSPC, "no space left on device")
        return super().add(path, mask)


def test_a_watch_that_is_refused_keeps_a_root_from_being_whole(images):
    (images / "lee").mkdir()
    kernel = Full()
    folders = Folders(kernel=kernel)
    list(folders.watch([Root("sidexis", str(images))], ()))
    assert folders.whole_since("sidexis") is None

    kernel.is_full = False
    folders.mend("sidexis")

    assert folders.whole_since("sidexis") is not None
    folders.close()


def test_a_refused_watch_says_why(images):
    kernel = Inotify()
    with pytest.raises(FileNotFoundError):
        kernel.add(os.fsencode(images / "nowhere"), CLOSE_WRITE)
    kernel.close()
