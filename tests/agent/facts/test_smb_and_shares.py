"""What is shared with the network, how openly, and whether it is spoken as it was in 1996."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.facts.gather import gather
from agent.facts.listeners import linux as listeners
from agent.facts.shares import linux as shares
from agent.facts.smb import linux as smb
from agent.host.base import HostError
from agent.host.tree import TreeHost
from agent.readers import exports, samba
from agent.readers.errors import ParseError
from agent.settings import RootSetting, Settings
from rules.facts.base import Items, Unknown, Why
from rules.facts.smb import Smb
from tests.agent.facts.clinic import (
    EVERYWHERE,
    OPEN_SAMBA,
    SAMBA,
    TESTPARM,
    TITLES,
    about,
    socket,
    system,
)

SERVES = {"/proc/1/net/tcp": f"{TITLES}\n{socket(EVERYWHERE, 445, 7001)}"}
MOUNTS = "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
NO_SAMBA = {"error": "tool_missing"}


def installed(says: Any) -> dict[str, str]:
    return {} if says is NO_SAMBA else {"/usr/bin/testparm": ""}


def spoken(says: Any = SAMBA, **files: Any) -> Smb:
    tree = system() | installed(says) | {"/proc/1/mountinfo": MOUNTS} | files
    host = TreeHost(tree, {TESTPARM: says})
    readings = gather(host, about(), ["listeners"], [listeners.linux])
    return smb.linux(host, replace(about(), readings=readings))


def test_a_server_that_asks_for_everything() -> None:
    assert spoken(**SERVES) == Smb(
        server=True,
        smb1_server=False,
        smb1_client=False,
        signing_required=True,
        encryption_required=True,
        guest=False,
    )


def test_a_server_that_asks_for_nothing() -> None:
    assert spoken(OPEN_SAMBA, **SERVES) == Smb(
        server=True,
        smb1_server=True,
        smb1_client=True,
        signing_required=False,
        encryption_required=False,
        guest=True,
    )


def test_without_a_server_nothing_is_served() -> None:
    one = spoken(NO_SAMBA)
    assert (one.server, one.smb1_server, one.smb1_client) == (False, False, False)


def test_a_server_that_is_not_samba_says_nothing() -> None:
    assert spoken(NO_SAMBA, **SERVES).signing_required == Unknown(Why.TOOL_MISSING)


def test_a_mount_by_the_old_protocol_is_seen_without_samba() -> None:
    mounts = f"{MOUNTS}21 20 0:50 / /mnt/x rw - cifs //nas/x rw,vers=1.0,cache=strict\n"
    assert spoken(NO_SAMBA, **{"/proc/1/mountinfo": mounts}).smb1_client is True


def shared(says: Any = SAMBA, settings: Settings | None = None, **files: Any) -> Items:
    host = TreeHost(system() | installed(says) | files, {TESTPARM: says})
    return shares.linux(host, replace(about(), settings=settings or Settings()))


def folder(mode: int) -> dict[str, Any]:
    return {"/srv/xray": {"folder": True, "mode": mode}}


@pytest.mark.parametrize(
    ("says", "mode", "everyone"),
    [
        (SAMBA, 777, "none"),
        (OPEN_SAMBA, 777, "change"),
        (OPEN_SAMBA.replace("read only = No", "read only = Yes"), 777, "read"),
        # the folder's own mode gives less
        (OPEN_SAMBA, 755, "read"),
        (OPEN_SAMBA, 750, "none"),
        (OPEN_SAMBA + "\tvalid users = dr_lee\n", 777, "none"),
        # `Never` turns strangers' names away; who gives none comes in as a guest
        (OPEN_SAMBA.replace("Bad User", "Never"), 777, "change"),
    ],
)
def test_everyone_gets_the_lesser_of_share_and_folder(says, mode, everyone) -> None:
    (one,) = shared(says, **folder(mode)).items
    assert (one.name, one.kind, one.everyone) == ("xray", "smb", everyone)


def test_a_folder_that_cannot_be_looked_at_is_unknown() -> None:
    (one,) = shared(OPEN_SAMBA, **{"/srv/xray": {"error": "access_denied"}}).items
    assert one.everyone == Unknown(Why.ACCESS_DENIED)


@pytest.mark.parametrize(
    ("root", "files", "holds"),
    [
        ("/srv/xray", {}, True),
        ("/srv/xray/2026", {}, True),
        ("/srv", {}, True),
        ("/data/images", {}, False),
        ("/data/images", {"/data/images": {"link": "/srv/xray/a"}, "/srv/xray/a/1": ""}, True),
    ],
)
def test_a_share_holds_imaging_whichever_way_it_is_named(root, files, holds) -> None:
    settings = Settings(roots=(RootSetting(label="images", path=Path(root), role="store"),))
    (one,) = shared(OPEN_SAMBA, settings, **folder(777), **files).items
    assert one.holds_imaging is holds


def test_what_a_person_shares_is_a_share_too() -> None:
    made = "#VERSION 2\npath=/srv/xray\ncomment=\nusershare_acl=S-1-1-0:F\nguest_ok=y\n"
    found = shared(SAMBA, **{"/var/lib/samba/usershares/mine": made}, **folder(777)).items
    assert [(one.name, one.everyone) for one in found] == [("xray", "none"), ("mine", "full")]


@pytest.mark.parametrize(
    ("line", "everyone", "encrypted"),
    [
        ("/srv/xray *(rw,sync)", "change", False),
        ("/srv/xray *(ro) 10.0.0.5(rw)", "read", False),
        ("/srv/xray 10.0.0.5(rw)", "none", False),
        ("/srv/xray 10.0.0.5/32(rw) pacs.practice(rw)", "none", False),
        # a whole network is everybody in it: by sec=sys each says himself who he is
        ("/srv/xray 10.0.0.0/8(rw)", "change", False),
        ("/srv/xray 192.168.1.*(ro)", "read", False),
        ("/srv/xray *.practice(ro)", "read", False),
        ("/srv/xray @capture(ro)", "read", False),
        ("/srv/xray 10.0.0.0/8(rw,sec=krb5p)", "none", True),
        ("/srv/xray 10.0.0.0/8(rw,sec=krb5:krb5i)", "none", False),
        ("/srv/xray 10.0.0.0/8(rw,sec=krb5p:sys)", "change", False),
        ("/srv/xray 10.0.0.0/8(sec=sys,rw,sec=krb5p)", "change", False),
        ("/srv/xray", "read", False),
        ("/srv/xray (rw)", "change", False),
        ("/srv/xray 10.0.0.5(rw,sec=krb5p)", "none", True),
        ("/srv/xray -sec=krb5p,rw 10.0.0.5 *(ro)", "none", True),
    ],
)
def test_an_export_says_who_may_mount_it(line, everyone, encrypted) -> None:
    (one,) = shared(NO_SAMBA, **{"/etc/exports": f"# x\n{line}\n"}, **folder(777)).items
    assert (one.kind, one.everyone, one.encrypted) == ("nfs", everyone, encrypted)


def test_over_nfs_a_closed_folder_is_as_open_as_its_export() -> None:
    """A client is whoever it says it is, also the folder's owner."""
    (one,) = shared(NO_SAMBA, **{"/etc/exports": "/srv/xray *(rw)\n"}, **folder(700)).items
    assert one.everyone == "change"


def test_a_share_of_which_each_person_sees_another_folder_may_hold_images() -> None:
    settings = Settings(roots=(RootSetting(label="x", path=Path("/srv/lee"), role="store"),))
    (one,) = shared(SAMBA.replace("/srv/xray", "/srv/%U"), settings).items
    assert one.holds_imaging == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("allowed", "file", "guest"),
    [
        ("Yes", {"text": "#VERSION 2\npath=/srv\nusershare_acl=S-1-1-0:R\nguest_ok=y\n"}, True),
        ("Yes", {"text": "#VERSION 2\npath=/srv\nusershare_acl=S-1-1-0:R\nguest_ok=n\n"}, False),
        ("No", {"text": "#VERSION 2\npath=/srv\nusershare_acl=S-1-1-0:R\nguest_ok=y\n"}, False),
        ("Yes", {"error": "access_denied"}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_guests_come_in_by_what_a_person_shares_too(allowed, file, guest) -> None:
    says = SAMBA.replace("[global]", f"[global]\n\tusershare allow guests = {allowed}")
    made = {"/var/lib/samba/usershares/mine": file}
    assert spoken(says, **SERVES, **made).guest == guest


def test_guests_come_in_whatever_strangers_are_taken_for() -> None:
    says = SAMBA + "\tguest ok = Yes\n"
    assert "map to guest = Never" in says
    assert spoken(says, **SERVES).guest is True


def test_what_cannot_be_read_leaves_the_list_open() -> None:
    assert shared("testparm: cannot\n", **folder(777)).missing is Why.PARSE_ERROR
    assert shared(NO_SAMBA, **{"/etc/exports": {"error": "access_denied"}}).missing is (
        Why.ACCESS_DENIED
    )


def test_a_tool_that_may_not_be_run_is_no_sign_that_nothing_is_shared() -> None:
    there = {"/usr/bin/testparm": ""}
    assert shared(NO_SAMBA, **there, **folder(777)).missing is Why.TOOL_MISSING
    assert spoken(NO_SAMBA, **there).smb1_client == Unknown(Why.TOOL_MISSING)


def test_an_export_of_a_name_with_a_space() -> None:
    (one,) = exports.parse(b'"/srv/x ray" *(ro)\n/srv/y\\\n 10.0.0.1(rw)\n')[:1]
    assert one.path == "/srv/x ray"
    assert exports.parse(b"/srv/x\\040ray *(ro)\n")[0].path.endswith("ray")


@pytest.mark.live
def test_the_real_testparm_says_what_is_in_force(needs, tmp_path: Path) -> None:
    settings = tmp_path / "smb.conf"
    settings.write_text(
        "[global]\nserver min protocol = NT1\n[xray]\npath = /srv\nguest ok = yes\n"
    )
    words = [needs("testparm"), "-s", "-v", "--suppress-prompt", str(settings)]
    said = samba.parse(subprocess.run(words, capture_output=True, check=True).stdout)
    assert said.speaks_smb1("server min protocol")
    assert not said.speaks_smb1("client min protocol")
    assert said.of("xray", "guest ok") == "Yes"
    assert not said.requires("server signing")


@pytest.mark.parametrize("said", [b"", b"[global]\n", b"nonsense\n", b"[global]\n\x00\n"])
def test_an_answer_that_says_nothing_is_none(said) -> None:
    with pytest.raises((ParseError, HostError)):
        samba.parse(said)
