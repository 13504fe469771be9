"""A file is written whole, or what was there stays."""

import os
import stat
import subprocess
import sys

import pytest

from rules import whole


def test_a_file_takes_the_place_of_another(tmp_path) -> None:
    (tmp_path / "page.md").write_text("before")
    whole.write(tmp_path / "page.md", b"after", mode=0o600)
    assert (tmp_path / "page.md").read_bytes() == b"after"
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "page.md").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX's")
def test_what_does_not_fit_leaves_what_was_there_and_is_named(tmp_path) -> None:
    (tmp_path / "page.md").write_text("before")
    script = (
        "import resource, signal, pathlib; from rules import whole\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: whole.write(pathlib.Path('page.md'), bytes(5000))\n"
        "except OSError as error: print(error.filename)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "page.md\n"
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]
    assert (tmp_path / "page.md").read_text() == "before"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes with a name are POSIX's")
def test_a_pipe_or_a_device_stays_what_it_is(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="it is no file"):
        whole.write(tmp_path / "pipe", b"facts")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


@pytest.mark.skipif(sys.platform == "win32", reason="links ask for a right on Windows")
def test_what_a_link_leads_to_is_written_and_a_link_that_waits_there_is_not_followed(
    tmp_path,
) -> None:
    (tmp_path / "here").symlink_to("there")
    (tmp_path / ".there.part").symlink_to("stranger")
    whole.write(tmp_path / "here", b"facts")
    assert (tmp_path / "here").is_symlink()
    assert (tmp_path / "there").read_bytes() == b"facts"
    assert not (tmp_path / "stranger").exists()


def test_a_file_in_the_place_of_the_folder_is_told_by_the_name_that_was_typed(tmp_path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(OSError, match=r"page\.md") as told:
        whole.write(tmp_path / "file" / "page.md", b"after")
    assert told.value.filename == str(tmp_path / "file" / "page.md")
