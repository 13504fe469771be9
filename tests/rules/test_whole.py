"""A file is written whole, or what was there stays."""

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
