r"""Lay the agent out as a folder that needs no Python: run on Windows or a Mac, with its lock.

    py -3.11 -m venv build & build\Scripts\activate
    pip install --require-hashes -r requirements\freeze.txt
    python packaging\frozen\freeze.py dist\windows

It writes what each file is into the folder (shipping.frozen). Then `python -m shipping.msi
dist/windows/dentinel` makes the package of it, on Linux; on a Mac
packaging/macos/build.sh does all of this. A folder and never one file: a single file unpacks itself
at each start, which is slow, and looks to antivirus like what it is there to stop.
"""

import os
import sys
from pathlib import Path

from PyInstaller.__main__ import run

HOUSE = Path(__file__).parents[2]
ROOMS = ("agent", "evidence", "rules")
_HIDDEN = ("win32timezone",) if sys.platform == "win32" else ()
_LEFT_OUT = ("tkinter", "pythonwin", "win32ui", "setuptools", "pip")


def words(out: Path) -> list[str]:
    """What PyInstaller is told: everything of ours, for commands and errands are found by name."""
    said = ["--noconfirm", "--clean", "--onedir", "--console", "--name=dentinel", "--noupx"]
    said += [f"--distpath={out}", f"--workpath={out / 'work'}", f"--specpath={out / 'work'}"]
    said += [f"--paths={HOUSE}", "--log-level=WARN"]
    for room in ROOMS:
        said += [f"--collect-submodules={room}", f"--collect-data={room}"]
    said += [f"--hidden-import={name}" for name in _HIDDEN]
    said += [f"--exclude-module={name}" for name in _LEFT_OUT]
    return [*said, str(Path(__file__).with_name("dentinel.py"))]


def main(out: Path) -> None:
    """Freeze it, and write down what each file of it is."""
    # Where PyInstaller asks for our modules and data it imports them, in processes of its own.
    where = (str(HOUSE), str(HOUSE / "packaging"))
    os.environ["PYTHONPATH"] = os.pathsep.join((*where, os.environ.get("PYTHONPATH", "")))
    sys.path[:0] = where
    run(words(out))
    from shipping import frozen  # noqa: PLC0415 - from the folder that was just named

    frozen.write(out / "dentinel", out / "work" / "dentinel")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
