"""A person who is away has his settings read from his hive, and nothing is made up for one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.host.base import Absent, HostError, Key, Stat
from agent.host.profiles import Profiles, is_person, person_or_machine
from agent.host.tree_registry import TreeRegistry
from rules.facts.base import Why
from tests.agent.host import hives

LEE = "S-1-5-21-1111111111-2222222222-3333333333-1001"
DESK = "S-1-5-21-1111111111-2222222222-3333333333-1002"
DESKTOP = r"Control Panel\Desktop"
LIST = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
HIVE = {"Control Panel": {"Desktop": {"ScreenSaveTimeOut": ("sz", "600")}}}
MACHINE: dict[str, dict[str, Any]] = {
    LIST: {"SystemRoot": "C:\\Windows"},
    rf"{LIST}\ProfileList\{LEE}": {"ProfileImagePath": {"expand_sz": "%SystemDrive%\\Users\\lee"}},
    rf"{LIST}\ProfileList\{DESK}": {"ProfileImagePath": {"expand_sz": "C:\\Users\\desk"}},
    rf"HKU\{DESK}\{DESKTOP}": {"ScreenSaveTimeOut": "300"},
}
FILE = "C:\\Users\\lee\\NTUSER.DAT"


@dataclass
class Pc:
    """What `Profiles` asks of a machine: its registry, and one file."""

    files: dict[str, bytes] = field(default_factory=lambda: {FILE: hives.hive(HIVE)})
    keys: dict[str, Any] = field(default_factory=lambda: dict(MACHINE))
    kind: str = "file"
    reads: int = 0

    def registry(self, key: str) -> Key | None:
        return TreeRegistry(self.keys).key(key)

    def key(self, key: str) -> Key | None:
        return self.registry(key)

    def names(self, root: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
        return self.registry("\\".join((root, *names))).subkeys

    def stat(self, path: str) -> Stat:
        if path not in self.files:
            raise Absent(path)
        size = len(self.files[path])
        return Stat(self.kind, 0, 0, 0, size, datetime(2026, 1, 1, tzinfo=UTC))

    def read(self, path: str, limit: int, offset: int = 0, *, whole: bool = True) -> bytes:
        self.reads += 1
        return self.files[path]


def asked(pc: Pc, sid: str = LEE, key: str = DESKTOP) -> Key | None:
    return person_or_machine(pc, Profiles(pc), rf"HKU\{sid}\{key}")


def refused(pc: Pc) -> Why:
    with pytest.raises(HostError) as error:
        asked(pc)
    return error.value.why


def test_who_is_away_is_read_from_his_hive() -> None:
    assert asked(Pc()).values == {"ScreenSaveTimeOut": ("sz", "600")}


def test_who_is_signed_in_is_read_from_what_is_loaded() -> None:
    pc = Pc()
    assert asked(pc, DESK).values == {"ScreenSaveTimeOut": ("sz", "300")}
    assert pc.reads == 0


def test_a_key_that_the_hive_does_not_hold_is_absent() -> None:
    assert asked(Pc(), key=r"Software\Policies\Microsoft") is None


def test_a_hive_is_read_once_while_it_does_not_change() -> None:
    pc = Pc()
    profiles = Profiles(pc)
    for _ in range(3):
        profiles.key(LEE, ("Control Panel",))
    assert pc.reads == 1


@pytest.mark.parametrize(
    ("pc", "why"),
    [
        (Pc(files={}), Why.NOT_LOGGED_IN),
        (Pc(files={FILE: b"regf"}), Why.PARSE_ERROR),
        (Pc(files={FILE: hives.hive(HIVE, dirty=True)}), Why.STALE_SOURCE),
        (Pc(kind="link"), Why.API_ERROR),
        (Pc(keys={LIST: {"SystemRoot": "C:\\Windows"}, "HKU\\x": {}}), Why.NOT_LOGGED_IN),
        (
            Pc(keys=MACHINE | {rf"{LIST}\ProfileList\{LEE}": {"ProfileImagePath": "\\\\srv\\p"}}),
            Why.PARSE_ERROR,
        ),
        (
            Pc(keys=MACHINE | {rf"{LIST}\ProfileList\{LEE}": {"ProfileImagePath": 7}}),
            Why.PARSE_ERROR,
        ),
    ],
)
def test_what_cannot_be_read_says_why(pc, why) -> None:
    assert refused(pc) is why


@pytest.mark.parametrize(
    ("sid", "person"),
    [
        (LEE, True),
        ("S-1-12-1-1-2-3-4", True),
        ("S-1-5-18", False),
        (f"{LEE}_Classes", False),
        (".DEFAULT", False),
    ],
)
def test_people_are_told_from_services(sid, person) -> None:
    assert is_person(sid) is person
