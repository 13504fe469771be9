"""Real mounts on this machine: a loop file, and a folder that its file system encrypts."""

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.host.local import LocalHost
from agent.storage.survey import survey

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount"),
]

ADD_KEY, SET_POLICY = 0xC0506617, 0x800C6613
"""FS_IOC_ADD_ENCRYPTION_KEY and FS_IOC_SET_ENCRYPTION_POLICY (linux/fscrypt.h)."""


@pytest.fixture
def mounted(tmp_path) -> Iterator[Path]:
    """An ext4 in a file, mounted."""
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is not installed here")
    image, point = tmp_path / "disk.img", tmp_path / "mnt"
    with image.open("wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-O", "encrypt", image], check=True)
    point.mkdir()
    if subprocess.run(["mount", "-o", "loop", image, point], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield point
    subprocess.run(["umount", point], check=True)


def encrypt(folder: Path) -> None:
    """Give the folder a policy of AES-256 under a key that is in the kernel alone."""
    handle = os.open(folder.parent, os.O_RDONLY)
    arg = bytearray(struct.pack("<II32sII32s", 2, 0, bytes(32), 64, 0, bytes(32)) + os.urandom(64))
    try:
        fcntl.ioctl(handle, ADD_KEY, arg)
    except OSError as error:
        pytest.skip(f"no fscrypt here: {error.strerror}")
    finally:
        os.close(handle)
    policy = struct.pack("<BBBB4s16s", 2, 1, 4, 0, bytes(4), bytes(arg[8:24]))
    handle = os.open(folder, os.O_RDONLY)
    fcntl.ioctl(handle, SET_POLICY, policy)
    os.close(handle)


def test_a_loop_file_stands_as_the_disk_on_which_it_lies(mounted) -> None:
    storage = survey(LocalHost())
    below = storage.at(str(mounted.parent))
    place = storage.at(str(mounted / "images"))
    assert place.mount == str(mounted)
    assert place.standing.protection == below.standing.protection
    assert place.size == 32 << 20


def test_a_folder_with_a_policy_is_protected_and_its_neighbour_is_not(mounted) -> None:
    (mounted / "images").mkdir()
    (mounted / "export").mkdir()
    encrypt(mounted / "images")
    storage = survey(LocalHost())
    place, neighbour = storage.at(str(mounted / "images")), storage.at(str(mounted / "export"))
    if neighbour.standing.protection == "protected":
        pytest.skip("the disk below is encrypted: nothing asks the folder")
    assert (place.standing.protection, place.standing.mechanism) == ("protected", "fscrypt")
    assert neighbour.standing.protection == "unprotected"


def test_a_folder_that_is_not_there_yet_lies_where_it_would(mounted) -> None:
    storage = survey(LocalHost())
    assert storage.at(str(mounted / "not" / "yet")).mount == str(mounted)
