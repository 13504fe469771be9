"""Disks that fail: one that is full, and one that answers with errors.

The full disk is a small tmpfs, filled until the kernel says ENOSPC. The failing one is ext4 on a
loop device whose backing store has no room: its writes end in EIO, as those of a dying disk do.
"""

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest


def _mounted(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")


@contextmanager
def small(at: Path, size: str = "16m") -> Iterator[Path]:
    """A disk with little room, mounted in a new folder below `at`."""
    disk = at / "disk"
    disk.mkdir()
    _mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk))
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def failing(small_disk: Path, at: Path) -> Iterator[Path]:
    """An ext4 of 64 MiB that has only the room of the small disk below it."""
    image, disk = small_disk / "image", at / "failing"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(64 << 20)
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is not here")
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    _mounted("-o", "loop,errors=continue", str(image), str(disk))
    try:
        yield disk
    finally:
        # Lazily: a file that could not be flushed may still be open.
        subprocess.run(["umount", "--lazy", str(disk)], check=False)


def fill(disk: Path) -> Path:
    """Take all room there is, and say in which file."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while _takes(file):
            pass
    return ballast


def _takes(file: IO[bytes]) -> bool:
    try:
        return file.write(os.urandom(1 << 14)) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
