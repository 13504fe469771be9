"""Of a registry key what was looked at is kept, and of an account's number its end."""

import pytest

from agent.host.kept import registry
from agent.host.kept.standins import StandIns
from agent.host.recorded import Recorder
from agent.host.recording import Call
from agent.host.redaction import redact
from agent.host.registry import opened
from agent.host.tree import TreeHost
from agent.readers.errors import ParseError

WINLOGON = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"
PROFILES = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
LEE = "S-1-5-21-1111111111-2222222222-3333333333-1001"


@pytest.fixture
def front_desk() -> Recorder:
    """A PC that signs somebody in by itself."""
    keys = {
        WINLOGON: {"AutoAdminLogon": "1", "DefaultPassword": "toothfairy", "Shell": "x.exe"},
        rf"{PROFILES}\{LEE}": {"ProfileImagePath": "C:\\Users\\lee", "Sid": b"\1\5"},
    }
    return Recorder(TreeHost({}, os="windows", registry_keys=keys))


def test_only_values_that_were_looked_at_are_kept(front_desk) -> None:
    assert opened(front_desk, WINLOGON).flag("AutoAdminLogon")
    calls, _ = redact("windows", front_desk.calls)
    assert calls[Call("registry", WINLOGON)].values == {"AutoAdminLogon": ("sz", "1")}


def test_what_two_collectors_look_at_is_kept_of_both(front_desk) -> None:
    assert opened(front_desk, WINLOGON).has("shell")
    assert opened(front_desk, WINLOGON).flag("AutoAdminLogon")
    calls, _ = redact("windows", front_desk.calls)
    assert set(calls[Call("registry", WINLOGON)].values) == {"AutoAdminLogon", "Shell"}


def test_of_a_password_that_is_there_only_that_is_kept(front_desk) -> None:
    assert opened(front_desk, WINLOGON).has("DefaultPassword")
    calls, _ = redact("windows", front_desk.calls)
    assert calls[Call("registry", WINLOGON)].values == {"DefaultPassword": ("sz", None)}
    assert "toothfairy" not in str(calls)


def test_a_password_that_is_asked_for_is_not_there_to_be_told(front_desk) -> None:
    with pytest.raises(ParseError):
        opened(front_desk, WINLOGON).text("DefaultPassword")
    assert "toothfairy" not in str(front_desk.calls)


def test_the_last_number_of_an_account_stays_and_its_domain_goes(front_desk) -> None:
    (sid,) = opened(front_desk, PROFILES).subkeys
    assert opened(front_desk, rf"{PROFILES}\{sid}").text("ProfileImagePath") == r"C:\Users\lee"
    calls, _ = redact("windows", front_desk.calls)
    assert calls[Call("registry", PROFILES)].subkeys == ("S-1-5-21-0-0-1-1001",)
    own = calls[Call("registry", rf"{PROFILES}\S-1-5-21-0-0-1-1001")]
    assert own.values == {"ProfileImagePath": ("sz", r"C:\Users\user-1")}


@pytest.mark.parametrize("path", [WINLOGON, PROFILES, r"HKU\S-1-5-18\Control Panel\Desktop"])
def test_a_key_that_every_windows_has_keeps_its_place(path) -> None:
    assert registry.place(path, StandIns(folds=True)) == path
