"""A release: hashes of its files, and the release key's word for them."""

import hashlib
import subprocess

import pytest

from shipping import release
from shipping.programs import Failed


@pytest.fixture
def dist(tmp_path):
    """A folder of a release, signed, and the key by which others know it."""
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "dentinel_0.1.0-1_amd64.deb").write_bytes(b"the agent")
    (folder / "dentinel_amd64.cdx.json").write_bytes(b"{}")
    vkey = release.new_key(tmp_path / "release.key")
    release.write_sums(folder)
    release.sign(folder, tmp_path / "release.key")
    return folder, vkey


def test_a_release_is_as_it_was_signed(dist) -> None:
    assert release.check(*dist) == []


def test_sha256sum_reads_the_hashes(dist) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=dist[0], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.threat("changed-release")
def test_a_changed_package_is_named(dist) -> None:
    folder, vkey = dist
    (folder / "dentinel_0.1.0-1_amd64.deb").write_bytes(b"another")

    assert release.check(folder, vkey) == ["dentinel_0.1.0-1_amd64.deb is not as it was signed"]


def test_a_file_that_came_later_or_went_is_named(dist) -> None:
    folder, vkey = dist
    (folder / "dentinel_amd64.cdx.json").rename(folder / "other.json")

    assert release.check(folder, vkey) == [
        "dentinel_amd64.cdx.json is not there",
        "other.json is not of this release",
    ]


@pytest.mark.threat("changed-release")
def test_hashes_that_were_written_anew_are_not_believed(dist) -> None:
    folder, vkey = dist
    note = folder / "SHA256SUMS.note"
    digest = hashlib.sha256(b"the agent").hexdigest()
    note.write_text(note.read_text().replace(digest, "0" * 64))

    (said,) = release.check(folder, vkey)
    assert "is not over this text" in said


def test_another_key_is_not_believed(dist, tmp_path) -> None:
    folder, _ = dist

    (said,) = release.check(folder, release.new_key(tmp_path / "another.key"))
    assert "no signature of a known key" in said


def test_the_key_is_its_owners_alone_and_never_written_over(dist, tmp_path) -> None:
    key = tmp_path / "release.key"

    assert key.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        release.new_key(key)


def test_a_file_that_is_no_key_is_said_to_be_none(dist, tmp_path) -> None:
    (tmp_path / "note.txt").write_text("hello")

    with pytest.raises(Failed, match="holds no release key"):
        release.sign(dist[0], tmp_path / "note.txt")
