"""The package for Windows: its tables, its bytes, and its life under Wine."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipping import bill, frozen, msi, tables, wxs
from shipping.products import VERSION
from shipping.programs import Failed, run
from tests.agent.probes.windows import COMPILER, Wine
from tests.packaging.standin import SOURCE

JOIN = "dentinel1.aaaaaaaaaaaaa.secret.pin.abcd@controller.lan:8443"


@pytest.fixture(autouse=True)
def release_day(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


@pytest.fixture
def layout(tmp_path, needs) -> Path:
    """A frozen folder, small: the program, and libraries in a folder of their own."""
    needs("wixl")
    needs("msibuild")
    at = tmp_path / "dentinel"
    (at / "_internal" / "win32").mkdir(parents=True)
    (at / wxs.PROGRAM).write_bytes(b"MZ program")
    (at / "_internal" / "python311.dll").write_bytes(b"MZ library")
    (at / "_internal" / "win32" / "win32service.pyd").write_bytes(b"MZ module")
    return billed(at)


def billed(layout: Path) -> Path:
    """The folder with a bill of what is in it now."""
    owned = {"": list(frozen.files(layout))}
    (layout / frozen.NAME).write_bytes(bill.written("dentinel", owned, []))
    return layout


def table(package: Path, name: str) -> list[list[str]]:
    lines = run(["msiinfo", "export", package, name]).replace("\r\n", "\n").split("\n")
    return [line.split("\t") for line in lines[3:] if line]


def test_the_same_folder_gives_the_same_bytes(layout, tmp_path):
    made = []
    for number in range(2):
        out = tmp_path / str(number)
        out.mkdir()
        os.utime(layout / wxs.PROGRAM, (number, number))
        made.append(msi.build(layout, 1, out).read_bytes())

    assert made[0] == made[1]


def test_a_folder_without_the_program_is_refused(tmp_path):
    with pytest.raises(Failed, match=r"freeze\.py"):
        msi.build(tmp_path, 1, tmp_path)


def test_the_join_string_stands_in_no_log(layout, tmp_path):
    package = msi.build(layout, 1, tmp_path)

    assert ["MsiHiddenProperties", "JOIN"] in table(package, "Property")
    for _, kind, source, *_ in table(package, "CustomAction"):
        assert int(kind) & 0x2000, "its target would stand in a verbose log"
        assert source == "Program"


def test_what_windows_does_comes_in_an_order_that_can_be_undone(layout, tmp_path):
    package = msi.build(layout, 1, tmp_path)
    at = {row[0]: int(row[2]) for row in table(package, "InstallExecuteSequence")}

    steps = ["LaunchConditions", "InstallInitialize", "RemoveExistingProducts", "StopServices"]
    steps += ["DeleteServices", "Purge", "RemoveFiles", "InstallFiles", "InstallServices"]
    steps += ["Settle", "StartServices", "InstallFinalize"]
    assert sorted(steps, key=at.__getitem__) == steps


def test_each_release_is_a_product_of_its_own_and_all_upgrade_one_another(layout, tmp_path):
    made = [dict(table(msi.build(layout, n, tmp_path), "Property")) for n in (1, 2)]

    assert made[0]["ProductCode"] != made[1]["ProductCode"]
    assert {one["UpgradeCode"] for one in made} == {f"{{{wxs.UPGRADE}}}"}
    assert [one["ProductVersion"] for one in made] == [wxs.number(1), wxs.number(2)]


def test_a_file_is_the_same_component_in_each_release(layout, tmp_path):
    made = []
    for revision in (1, 2):
        (layout / wxs.PROGRAM).write_bytes(b"MZ %d" % revision)
        made.append(table(msi.build(billed(layout), revision, tmp_path), "Component"))

    assert made[0] == made[1]


def test_rows_take_the_place_of_those_of_the_same_key():
    head = "Property\tValue\r\ns72\tl0\r\nProperty\tProperty\r\n"

    said = tables.amended(f"{head}A\t1\r\nB\t2\r\n", [("A", "3")])

    assert said == f"{head}B\t2\r\nA\t3\r\n"


class Pc:
    """A Windows of Wine that stays up, and the packages that are tried on it."""

    def __init__(self, wine: Wine, packages: list[Path]) -> None:
        self.wine = wine
        self.packages = packages
        self.home = wine.home / "prefix/drive_c/ProgramData/dentinel"

    def ask(self, *words: str) -> tuple[int, str]:
        """Its output goes into a file: a service that it starts would hold a pipe open for ever."""
        said = self.wine.home / "said"
        with said.open("wb") as out:
            done = subprocess.run(
                ["wine", *words],
                env=self.wine.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                timeout=120,
                check=False,
            )
        return done.returncode, said.read_text(encoding="utf-8", errors="replace")

    def installs(self, number: int, *more: str) -> int:
        return self.ask("msiexec", "/i", f"Z:{self.packages[number]}", "/qn", *more)[0]

    def removes(self, number: int, *more: str) -> int:
        return self.ask("msiexec", "/x", f"Z:{self.packages[number]}", "/qn", *more)[0]

    def service(self) -> str:
        return self.ask("sc", "query", "dentinel")[1]

    def version(self) -> str:
        return self.ask("reg", "query", r"HKLM\Software\dentinel", "/v", "Version")[1]

    def runs(self) -> bool:
        end = time.monotonic() + 20
        while "RUNNING" not in (said := self.service()) and time.monotonic() < end:
            time.sleep(0.5)
        return "RUNNING" in said


@pytest.fixture
def op1(tmp_path, layout, needs) -> Iterator[Pc]:
    """A PC of the practice. Its Windows ends when nothing runs in it: so something does."""
    needs("wine")
    needs(COMPILER)
    wine = Wine(tmp_path)
    program = wine.compiled(SOURCE, "advapi32")
    (layout / wxs.PROGRAM).write_bytes(program.read_bytes())
    billed(layout)
    pc = Pc(wine, [msi.build(layout, revision, tmp_path) for revision in (1, 2)])
    pc.ask("winecfg", "-v", "win10")
    stays = subprocess.Popen(
        ["wine", "cmd", "/c", "set /p x="],
        env=wine.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield pc
    wine.end()
    stays.communicate(timeout=30)


@pytest.mark.slow
def test_the_life_of_a_package_on_a_windows_of_wine(op1):
    assert op1.installs(0, "JOIN=dentinel2.nonsense") != 0
    assert not op1.home.exists(), "a join string that is none is refused before anything changes"

    assert op1.installs(0, f"JOIN={JOIN}") == 0
    assert op1.runs()
    assert (op1.home / "join").read_text() == JOIN
    key = op1.ask("reg", "query", r"HKLM\System\CurrentControlSet\Services\dentinel")[1]
    assert "agent service" in key
    assert "LocalSystem" in key

    (op1.home / "report.key").write_text("of this machine")
    assert op1.installs(1) == 0
    assert f"{VERSION}-2" in op1.version()
    assert op1.runs()
    assert (op1.home / "report.key").read_text() == "of this machine"

    assert op1.installs(0) != 0, "an older release is refused"
    assert f"{VERSION}-2" in op1.version()
    assert op1.runs()

    assert op1.removes(1) == 0
    assert "RUNNING" not in op1.service()
    assert (op1.home / "report.key").read_text() == "of this machine"

    assert op1.installs(1) == 0
    assert op1.removes(1, "PURGE=1") == 0
    assert not op1.home.exists()
