"""Files are opened without a trace, and what is no plain file is survived."""

import os
import socket
import sys
from pathlib import Path

import pytest

from agent.imaging.judge import judge, look
from agent.imaging.opening import Opened, Refused
from tests.agent.imaging.samples.raster import JPEG

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, FIFOs and modes of POSIX")


@pytest.fixture
def bitewing(tmp_path: Path) -> Path:
    path = tmp_path / "bitewing.jpg"
    path.write_bytes(JPEG)
    return path


def test_a_link_is_not_followed(bitewing: Path) -> None:
    link = bitewing.with_name("link")
    link.symlink_to(bitewing)
    assert judge(link).verdict == "unknown"


def test_a_fifo_does_not_hold_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert judge(tmp_path / "fifo").reason == "error"


def test_a_device_a_folder_and_a_socket_are_no_files(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "door"))
        for path in ("/dev/zero", "/dev/tty", str(tmp_path), str(tmp_path / "door")):
            assert judge(path).reason == "error"


@pytest.mark.threat("hostile-folder")
@pytest.mark.skipif(sys.platform != "linux", reason="O_PATH is Linux'")
def test_what_is_no_file_is_not_opened_to_see_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As /dev/watchdog, which restarts the machine once somebody has opened and closed it."""
    moved = tmp_path / "Smith_1"
    moved.symlink_to("/dev")
    opened = openings(monkeypatch)

    assert judge(moved / "null").reason == "error"

    assert opened
    assert all(flags & os.O_PATH for flags in opened)


def openings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """With which flags anything is opened from here on."""
    flags: list[int] = []
    really = os.open

    def opening(path: str, how: int, *words: int) -> int:
        flags.append(how)
        return really(path, how, *words)

    monkeypatch.setattr(os, "open", opening)
    return flags


def test_a_file_that_is_not_there_is_told_from_one_that_is_shut(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught, Opened(tmp_path / "gone"):
        pass
    assert caught.value.gone
    assert look(tmp_path / "gone").is_gone


def test_a_refusal_does_not_hold_the_path(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught, Opened(tmp_path / "Canary_Smith.dcm"):
        pass
    assert "Canary" not in f"{caught.value!r} {caught.value} {caught.value.__context__}"


@pytest.mark.parametrize("path", ["\0", "a\0b", ""])
def test_a_name_that_no_system_has_is_an_answer(path) -> None:
    assert judge(path).reason == "error"


def test_the_access_time_stays(bitewing: Path) -> None:
    os.utime(bitewing, (1_000_000, 1_000_000))
    judge(bitewing)
    if os.geteuid() == bitewing.stat().st_uid:
        assert bitewing.stat().st_atime == 1_000_000


def test_a_writer_is_never_disturbed(bitewing: Path) -> None:
    with bitewing.open("r+b") as writer, Opened(bitewing) as glance:
        writer.write(b"\xff\xd8")
        bitewing.rename(bitewing.with_name("renamed.jpg"))
        writer.truncate(100)
        assert glance.size == len(JPEG)
        bitewing.with_name("renamed.jpg").unlink()


def test_nothing_is_left_open(bitewing: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        judge(bitewing)
        judge(bitewing.with_name("gone"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_name_that_is_no_text_is_opened(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfeodd")
    Path(path).write_bytes(JPEG)
    assert judge(path).verdict == "plaintext"


def cached(path: Path) -> bool:
    """Is the first page in the page cache?"""
    with path.open("rb") as file:
        try:
            return os.preadv(file.fileno(), [bytearray(16)], 0, os.RWF_NOWAIT) == 16
        except OSError:
            return False


def evict(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def gone_after_a_look(path: Path) -> bool:
    evict(path)
    judge(path)
    return not cached(path)


def test_pages_that_others_use_stay_and_ours_go(bitewing: Path) -> None:
    evict(bitewing)
    if cached(bitewing):
        pytest.skip("this file system keeps its files in memory")
    assert any(gone_after_a_look(bitewing) for _ in range(20))  # the kernel need not obey at once

    bitewing.read_bytes()
    judge(bitewing)
    assert cached(bitewing)
