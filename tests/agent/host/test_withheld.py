"""Nobody is handed a secret of the registry."""

import pytest

from agent.host.registry import opened
from agent.host.tree import TreeHost
from agent.host.winreg import Registry
from agent.host.withheld import without_secrets
from tests.agent.facts.windows.clinic import WINDOWS, front_1

WINLOGON = rf"{WINDOWS}\Winlogon"


@pytest.mark.parametrize(
    "name",
    ["DefaultPassword", "AltDefaultPassword", "defaultpassword", "Passwd", "ClientSecret", "pwd"],
)
def test_of_a_secret_only_its_name_and_type_are_left(name) -> None:
    assert without_secrets({name: ("sz", "toothfairy")}) == {name: ("sz", b"")}


@pytest.mark.parametrize("name", ["DevicePasswordEnabled", "Start", "", "PasswordAge"])
def test_a_switch_stays_what_it_is(name) -> None:
    assert without_secrets({name: ("dword", 1)}) == {name: ("dword", 1)}


def test_a_secret_is_seen_to_be_there() -> None:
    key = opened(front_1(), WINLOGON)
    assert key.has("DefaultPassword")
    assert key.flag("AutoAdminLogon") is True


class Handle:
    """A key of Windows that is closed when it is left."""

    def __enter__(self) -> "Handle":
        return self

    def __exit__(self, *_: object) -> None:
        return


class Winlogon:
    """The part of the module `winreg` that is used, with one key."""

    HKEY_LOCAL_MACHINE, HKEY_USERS = 1, 2
    values = (("DefaultPassword", "toothfairy", 1), ("AutoAdminLogon", "1", 1))

    def OpenKeyEx(self, *_: object) -> Handle:  # noqa: N802 - Windows' name
        return Handle()

    def QueryInfoKey(self, _handle: object) -> tuple[int, int, int]:  # noqa: N802
        return 0, len(self.values), 0

    def EnumValue(self, _handle: object, index: int) -> tuple[str, str, int]:  # noqa: N802
        return self.values[index]

    def EnumKey(self, _handle: object, _index: int) -> str:  # noqa: N802
        raise OSError


def test_the_registry_drops_it_where_it_is_read() -> None:
    key = Registry(Winlogon()).key(WINLOGON)
    assert key.values == {"DefaultPassword": ("sz", b""), "AutoAdminLogon": ("sz", "1")}


def test_a_machine_written_by_hand_does_as_a_real_one() -> None:
    host = TreeHost({}, os="windows", registry_keys={WINLOGON: {"DefaultPassword": "toothfairy"}})
    assert "toothfairy" not in str(host.registry(WINLOGON))
