"""A Windows of Wine with a real Python for Windows, and this tree's agent in it."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agent.probes.windows import Wine
from tests.conftest import missing
from tests.windows_python import HOUSE, KEPT


class Pc:
    """Runs words of Windows; its folder is drive C:."""

    def __init__(self, wine: Wine, python: Path) -> None:
        self.wine = wine
        self.python = f"Z:{python / 'python.exe'}".replace("/", "\\")
        self.drive = wine.home / "prefix" / "drive_c"

    def ask(self, *words: str) -> tuple[int, str]:
        """Its output goes into a file: a service that it starts would hold a pipe open for ever."""
        said = self.wine.home / "said"
        with said.open("wb") as out, (self.wine.home / "complained").open("wb") as err:
            done = subprocess.run(
                ["wine", *words],
                env=self.wine.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                timeout=120,
                check=False,
            )
        return done.returncode, said.read_text(encoding="utf-8", errors="replace")

    def agent(self, *words: str) -> tuple[int, str]:
        """A part of the agent; by a pipe, for Python cannot use a file that Wine hands it."""
        done = subprocess.run(
            ["wine", self.python, "-I", "-m", "agent", *words],
            env=self.wine.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return done.returncode, (done.stdout + done.stderr).decode(errors="replace")

    def guard(self) -> dict[str, Any]:
        """What the guard has written of itself."""
        try:
            return json.loads((self.drive / "op1" / "run" / "guard.json").read_text())
        except (OSError, ValueError):
            return {}

    @staticmethod
    def until(claim: Callable[[], Any]) -> Any:
        end = time.monotonic() + 90
        while not (found := claim()):
            assert time.monotonic() < end, "it never came true"
            time.sleep(0.3)
        return found


@pytest.fixture(scope="session")
def pc(needs, tmp_path_factory) -> Iterator[Pc]:
    """It ends when nothing runs in it: so something does."""
    needs("wine")
    if not KEPT.exists():
        missing(f"no Python for Windows at {KEPT}: tests/prepare.py lays it out", "live")
    wine = Wine(tmp_path_factory.mktemp("windows"))
    pc = Pc(wine, _python(wine.home / "python"))
    pc.ask("winecfg", "-v", "win10")
    stays = subprocess.Popen(
        ["wine", "cmd", "/c", "set /p x="],
        env=wine.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield pc
    wine.end()
    stays.communicate(timeout=30)


def _python(at: Path) -> Path:
    """The kept Python, with this tree among its packages; links, but for what Windows loads."""
    packages = at / "Lib" / "site-packages"
    packages.mkdir(parents=True)
    for path in KEPT.iterdir():
        if path.is_file():
            shutil.copyfile(path, at / path.name)
    (at / "DLLs").symlink_to(KEPT / "DLLs")
    for folder in ("Lib", "Lib/site-packages"):
        for path in (KEPT / folder).iterdir():
            if path.name != "site-packages":
                (at / folder / path.name).symlink_to(path)
    (packages / "dentinel.pth").write_text(f"Z:{HOUSE}\n".replace("/", "\\"), encoding="ascii")
    return at
