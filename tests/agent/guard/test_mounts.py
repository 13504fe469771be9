"""The mount table: what is far away, and what has moved."""

from agent.guard import mounts
from agent.guard.mounts import Mounts

TABLE = rb"""22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv/nas rw - nfs4 nas:/images rw
31 22 0:41 / /srv/with\040space rw - cifs //nas/images rw
32 22 0:42 / /srv/sync rw - fuse.rclone remote: rw
33 22 8:17 / /media/usb rw - fuseblk /dev/sdb1 rw
"""


def test_network_and_fuse_file_systems_are_far_and_a_local_ntfs_is_not(tmp_path):
    (tmp_path / "mountinfo").write_bytes(TABLE)

    found = mounts.read(tmp_path / "mountinfo")

    assert found.network == {"/srv/nas", "/srv/with space", "/srv/sync"}


def test_without_a_table_nothing_is_far(tmp_path):
    assert mounts.read(tmp_path / "mountinfo") == Mounts(b"", frozenset())


def test_what_came_and_what_went_has_moved(tmp_path):
    before = Mounts(TABLE, frozenset())
    after = Mounts(TABLE.replace(b"/media/usb", b"/media/stick"), frozenset())

    assert mounts.moved(before, after) == {"/media/usb", "/media/stick"}
    assert mounts.moved(before, before) == frozenset()
