"""How is a program of the packager's run? Alike everywhere: no locale, no time zone, no luck."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class Failed(Exception):
    """A program ended with an error; the message is what it said."""


def run(
    words: Sequence[str | Path], at: Path | None = None, more: Mapping[str, str] | None = None
) -> str:
    """What it printed; Failed with what it complained of."""
    environment = {
        **os.environ,
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        **(more or {}),
    }
    try:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=at,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise Failed(f"{words[0]} is not on this machine: install it, then build again") from error
    if done.returncode:
        raise Failed(f"{words[0]}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout
