"""Real mounts on this machine: a loop file, and a folder that its file system encrypts."""

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.host.base import HostError
from agent.host.local import LocalHost
from agent.storage.survey import survey
from rules.facts.base import Why

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount"),
]

ADD_KEY, REMOVE_KEY, SET_POLICY = 0xC0506617, 0xC0406618, 0x800C6613
"""FS_IOC_{ADD,REMOVE}_ENCRYPTION_KEY and FS_IOC_SET_ENCRYPTION_POLICY (linux/fscrypt.h)."""


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


def encrypt(folder: Path) -> bytes:
    """Give the folder a policy of AES-256 under a key that is in the kernel alone: its number."""
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
    return bytes(arg[8:24])


def lose(key: bytes, point: Path) -> None:
    """Take a key out of the kernel, as at a restart."""
    handle = os.open(point, os.O_RDONLY)
    fcntl.ioctl(handle, REMOVE_KEY, struct.pack("<II16s16sI20x", 2, 0, key, bytes(16), 0))
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


def test_a_folder_whose_key_is_lost_is_ciphertext_and_says_that_it_is_locked(mounted) -> None:
    (mounted / "images").mkdir()
    key = encrypt(mounted / "images")
    (mounted / "images" / "bitewing.dcm").write_bytes(bytes(4096))
    os.sync()
    lose(key, mounted)
    host, images = LocalHost(), str(mounted / "images")
    (entry,) = host.list(images)
    assert entry.name != "bitewing.dcm"
    with pytest.raises(HostError) as locked:
        host.read(f"{images}/{entry.name}")
    assert locked.value.why is Why.LOCKED
    place = survey(host).at(images)
    if place.standing.mechanism != "fscrypt":
        pytest.skip("the disk below is encrypted: nothing asks the folder")
    assert place.standing.protection == "protected"


@pytest.fixture
def vault(tmp_path, needs) -> Iterator[tuple[Path, Path]]:
    """A folder of ciphertext, and the folder in which gocryptfs shows it in clear."""
    gocryptfs = [needs("gocryptfs"), "-q", "-extpass", "echo passphrase"]
    cipher, plain = tmp_path / "cipher", tmp_path / "plain"
    cipher.mkdir()
    plain.mkdir()
    subprocess.run([*gocryptfs, "-init", "-scryptn", "10", cipher], check=True)
    if subprocess.run([*gocryptfs, cipher, plain], check=False, capture_output=True).returncode:
        pytest.skip("nothing can be mounted by FUSE here")
    yield cipher, plain
    subprocess.run(["umount", plain], check=False)


def test_what_gocryptfs_shows_is_protected_while_it_is_mounted(vault) -> None:
    cipher, plain = vault
    storage = survey(LocalHost())
    assert storage.at(str(plain)).standing.protection == "protected"
    assert storage.at(str(plain)).standing.mechanism == "fuse"
    below = storage.at(str(cipher)).standing
    assert below.mechanism != "fuse"
    subprocess.run(["umount", plain], check=True)
    assert survey(LocalHost()).at(str(plain)).standing == below


def test_a_folder_that_is_not_there_yet_lies_where_it_would(mounted) -> None:
    storage = survey(LocalHost())
    assert storage.at(str(mounted / "not" / "yet")).mount == str(mounted)
