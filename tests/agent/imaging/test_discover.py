"""Imaging software and folders are found where they are, and guesses are called guesses."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.host.local import LocalHost
from agent.host.tree import TreeHost
from agent.imaging.discover import Discovery, Proposal, Share, discover
from agent.imaging.looking import ENTRIES, SECONDS, look
from rules.facts.base import Why
from tests.agent.facts.clinic import DPKG, PACKAGES
from tests.agent.imaging.samples import dicom

XRAY = dicom.written(dicom.xray())
LEE = "S-1-5-21-1-2-3-1001"
UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
CONFIGURED = """\
{
  // "StorageDirectory" : "/old",
  "StorageDirectory" : "/data/images", /* moved: "/srv" */
  "RegisteredUsers" : { "dr_lee" : "a // b" }
}
"""


def windows(files: dict[str, Any], keys: dict[str, Any] | None = None, **more: Any) -> TreeHost:
    profiles = rf"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{LEE}"
    drives = {"C:\\Windows": {"folder": True}}
    return TreeHost(
        drives | files, os="windows", registry_keys={profiles: {}} | (keys or {}), **more
    )


def linux(files: dict[str, Any], said: str = PACKAGES) -> TreeHost:
    return TreeHost({"/etc": {"folder": True}} | files, {DPKG: said})


def found(host: Any, *watched: str) -> Discovery:
    return discover(host, frozenset(watched))


def only(host: Any) -> Proposal:
    (one,) = found(host).proposals
    return one


def test_a_folder_with_images_is_proposed_as_what_it_is() -> None:
    one = only(windows({r"D:\PDATA\p1\bitewing.dcm": XRAY, r"D:\PDATA\notes.txt": "Monday"}))
    assert (one.label, one.path, one.product) == ("sidexis", r"D:\PDATA", "sidexis")
    assert (one.kinds, one.looked_at) == (("dicom",), 2)


def test_a_folder_without_images_is_a_guess() -> None:
    one = only(windows({r"C:\DEXISData\notes.txt": "Monday"}))
    assert (one.product, one.trust, one.kinds) == ("dexis", "medium", ())


@pytest.mark.parametrize(
    "key",
    [
        rf"HKLM\SOFTWARE\{UNINSTALL}\x",
        rf"HKLM\SOFTWARE\WOW6432Node\{UNINSTALL}\x",
        rf"HKU\{LEE}\SOFTWARE\{UNINSTALL}\x",
    ],
)
def test_what_is_installed_without_its_folder_is_told(key) -> None:
    said = found(windows({}, {key: {"DisplayName": "Planmeca Romexis 6"}}))
    assert (said.proposals, said.installed) == ((), ("Romexis",))


def test_what_has_a_folder_to_propose_is_not_told_twice() -> None:
    key = {rf"HKLM\SOFTWARE\{UNINSTALL}\x": {"DisplayName": "Planmeca Romexis 6"}}
    said = found(windows({r"D:\romexis_images\1.dcm": XRAY}, key))
    assert [one.product for one in said.proposals] == ["romexis"]
    assert said.installed == ()


def test_a_program_is_known_by_its_file_too() -> None:
    assert found(windows({r"C:\VixWin\VixWin.exe": "MZ"})).installed == ("VixWin",)


def test_a_bridge_file_makes_a_root_of_its_own() -> None:
    files = {r"C:\PDATA\1.dcm": XRAY, r"C:\PDATA\siomin.sdx": "Lee", r"C:\infofile.txt": "Lee"}
    said = found(windows(files)).proposals
    assert [(one.label, one.path, one.bridge) for one in said] == [
        ("sidexis", r"C:\PDATA", None),
        ("sidexis-bridge", r"C:\PDATA", "siomin.sdx"),
        ("bridge", "C:\\", "infofile.txt"),
    ]


def test_a_bridge_in_a_folder_that_nobody_can_name_beforehand_is_found() -> None:
    path = r"C:\ProgramData\Air Techniques\VisionX\Export\patimport.txt"
    one = only(windows({path: "Lee"}))
    assert one.bridge == "patimport.txt"
    assert one.path.lower() == path.rpartition("\\")[0].lower()


def test_two_folders_of_one_product_have_labels_of_their_own() -> None:
    said = found(windows({r"C:\PDATA\1.dcm": XRAY, r"D:\PDATA\1.dcm": XRAY})).proposals
    assert [one.label for one in said] == ["sidexis", "sidexis-2"]


def test_a_drive_of_another_machine_is_named_and_left_alone() -> None:
    keys = {rf"HKU\{LEE}\Network\z": {"RemotePath": r"\\SERVER\PDATA"}}
    host = windows({"Z:\\": {"error": "not_local"}, r"Z:\PDATA": {"error": "not_local"}}, keys)
    said = found(host)
    assert (said.proposals, said.shares) == ((), (Share("Z:", r"\\SERVER\PDATA"),))


def test_a_folder_that_is_watched_already_is_left_out() -> None:
    assert found(windows({r"D:\PDATA\1.dcm": XRAY}), r"D:\PDATA").proposals == ()


def test_what_cannot_be_looked_at_is_told() -> None:
    said = found(windows({r"C:\PDATA": {"error": "access_denied"}}))
    assert (r"C:\PDATA", Why.ACCESS_DENIED) in said.unread


def test_orthanc_says_itself_where_its_images_lie() -> None:
    host = linux({"/etc/orthanc/orthanc.json": CONFIGURED, "/data/images/0a/1f/0a1f": XRAY})
    one = only(host)
    assert (one.path, one.product, one.kinds) == ("/data/images", "orthanc", ("dicom",))


def test_a_store_that_was_moved_is_followed_over_its_link() -> None:
    files = {"/var/lib/orthanc/db": {"link": "/data"}, "/data/0a/1f/0a1f": XRAY}
    assert only(linux(files)).kinds == ("dicom",)


def test_a_configuration_that_cannot_be_read_is_told() -> None:
    said = found(linux({"/etc/orthanc/orthanc.json": '{"StorageDirectory": 3}'}))
    assert said.unread == (("/etc/orthanc/orthanc.json", Why.PARSE_ERROR),)
    assert said.installed == ("Orthanc",)


def test_dcm4chee_is_known_by_its_folders() -> None:
    files = {"/opt/wildfly/standalone/data/fs1/2026/11/22/x": XRAY}
    assert only(linux(files)).product == "dcm4chee"


def test_a_folder_that_a_service_copies_away_is_said_so(tmp_path) -> None:
    files = {"/etc/orthanc/orthanc.json": CONFIGURED.replace("/data/images", "/srv/Dropbox/xray")}
    assert only(linux(files | {"/srv/Dropbox/xray/1": XRAY})).cloud == "Dropbox"


def test_no_name_of_windows_is_asked_of_linux() -> None:
    class Asked(TreeHost):
        def stat(self, path: str) -> Any:
            assert path.startswith("/"), path
            return super().stat(path)

    assert found(Asked({"/etc": {"folder": True}}, {DPKG: ""})).proposals == ()


def test_a_look_ends_at_its_bounds() -> None:
    deep = {"/srv/a/b/c/1.dcm": XRAY, "/srv/a/b/2.dcm": XRAY}
    assert look(linux(deep), "/srv").files == 1
    many = {f"/srv/{number:04}.txt": "x" for number in range(ENTRIES + 50)}
    assert look(linux(many), "/srv").files == ENTRIES
    times = iter((0.0, 0.0, SECONDS))
    assert look(linux(many), "/srv", lambda: next(times)).files == 1


def test_a_look_passes_over_what_it_cannot_read() -> None:
    files = {"/srv/1": {"error": "access_denied"}, "/srv/a": {"error": "timeout"}, "/srv/2": XRAY}
    assert look(linux(files), "/srv").kinds == ("dicom",)


@pytest.mark.live
def test_the_real_configuration_of_orthanc_is_read(needs, tmp_path) -> None:
    """The package is unpacked, not installed: it would start a server."""
    apt = needs("apt-get")
    got = subprocess.run([apt, "download", "orthanc"], cwd=tmp_path, check=False)
    packed = list(tmp_path.glob("orthanc_*.deb"))
    if got.returncode or not packed:
        pytest.skip("no package source offers orthanc here")
    subprocess.run([needs("dpkg-deb"), "-x", packed[0], tmp_path], check=True)
    said = (tmp_path / "etc/orthanc/orthanc.json").read_text(encoding="utf-8")
    assert only(linux({"/etc/orthanc/orthanc.json": said, "/var/lib/orthanc/db-v6/x": XRAY})).path


@pytest.mark.live
def test_this_machine_is_searched_without_a_mistake(tmp_path) -> None:
    said = found(LocalHost())
    assert all(Path(one.path).is_absolute() for one in said.proposals)
    assert shutil.which("orthanc") is None or "Orthanc" in said.installed or said.proposals
