"""Services, listeners and shares of Windows, by made machines."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.facts.listeners import windows as listeners
from agent.facts.services import windows as services
from agent.facts.shares import windows as shares
from agent.host.base import HostError
from agent.host.tree import TreeHost
from agent.readers.errors import ParseError
from agent.settings import RootSetting, Settings
from rules.facts.base import Unknown, Why
from rules.facts.shares import Share
from tests.agent.facts import clinic as practice
from tests.agent.facts.windows import clinic
from tests.agent.facts.windows.clinic import (
    CLOSED,
    FOR_ALL,
    SERVICES,
    account,
    accounts,
    failed,
    listener,
    pc,
    service,
    share,
)

DENIED = json.loads(failed("access_denied", 5)["out"])


def about() -> Any:
    return practice.about()


def test_services_run_and_start_as_their_numbers_say() -> None:
    told = clinic.services(service("TlntSvr", 4, 4), service("Spooler", 7, 3), service("Odd", 9, 0))
    said = services.windows(pc(asked={"services": told}), about())
    found = {one.name: (one.state, one.start) for one in said.items}
    assert found["mpssvc"] == ("running", "auto")
    assert found["RemoteRegistry"] == ("stopped", "disabled")
    assert found["TlntSvr"] == ("running", "disabled")
    assert found["Spooler"] == ("other", "manual")  # it is paused
    assert found["Odd"] == ("other", "other")
    assert said.missing is None


def test_a_service_whose_start_was_not_read_stays_in_the_list() -> None:
    told = json.dumps({"services": [{"name": "x", "state": 4, "start": DENIED}]})
    (one,) = services.windows(pc(asked={"services": told}), about()).items
    assert (one.state, one.start) == ("running", Unknown(Why.ACCESS_DENIED))


@pytest.mark.parametrize("collect", [services.windows, listeners.windows, shares.windows])
@pytest.mark.parametrize(
    ("told", "error"),
    [
        (failed("access_denied", 5), HostError),
        ({"error": "timeout"}, HostError),
        ({"error": "tool_missing"}, HostError),
        ({"rc": 1}, HostError),
        ("Zugriff verweigert", ParseError),
        ("", ParseError),
        ("[]", ParseError),
        ("{}", ParseError),
        ('{"services": 1, "tcp": 1, "udp": 1, "shares": 1}', ParseError),
    ],
)
def test_what_was_not_read_is_no_empty_list(collect, told, error) -> None:
    asked = dict.fromkeys(("services", "listeners", "shares"), told)
    with pytest.raises(error):
        collect(pc(asked=asked), about())


def test_what_listens_is_told_by_address_and_port() -> None:
    told = clinic.listeners(
        listener(5432, "postgres.exe", "127.0.0.1"),
        listener(11112, "Orthanc.exe", "192.168.1.5"),
        listener(8080, None),
        udp=[listener(5353, "svchost.exe", "::1")],
    )
    said = listeners.windows(pc(asked={"listeners": told}), about())
    found = {(one.port, one.transport): one for one in said.items}
    assert (found[5432, "tcp"].process, found[5432, "tcp"].exposure) == ("postgres.exe", "loopback")
    assert found[11112, "tcp"].exposure == "lan"
    assert found[5353, "udp"].exposure == "loopback"
    assert found[8080, "tcp"].process == Unknown(Why.UNRECOGNISED)
    assert [one.port for one in said.items].count(445) == 1  # on IPv4 and IPv6 alike


def test_a_program_of_dicom_is_asked_on_any_port() -> None:
    told = clinic.listeners(listener(4567, "Orthanc.exe"), listener(4568, "notepad.exe"))
    said = listeners.windows(pc(asked={"listeners": told}), about())
    dicom = {one.port: one.dicom for one in said.items}
    assert dicom[4567] == Unknown(Why.NOT_COLLECTED)
    assert dicom[4568] == "not_probed"


@pytest.mark.parametrize("address", ["", "0.0.0", "localhost", "::g"])
def test_an_address_of_another_form_is_no_guess(address) -> None:
    told = clinic.listeners(listener(80, "x.exe", address))
    with pytest.raises(ParseError):
        listeners.windows(pc(asked={"listeners": told}), about())


def shared(host: TreeHost, *roots: str) -> dict[str, Share]:
    settings = Settings(
        roots=tuple(
            RootSetting(label=f"root-{number}", path=Path(root), role="store")
            for number, root in enumerate(roots)
        )
    )
    said = shares.windows(host, replace(practice.about(), settings=settings))
    return {str(one.name): one for one in said.items}


def one(rights: str | None, folder: Any, **more: Any) -> Share:
    told = clinic.shares(share("Images", "D:\\PDATA", rights, folder))
    return shared(pc(asked={"shares": told, **more}))["Images"]


def test_shares_that_windows_makes_for_itself_are_left_out() -> None:
    assert set(shared(pc())) == {"Images"}


@pytest.mark.parametrize(
    ("rights", "folder", "everyone"),
    [
        (FOR_ALL, CLOSED, "none"),
        (FOR_ALL, FOR_ALL, "full"),
        ("D:(A;;0x1200a9;;;WD)", FOR_ALL, "read"),
        ("D:(A;;FR;;;WD)", FOR_ALL, "read"),
        (FOR_ALL, "D:AI(A;OICIID;0x1301bf;;;AU)", "change"),
        ("D:(A;;0x1301bf;;;BU)", "D:(A;;FA;;;S-1-1-0)", "change"),
        ("D:(A;;FA;;;BA)", FOR_ALL, "none"),
        (None, "D:(A;OICI;FR;;;BU)", "read"),  # a share without a list of its own
        (FOR_ALL, "D:(A;OICIIO;GA;;;WD)", "full"),  # for what lies in it
        (FOR_ALL, "D:NO_ACCESS_CONTROL", "full"),
        (FOR_ALL, "O:BAG:SY", "full"),
        (FOR_ALL, "D:", "none"),  # an empty list
        (FOR_ALL, "D:(D;OICI;FA;;;WD)(A;OICI;FA;;;WD)", "none"),
        (FOR_ALL, "D:(D;;FA;;;WD)(A;OICI;FA;;;WD)", "full"),  # what lies in it is not denied
        (FOR_ALL, "D:(A;OICI;FA;;;WD)(D;OICI;FA;;;WD)", "full"),
        (FOR_ALL, "D:(D;OICI;FA;;;BU)(A;OICI;FA;;;WD)", "full"),  # not everybody is in Users
        (FOR_ALL, "D:(XA;OICI;FR;;;WD;(@User.Title==\"Dr\"))", "read"),
        (FOR_ALL, None, "none"),  # the folder is not there
        (FOR_ALL, DENIED, Unknown(Why.ACCESS_DENIED)),
        (FOR_ALL, "Jeder: Lesen", Unknown(Why.PARSE_ERROR)),
        (FOR_ALL, "D:(A;OICI;F?;;;WD)", Unknown(Why.PARSE_ERROR)),
    ],
)  # fmt: skip
def test_everybody_may_do_what_share_and_folder_both_allow(rights, folder, everyone) -> None:
    assert one(rights, folder).everyone == everyone


GUEST_ON = accounts(account("Gast", 501, online=False))
FOR_GUESTS = "D:(A;OICI;FR;;;BG)"


@pytest.mark.parametrize(
    ("folder", "told", "everyone", "guest"),
    [
        (FOR_GUESTS, accounts(), "none", False),
        (FOR_GUESTS, GUEST_ON, "read", True),
        (FOR_ALL, GUEST_ON, "full", True),
        (CLOSED, GUEST_ON, "none", False),
        (FOR_GUESTS, failed("timeout"), Unknown(Why.TIMEOUT), Unknown(Why.TIMEOUT)),
        (FOR_ALL, failed("timeout"), "full", Unknown(Why.TIMEOUT)),
        (CLOSED, failed("timeout"), "none", False),
    ],
)
def test_a_guest_counts_where_one_comes_in(folder, told, everyone, guest) -> None:
    said = one(FOR_ALL, folder, accounts=told)
    assert (said.everyone, said.guest) == (everyone, guest)


@pytest.mark.parametrize(
    ("path", "root", "holds"),
    [
        ("D:\\PDATA", "d:\\pdata\\2026", True),
        ("D:\\PDATA\\2026", "D:\\PDATA", True),
        ("D:\\", "D:\\PDATA", True),
        ("D:\\PDATA2", "D:\\PDATA", False),
        ("C:\\Link", "D:\\PDATA", True),  # a junction
        ("C:\\Link\\sub", "D:\\PDATA", True),
        ("C:\\Shut", "D:\\PDATA", Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_share_holds_images_if_a_folder_of_them_lies_in_it(path, root, holds) -> None:
    host = pc(asked={"shares": clinic.shares(share("x", path, FOR_ALL, CLOSED))})
    files = {"C:\\Link": {"link": "D:\\PDATA"}, "C:\\Shut": {"error": "access_denied"}}
    windows = TreeHost(files, host.programs, os="windows", registry_keys=host.registry_keys)
    assert shared(windows, root)["x"].holds_imaging == holds


@pytest.mark.parametrize(
    ("flags", "values", "encrypted"),
    [
        (0x8000, {}, True),
        (0, {}, False),
        (0, {"EncryptData": 1}, True),
        (0, {"EncryptData": 1, "RejectUnencryptedAccess": 0}, False),
        (DENIED, {}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_share_is_encrypted_by_itself_or_with_all_others(flags, values, encrypted) -> None:
    told = clinic.shares(share("x", "D:\\x", FOR_ALL, CLOSED, flags=flags))
    keys = {rf"{SERVICES}\LanmanServer\Parameters": values}
    assert shared(pc(keys, asked={"shares": told}))["x"].encrypted == encrypted


def test_a_share_is_hidden_by_its_name() -> None:
    told = clinic.shares(share("Old$", "D:\\x", FOR_ALL, CLOSED))
    assert shared(pc(asked={"shares": told}))["Old$"].hidden is True
