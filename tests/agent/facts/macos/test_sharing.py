"""What a Mac shares, how openly, and whether it still speaks SMB 1."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.facts.gather import gather
from agent.facts.shares import macos as shares
from agent.facts.smb import macos as smb
from agent.host.base import HostError
from agent.readers.errors import ParseError
from agent.settings import RootSetting, Settings
from rules.facts.base import Items, Unknown, Why
from rules.facts.shares import Share
from rules.facts.smb import Smb
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import (
    LSOF,
    NSMB,
    OVERRIDES,
    SHARING,
    SHIPPED,
    SMB_SERVER,
    SMB_SHIPPED,
    TCP,
    front_mac,
    held,
    overrides,
    plist,
    points,
    scan_mac,
    sockets,
)

DENIED = {"error": "access_denied"}
ON = {OVERRIDES: overrides(com_apple_smbd="enabled")}
XRAY = {"/Users/Shared/xray": {"folder": True, "mode": 777}}
UNSAID = Unknown(Why.NOT_COLLECTED)
IMAGES = RootSetting(label="images", path=Path("/Users/Shared/xray"), role="store")


def shared(said: Any, files: dict[str, Any] | None = None) -> Items[Share]:
    settings = Settings(roots=(IMAGES,))
    host = front_mac(XRAY | (files or {}), {SHARING: said})
    return shares.macos(host, replace(about(), settings=settings))


def test_a_folder_for_named_people_is_closed() -> None:
    (one,) = shared(points(xray={})).items
    assert (one.name, one.path, one.kind) == ("xray", "/Users/Shared/xray", "smb")
    assert (one.everyone, one.guest, one.encrypted) == ("none", False, False)
    assert (one.holds_imaging, one.hidden) == (True, False)


@pytest.mark.parametrize(
    ("record", "mode", "everyone"),
    [
        ({"smb_guest_access": 1}, 777, "change"),
        ({"smb_guest_access": 1}, 755, "read"),
        ({"smb_guest_access": 1}, 700, "none"),
        ({"smb_guest_access": 1, "smb_read_only": 1}, 777, "read"),
        ({"smb_guest_access": 0}, 777, "none"),
    ],
)
def test_a_guest_may_do_the_lesser_of_share_and_folder(record, mode, everyone) -> None:
    files = {"/Users/Shared/xray": {"folder": True, "mode": mode}}
    (one,) = shared(points(xray=record), files).items
    assert one.everyone == everyone


def test_a_sealed_folder_is_given_out_encrypted() -> None:
    first, second = shared(points(a={"smb_sealed": 1}, b={"smb_name": "b$"})).items
    assert (first.encrypted, second.encrypted, second.hidden) == (True, False, True)


def test_a_folder_that_is_not_shared_is_no_share() -> None:
    assert shared(points(xray={"smb_shared": 0})) == Items(())
    assert shared("{}\n") == Items(())


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        b"\xff",
        "Keine Freigaben\n",
        '{"xray": []}',
        '{"xray": {"path": "/x"}}',
        points(xray={"path": "x"}),
        points(xray={"smb_guest_access": "ja"}),
        points(xray={})[:40],
    ],
)
def test_a_list_that_is_not_understood_is_not_empty(said) -> None:
    with pytest.raises(ParseError):
        shared(said)


@pytest.mark.parametrize(
    ("said", "why"),
    [({"error": "timeout"}, "timeout"), ({"rc": 1}, "api_error")],
)
def test_a_list_that_is_not_given_says_why(said, why) -> None:
    with pytest.raises(HostError) as raised:
        shared(said)
    assert raised.value.why == why


@pytest.mark.parametrize(
    ("exports", "missing"),
    [
        ("/Users/Shared/xray -ro -network 10.0.0.0\n", Why.UNRECOGNISED),
        ("# nothing\n", None),
        (DENIED, Why.ACCESS_DENIED),
    ],
)
def test_what_is_given_out_by_nfs_leaves_the_list_incomplete(exports, missing) -> None:
    assert shared(points(), {"/etc/exports": exports}) == Items((), missing)


def spoken(host: Any) -> Smb:
    readings = gather(host, about(), ["listeners"])
    return smb.macos(host, replace(about(), readings=readings))


def found(files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> Smb:
    return spoken(front_mac(files, run))


def test_a_mac_that_serves_nothing_serves_nothing_old() -> None:
    said = found()
    assert (said.server, said.smb1_server, said.smb1_client) == (False, False, False)
    assert (said.signing_required, said.encryption_required, said.guest) == (False, False, False)


def test_a_mac_that_speaks_as_in_1996() -> None:
    said = spoken(scan_mac())
    assert (said.server, said.smb1_server, said.smb1_client) == (True, True, True)
    assert (said.signing_required, said.guest) == (False, True)


@pytest.mark.parametrize(
    "run",
    [
        ON,
        {TCP: sockets("tcp46 *.445 *.* LISTEN"), LSOF: held("launchd TCP *:445")},
        {TCP: sockets("tcp4 *.139 *.* LISTEN"), LSOF: held("smbd TCP *:139")},
    ],
)
def test_a_server_is_on_if_it_was_told_to_or_listens(run) -> None:
    assert found(run=run).server is True


@pytest.mark.parametrize(
    ("settings", "smb1", "signing"),
    [
        ({"ProtocolVersionMap": 6, "SigningRequired": True}, False, True),
        ({"ProtocolVersionMap": 4, "SigningRequired": 1}, False, True),
        ({"ProtocolVersionMap": 7}, True, False),
        ({}, True, False),  # as it is shipped here
        ({"ProtocolVersionMap": "6"}, Unknown(Why.PARSE_ERROR), False),
    ],
)
def test_what_the_server_was_told_counts_over_what_is_shipped(settings, smb1, signing) -> None:
    said = found({SMB_SERVER: plist(settings)}, ON)
    assert (said.smb1_server, said.signing_required) == (smb1, signing)


def test_without_either_nothing_is_known() -> None:
    shipped = plist({name: SHIPPED[name] for name in ("SigningRequired",)})
    said = found({SMB_SHIPPED: shipped}, ON)
    assert (said.smb1_server, said.signing_required) == (UNSAID, False)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({SMB_SERVER: DENIED}, Why.ACCESS_DENIED),
        ({SMB_SERVER: b"garbage"}, Why.PARSE_ERROR),
        ({SMB_SHIPPED: DENIED}, Why.ACCESS_DENIED),
    ],
)
def test_settings_that_cannot_be_read_are_unknown(files, why) -> None:
    said = found(files, ON)
    assert said.smb1_server == said.signing_required == Unknown(why)


@pytest.mark.parametrize(
    ("records", "guest", "encrypted"),
    [
        ({"a": {}}, False, False),
        ({"a": {"smb_sealed": 1}}, False, UNSAID),
        ({"a": {"smb_sealed": 1}, "b": {"smb_guest_access": 1}}, True, False),
        ({}, False, UNSAID),
    ],
)
def test_its_folders_say_whom_they_let_in(records, guest, encrypted) -> None:
    said = found(run=ON | {SHARING: points(**records)})
    assert (said.guest, said.encryption_required) == (guest, encrypted)


def test_folders_that_are_not_told_let_in_nobody_knows_whom() -> None:
    said = found(run=ON | {SHARING: {"error": "timeout"}})
    assert said.guest == said.encryption_required == Unknown(Why.TIMEOUT)


@pytest.mark.parametrize(
    ("conf", "client"),
    [
        ("[default]\nprotocol_vers_map=6\n", False),
        ("[default]\nprotocol_vers_map=4\n", False),
        ("[default]\nprotocol_vers_map = 7\n", True),
        ("[default]\nprotocol_vers_map=6\n[OLDNAS]\nprotocol_vers_map=1\n", True),
        ("[OLDNAS]\nprotocol_vers_map=6\n", UNSAID),
        ("[default]\nsigning_required=yes\n", UNSAID),
        ("[default]\nprotocol_vers_map=sechs\n", Unknown(Why.PARSE_ERROR)),
        (DENIED, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_the_client_may_speak_what_its_file_says(conf, client) -> None:
    assert found({NSMB: conf}).smb1_client == client


def test_the_default_of_a_release_is_not_guessed() -> None:
    host = front_mac()
    files = {path: said for path, said in host.files.items() if path != NSMB}
    assert spoken(replace(host, files=files)).smb1_client == UNSAID


@pytest.mark.parametrize("why", ["timeout", "tool_missing"])
def test_without_launchds_word_a_server_is_not_off(why) -> None:
    said = found(run={OVERRIDES: {"error": why}})
    assert said.server == said.smb1_server == said.guest == Unknown(Why(why))
