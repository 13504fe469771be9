"""How is a file of the agent written, so that nobody finds half of it, and whose is it then?

- The courier runs as the user `dentinel` where its package made one: what it must read or write
  belongs to that group, everything else to root alone.
- Root writes in folders that the courier may write, too. So no link that lies there is followed:
  a file is made as new, and mode and group are set on the open file, not on its name. What cannot
  be done so, because a library opens by name, is done while the folder is shut (`shut`).
- On Windows modes and groups mean nothing: the home's own access list holds for all in it.
- A writer that was killed leaves its temporary file. Whoever writes that file next removes it, once
  it is so old that nobody can be writing it any more.
"""

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from agent.errors import HomeError

GROUP = "dentinel"
"""The group, and the unprivileged user, of the courier."""

SHUT = ".shut"
"""By which processes of root wait for one another. Nobody else may open it: who can open a file or
folder to read can lock it, and keep us waiting."""

_TRIES, _LOCK_TRIES, _PAUSE_S = 40, 200, 0.05
ABANDONED_S = 3600.0
"""Seconds after which no writer is at work on its temporary file any more."""


def hand_over(path: Path, mode: int, *, shared: bool) -> None:
    """Set the mode of a file or folder; `shared` ones go to the courier's group, if there is one.

    Only for a folder where root alone may put names. On Windows neither means anything: the home's
    own access list holds for all in it.
    """
    if sys.platform != "win32":
        _hand_over(path, mode, shared=shared)


def make(path: Path, mode: int, *, shared: bool) -> IO[bytes]:
    """Make a file that is not there yet, no link followed; FileExistsError if anything is there."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags, 0o600), "wb")
    try:
        if sys.platform != "win32":
            _hand_over(file.fileno(), mode, shared=shared)
    except BaseException:
        file.close()
        raise
    return file


def write(path: Path, data: bytes, *, mode: int = 0o600, shared: bool = False) -> None:
    """Write a whole file or leave the old one: by a temporary name, fsync and rename.

    Mode and group stand before the first byte does. HomeError if the folder does not allow it.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.unlink(missing_ok=True)
        with make(temporary, mode, shared=shared) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        replace(temporary, path)
        _sync_folder(path.parent)
        _tidy(path)
    except OSError as error:
        with suppress(OSError):  # a disk that fails has turned read-only by now
            temporary.unlink(missing_ok=True)
        raise HomeError(
            f"{path} cannot be written: {error.strerror}",
            "run as root, or choose a folder of your own with --home DIR; look for a full disk",
        ) from error


def replace(temporary: Path, path: Path) -> None:
    """Rename over a file; on Windows wait a moment for who has it open, a reader or a scanner."""
    for _ in range(_TRIES if sys.platform == "win32" else 0):
        try:
            temporary.replace(path)
        except PermissionError:
            time.sleep(_PAUSE_S)
        else:
            return
    temporary.replace(path)


@contextmanager
def shut(folder: Path) -> Iterator[None]:
    """While the block runs root alone puts names into a folder, though the courier's group may.

    Such a folder is known by its set-group-id bit, which stays: a process that was killed within
    leaves it shut, and the next one opens it again. TimeoutError if another holds it for 10 s.
    """
    if sys.platform != "win32" and os.geteuid() == 0:
        with _alone(folder):
            yield
    else:
        yield


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Root's part of it."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not mode & stat.S_ISGID:
        yield
        return
    turn = os.open(
        folder.parent / SHUT, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600
    )
    try:
        _lock(turn)
        folder.chmod(mode & ~stat.S_IWGRP)
        try:
            yield
        finally:
            folder.chmod(mode | stat.S_IWGRP)
    finally:
        os.close(turn)


def _lock(descriptor: int) -> None:
    """Wait for other processes of root."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - there is none on Windows

        for _ in range(_LOCK_TRIES):
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(_PAUSE_S)
        raise TimeoutError("another process holds it")


def _tidy(path: Path) -> None:
    """Remove what writers of this file left that were killed."""
    for left in path.parent.iterdir():
        beginning, _, pid = left.name.rpartition(".")
        if beginning == f".{path.name}" and pid.isdecimal():
            with suppress(OSError):  # somebody else was faster
                if time.time() - left.lstat().st_mtime > ABANDONED_S:
                    left.unlink()


def _hand_over(what: Path | int, mode: int, *, shared: bool) -> None:
    """A name, or an open file by its descriptor."""
    if sys.platform != "win32":
        if shared and os.geteuid() == 0:
            _to_group(what)
        os.chmod(what, mode)  # noqa: PTH101 - an open file has no path


def _to_group(what: Path | int) -> None:
    if sys.platform != "win32":
        import grp  # noqa: PLC0415 - there is none on Windows

        try:
            group = grp.getgrnam(GROUP).gr_gid
        except KeyError:
            return  # a home without the package: demo, tests, a foreground run
        os.chown(what, -1, group)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut; Windows does so by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
