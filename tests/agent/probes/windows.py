"""A Windows of Wine, and a C compiler for it: what the tests of native calls run on."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

COMPILER = "x86_64-w64-mingw32-gcc"


@dataclass(frozen=True, slots=True)
class Wine:
    """A Windows of its own below a folder."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "WINEPREFIX": str(self.home / "prefix"),
            "WINEDEBUG": "-all",
            "LC_ALL": "C.UTF-8",
        }

    def compiled(self, source: str, *libraries: str) -> Path:
        """A program of C for Windows."""
        name = f"{abs(hash(source)):x}"
        (self.home / f"{name}.c").write_text(source)
        program = self.home / f"{name}.exe"
        words = [
            COMPILER,
            "-O0",
            "-D_WIN32_WINNT=0x0A00",
            "-o",
            str(program),
            str(self.home / f"{name}.c"),
        ]
        subprocess.run([*words, *(f"-l{one}" for one in libraries)], check=True)
        return program

    def run(self, program: Path, *words: str) -> bytes:
        """What it prints; CalledProcessError."""
        done = subprocess.run(
            ["wine", str(program), *words],
            env=self.environment,
            capture_output=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    def end(self) -> None:
        """Nothing of it runs on."""
        self._ask("wineserver", "-k")

    def _ask(self, *words: str | Sequence[str]) -> None:
        subprocess.run(words, env=self.environment, check=False, capture_output=True)
