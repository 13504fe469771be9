"""What of a controller goes into a backup, and how does it come out again?

All of its home but five things: the seed, which is on the recovery sheet and opens the backup;
the checkpoint lock, which is what notices that a backup was put back; the lock of who serves; the
token of the numbers, which no restore is to open again once it was ended; and the backups from
before an upgrade.
The database is copied as of one moment while it is written to (SQLite's VACUUM INTO).

- What was written is read back whole before it takes its name: a backup that nobody has read is
  none. What comes out goes into a folder of its own; nothing of a home is touched by reading.
"""

import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

import zstandard

from controller.errors import HomeProblem, Refusal
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys
from controller.identity.strongbox import SALT_BYTES, Opening, Sealing

_LEFT_OUT = (
    "serving.sqlite",
    "checkpoint-lock.sqlite",
    "controller.sqlite",
    "keys/seed",
    "keys/metrics-token",
    "before/",
)
_MARKS = (".part", ".new", ".aside")
_FOLDER = "restoring"


def write(home: ControllerHome, out: Path, keys: Keys, at: str) -> int:
    """Write a backup to a new file and note when; its bytes. Refusal if there is a file already."""
    size = write_box(home, out, keys)
    write_private(home.last_backup, f"{at}\n".encode())
    return size


def write_box(home: ControllerHome, out: Path, keys: Keys) -> int:
    """The same for one beside the database, which saves nobody from the loss of the disk."""
    if out.exists():
        raise Refusal(f"{out} is there already", help="name a new file, as backup-2026-11-23.box")
    part, copy = out.with_name(f"{out.name}.part"), home.root / "controller.sqlite.new"
    try:
        _copy(home, copy)
        part.touch(mode=0o600)
        with part.open("wb") as file:
            _seal(home, copy, file, keys)
            file.flush()
            os.fsync(file.fileno())
        _read_back(part, keys)
        part.replace(out)
    except OSError as error:
        raise HomeProblem(
            f"{out} cannot be written: {error.strerror}", help="name a file on another disk"
        ) from error
    finally:
        part.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
    return out.stat().st_size


@contextmanager
def unpacked(home: ControllerHome, source: Path, keys: Keys) -> Iterator[ControllerHome]:
    """What a backup holds, as a home of its own within this one, for as long as the block runs."""
    folder = home.root / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        with source.open("rb") as file, _tar(file, keys) as tar:
            for member in tar:
                _put(tar, member, folder)
        yield ControllerHome(folder)
    except (tarfile.TarError, zstandard.ZstdError) as error:
        raise Refusal(f"{source} holds no backup: {error}") from error
    except FileNotFoundError as error:
        raise Refusal(f"{error.filename} is not there", help="name the file of a backup") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One file of a backup; what could lie outside of `folder` is no backup of ours.

    The filters of `tarfile` do the same, from Python 3.11.4 on; Debian 12 has 3.11.2.
    """
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or not member.isfile():
        raise tarfile.ReadError("it names what is no file of a home")
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = tar.extractfile(member)
    with closing(cast("IO[bytes]", held)) as source, path.open("xb") as file:
        path.chmod(0o600)
        shutil.copyfileobj(source, file)


def _copy(home: ControllerHome, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(f"file:{home.database}?mode=ro", uri=True)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.Error as error:
        raise HomeProblem(
            f"{home.database} cannot be copied: {error}",
            help=f"make room on the disk of {home.root}, or see `dentinel-controller doctor`",
        ) from error


def _seal(home: ControllerHome, copy: Path, file: BinaryIO, keys: Keys) -> None:
    with (
        closing(Sealing(file, keys, secrets.token_bytes(SALT_BYTES))) as box,
        zstandard.ZstdCompressor(level=3).stream_writer(
            cast("IO[bytes]", box), closefd=False
        ) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        tar.add(copy, "controller.sqlite")
        for path in _others(home):
            tar.add(path, path.relative_to(home.root).as_posix(), recursive=False)


def _others(home: ControllerHome) -> Iterator[Path]:
    """Every other file of the home, in order: keys, published rules, uploads."""
    for path in sorted(home.root.rglob("*")):
        name = path.relative_to(home.root).as_posix()
        is_left_out = name.startswith(_LEFT_OUT) or any(mark in path.name for mark in _MARKS)
        if path.is_file() and not path.is_symlink() and not is_left_out:
            yield path


def _read_back(part: Path, keys: Keys) -> None:
    with part.open("rb") as file, _tar(file, keys) as tar:
        if "controller.sqlite" not in [member.name for member in tar]:
            raise HomeProblem(f"{part} does not read back as it was written", help="try again")


@contextmanager
def _tar(file: BinaryIO, keys: Keys) -> Iterator[tarfile.TarFile]:
    packed = zstandard.ZstdDecompressor().stream_reader(cast("IO[bytes]", Opening(file, keys)))
    with packed, tarfile.open(fileobj=packed, mode="r|") as tar:
        yield tar
