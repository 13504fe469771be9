"""One registry, asked in every way that a collector may meet: each must answer the same.

Windows' own functions (a stand-in for the module `winreg`), an export, a hive on disk, reg.exe
(under wine, where it is there), a tree, and a recording of it.
"""
# ruff: noqa: N802 - names of Windows

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from agent.host.base import HostError, Key, Ran
from agent.host.recorded import RecordedHost, Recorder
from agent.host.recording import Header, read, write
from agent.host.regexe import RegExe
from agent.host.tree import TreeHost
from agent.host.winreg import Registry, split
from agent.readers import hive, regfile
from agent.readers.registry import number_of
from rules.facts.base import Why
from tests.agent.facts.clinic import NOW
from tests.agent.host import hives

Ask: TypeAlias = Callable[[str], Key | None]

CLINIC = r"HKLM\SOFTWARE\Clinic"
VALUES = {
    "Start": ("dword", 4),
    "Size": ("qword", 1 << 40),
    "Name": ("sz", "Bright Smiles"),
    "Path": ("expand_sz", "%SystemRoot%\\PDATA"),
    "Roots": ("multi_sz", ("C:\\PDATA", "D:\\images")),
    "Mask": ("binary", b"\x01\x02\xff"),
    "Röntgen": ("sz", "größer"),
    "None at all": ("sz", ""),
}
KEYS: dict[str, dict[str, Any]] = {
    CLINIC: VALUES,
    rf"{CLINIC}\Sub key": {"x": ("dword", 1)},
    rf"{CLINIC}\Empty": {},
    r"HKLM\SOFTWARE\WOW6432Node\Clinic": {"Start": ("dword", 3)},
}
DENIED = rf"{CLINIC}\Closed"


class Handle:
    def __init__(self, path: str) -> None:
        self.path = path

    def __enter__(self) -> "Handle":
        return self

    def __exit__(self, *_: object) -> None:
        pass


@dataclass
class StandIn:
    """The module `winreg` on a 64-bit Windows, as far as we use it."""

    keys: dict[str, dict[str, Any]]
    denied: tuple[str, ...] = ()
    HKEY_LOCAL_MACHINE: int = 0x80000002
    HKEY_USERS: int = 0x80000003
    _all: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in (*self.keys, *self.denied):
            parts = path.split("\\")
            for depth in range(1, len(parts) + 1):
                whole = "\\".join(parts[:depth])
                self._all.setdefault(whole.lower(), whole)

    def OpenKeyEx(self, root: int, sub: str, reserved: int, access: int) -> Handle:
        assert access & 0x0002 == 0, "nothing may be written"
        if not access & 0x0100 and sub.lower().startswith("software\\"):
            sub = f"SOFTWARE\\WOW6432Node{sub[8:]}"
        path = "\\".join((*(("HKU",) if root == self.HKEY_USERS else ("HKLM",)), sub)).rstrip("\\")
        if path.lower() in {one.lower() for one in self.denied}:
            raise PermissionError(13, "Access is denied", path)
        if path.lower() not in self._all:
            raise FileNotFoundError(2, "The system cannot find the file specified", path)
        return Handle(self._all[path.lower()])

    def below(self, path: str) -> list[str]:
        start = f"{path.lower()}\\"
        rest = [one[len(start) :] for low, one in self._all.items() if low.startswith(start)]
        return sorted({name for name in rest if "\\" not in name})

    def values(self, path: str) -> list[tuple[str, Any]]:
        return list(self.keys.get(path, {}).items())

    def QueryInfoKey(self, handle: Handle) -> tuple[int, int, int]:
        written = 134_080_992_000_000_000
        return len(self.below(handle.path)), len(self.values(handle.path)), written

    def EnumKey(self, handle: Handle, index: int) -> str:
        return self.below(handle.path)[index]

    def EnumValue(self, handle: Handle, index: int) -> tuple[str, Any, int]:
        name, (kind, data) = self.values(handle.path)[index]
        if isinstance(data, tuple):
            return name, list(data), number_of(kind)
        return name, None if data == b"" else data, number_of(kind)


def by_winreg(_: Path) -> Ask:
    return Registry(StandIn(KEYS, (DENIED,))).key


def exported() -> bytes:
    """As regedit writes it: UTF-16, long lines of bytes broken by a backslash."""
    lines = ["Windows Registry Editor Version 5.00", ""]
    for key, values in KEYS.items():
        lines.append(f"[HKEY_LOCAL_MACHINE{key[4:]}]")
        for name, value in values.items():
            number, data = hives.packed(value)
            digits = ",".join(f"{byte:02x}" for byte in data)
            digits = f"{digits[:60]}\\\r\n  {digits[60:]}" if len(digits) > 60 else digits
            said = {
                "sz": f'"{value[1]}"',
                "dword": f"dword:{value[1]:08x}" if value[0] == "dword" else "",
                "binary": f"hex:{digits}",
            }.get(value[0], f"hex({number:x}):{digits}")
            lines.append(f'"{name}"={said}')
        lines.append("")
    return "\r\n".join(lines).encode("utf-16")


def by_export(_: Path) -> Ask:
    keys = {key.lower(): found for key, found in regfile.parse(exported()).items()}

    def ask(key: str) -> Key | None:
        found = keys.get(key.lower())
        return None if found is None else Key(found.values, found.subkeys)

    return ask


def by_hive(_: Path) -> Ask:
    tree: dict[str, Any] = {}
    for key, values in KEYS.items():
        here = tree
        for name in split(key)[1]:
            here = here.setdefault(name, {})
        here |= values
    software = hive.parse(hives.hive(tree))

    def ask(key: str) -> Key | None:
        found = software.key(split(key)[1])
        return None if found is None else Key(found.values, found.subkeys, found.written_at)

    return ask


def tree() -> TreeHost:
    plain = {
        key: {name: {kind: data} for name, (kind, data) in values.items()}
        for key, values in KEYS.items()
    }
    return TreeHost({}, os="windows", registry_keys=plain | {DENIED: {"$error": "access_denied"}})


def by_tree(_: Path) -> Ask:
    return tree().registry


def by_recording(_: Path) -> Ask:
    recorder = Recorder(tree())
    for key in (*KEYS, *(key.upper() for key in KEYS), DENIED, *ABSENT):
        try:
            recorder.registry(key)
        except HostError:
            assert key == DENIED
    header = Header("windows", elevated=True, taken_at=NOW, origin="made")
    return RecordedHost(*read(write(header, recorder.calls))).registry


@pytest.fixture(scope="module")
def wine(needs, tmp_path_factory) -> Iterator[Callable[..., Ran]]:
    """`reg.exe` in a Windows of its own."""
    needs("wine")
    home = tmp_path_factory.mktemp("wine")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "WINEPREFIX": str(home / "prefix"),
        "WINEDEBUG": "-all",
        "LC_ALL": "C.UTF-8",
    }

    def reg(*words: str) -> Ran:
        done = subprocess.run(
            ["wine", "reg.exe", *words],
            env=environment,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    given = home / "given.reg"
    given.write_bytes(exported())
    assert reg("import", f"Z:{given}".replace("/", "\\"), "/reg:64").rc == 0
    yield reg
    subprocess.run(["wineserver", "-k"], env=environment, check=False, capture_output=True)


@pytest.fixture(scope="module")
def by_wine(wine, tmp_path_factory) -> Ask:
    """What reg.exe exports; it writes where Windows' paths lead."""
    path = tmp_path_factory.mktemp("export") / "clinic.reg"
    assert wine("export", CLINIC, f"Z:{path}".replace("/", "\\"), "/y", "/reg:64").rc == 0
    keys = {key.lower(): found for key, found in regfile.parse(path.read_bytes()).items()}

    def ask(key: str) -> Key | None:
        found = keys.get(key.lower())
        return None if found is None else Key(found.values, found.subkeys)

    return ask


WINE = (pytest.mark.live, pytest.mark.slow)
HERE: dict[str, Callable[[Path], Ask]] = {
    "winreg": by_winreg,
    "an export": by_export,
    "a hive": by_hive,
    "a tree": by_tree,
    "a recording": by_recording,
}
ABSENT = (rf"{CLINIC}\Sub", rf"{CLINIC}\Nope\Deeper", r"HKLM\SOFTWARE\Nobody")


@pytest.fixture(params=[*HERE, pytest.param("wine", marks=WINE)])
def ask(request, tmp_path) -> Ask:
    if request.param == "wine":
        return request.getfixturevalue("by_wine")
    return HERE[request.param](tmp_path)


def found(ask: Ask, key: str) -> Key:
    answer = ask(key)
    assert answer is not None
    return answer


def test_each_value_has_its_type_and_its_data(ask) -> None:
    assert dict(found(ask, CLINIC).values) == VALUES


def test_the_64_bit_view_is_read(ask) -> None:
    assert found(ask, CLINIC).values["Start"] == ("dword", 4)


def test_keys_are_found_in_any_case(ask) -> None:
    assert dict(found(ask, CLINIC.upper()).values) == VALUES


def test_subkeys_are_listed_by_name(ask) -> None:
    assert {"Sub key", "Empty"} <= set(found(ask, CLINIC).subkeys)
    assert found(ask, rf"{CLINIC}\Sub key").subkeys == ()


def test_a_key_without_values_is_there(ask) -> None:
    assert found(ask, rf"{CLINIC}\Empty").values == {}


@pytest.mark.parametrize("key", ABSENT)
def test_what_is_not_there_is_absent(ask, key) -> None:
    assert ask(key) is None


@pytest.mark.parametrize("how", ["winreg", "a tree", "a recording"])
def test_what_is_closed_is_not_absent(how, tmp_path) -> None:
    with pytest.raises(HostError) as error:
        HERE[how](tmp_path)(DENIED)
    assert error.value.why is Why.ACCESS_DENIED


class Hiding(StandIn):
    """Says of a key that it is not found, though the one above it lists it."""

    def OpenKeyEx(self, root: int, sub: str, reserved: int, access: int) -> Handle:
        if sub.endswith("Sub key"):
            raise FileNotFoundError(2, "not found", sub)
        return super().OpenKeyEx(root, sub, reserved, access)


def test_a_key_that_is_listed_and_not_found_is_not_absent() -> None:
    with pytest.raises(HostError) as error:
        Registry(Hiding(KEYS)).key(rf"{CLINIC}\Sub key")
    assert error.value.why is Why.ACCESS_DENIED


def test_under_a_key_that_cannot_be_listed_nothing_is_absent() -> None:
    with pytest.raises(HostError) as error:
        Registry(StandIn(KEYS, (DENIED,))).key(rf"{DENIED}\Inside")
    assert error.value.why is Why.ACCESS_DENIED


@pytest.mark.parametrize("key", ["HKCU\\Software", "HKLM", "HKLM\\", "HKLM\\a\\\\b", "SOFTWARE"])
def test_nobody_asks_for_the_services_own_user(key) -> None:
    with pytest.raises(ValueError, match="no key"):
        Registry(StandIn(KEYS)).key(key)


@dataclass
class Crowded(StandIn):
    """A key with more values than any that we ask for."""

    def QueryInfoKey(self, handle: Handle) -> tuple[int, int, int]:
        return 0, 1 << 20, 0


def test_a_key_that_holds_too_much_is_not_read() -> None:
    with pytest.raises(HostError) as error:
        Registry(Crowded(KEYS)).key(CLINIC)
    assert error.value.why is Why.TOO_LARGE


# reg.exe as SSH would ask it: by what it prints. Wine prints no `qword`, and its console has no
# code page in which the names here could be written.
@pytest.fixture(scope="module")
def printed(wine) -> Ask:
    assert wine("delete", CLINIC, "/v", "Size", "/f", "/reg:64").rc == 0
    return RegExe(lambda key: wine("query", key, "/reg:64")).key


@pytest.mark.live
@pytest.mark.slow
def test_what_reg_exe_prints_is_read(by_wine, printed) -> None:
    printed_values = found(printed, CLINIC).values
    plain = {name for name in VALUES if name.isascii()} - {"Size"}
    assert {name: printed_values[name] for name in plain} == {name: VALUES[name] for name in plain}
    assert set(found(printed, CLINIC).subkeys) == {"Sub key", "Empty"}


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize("key", ABSENT)
def test_what_reg_exe_does_not_find_is_absent(by_wine, printed, key) -> None:
    assert printed(key) is None


@dataclass
class Closed:
    """A reg.exe that may list a key, and not open the one below it."""

    above: str

    def __call__(self, key: str) -> Ran:
        if key.endswith("Closed"):
            return Ran(1, b"", "FEHLER: Zugriff verweigert\r\n".encode("cp850"))
        return Ran(0, f"\r\nHKEY_LOCAL_MACHINE{key[4:]}\r\n\r\n{self.above}\r\n".encode())


def test_what_reg_exe_lists_and_does_not_open_is_not_absent() -> None:
    above = r"HKEY_LOCAL_MACHINE\SOFTWARE\Clinic\Closed"
    with pytest.raises(HostError) as error:
        RegExe(Closed(above)).key(DENIED)
    assert error.value.why is Why.ACCESS_DENIED
    assert RegExe(Closed(f"{above}2")).key(DENIED) is None
