"""The bill of a frozen folder: each file's package, and no file that it does not name."""

import json
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from shipping import bill, frozen, msi
from shipping.products import HOUSE
from shipping.programs import Failed
from tests.packaging import cyclonedx

PACKAGES = Path(sysconfig.get_path("purelib"))
STANDARD = Path(sysconfig.get_path("stdlib"))
TAKEN = {
    "_internal/yaml/__init__.py": PACKAGES / "yaml/__init__.py",
    "_internal/rules/citations.yaml": HOUSE / "rules/citations.yaml",
    "_internal/json/tool.py": STANDARD / "json/tool.py",
    "_internal/libz.so.1": Path("/bin/sh"),
}
"""What PyInstaller took from where: a library's, ours, Python's, the system's."""


@pytest.fixture
def laid(tmp_path: Path) -> tuple[Path, Path]:
    """A small frozen folder, and what PyInstaller wrote of it."""
    layout, work = tmp_path / "dentinel", tmp_path / "work"
    work.mkdir()
    for name, source in TAKEN.items():
        (layout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, layout / name)
    (layout / "dentinel.exe").write_bytes(b"MZ program")
    toc = [(name.removeprefix("_internal/"), str(source), "DATA") for name, source in TAKEN.items()]
    toc.append(("dentinel.exe", str(work / "dentinel.exe"), "EXECUTABLE"))
    (work / "COLLECT-00.toc").write_text(repr((toc,)))
    modules = [("typer", str(PACKAGES / "typer/__init__.py"), "PYMODULE"), ("agent", "-", "x")]
    (work / "PYZ-00.toc").write_text(repr(("PYZ-00.pyz", modules)))
    return layout, work


@pytest.fixture
def billed(laid: tuple[Path, Path]) -> Path:
    frozen.write(*laid)
    return laid[0]


def owners(layout: Path) -> dict[str, str]:
    """Which component each file of a bill is under; "" where it is the product's own."""
    found = {}
    for one in json.loads((layout / frozen.NAME).read_bytes())["components"]:
        inside = one.get("components", [])
        found |= {one["name"]: ""} if one["type"] == "file" else {}
        found |= {file["name"]: one["name"] for file in inside}
    return found


def test_each_file_is_under_what_it_came_from(billed: Path) -> None:
    assert owners(billed) == {
        "_internal/yaml/__init__.py": "pyyaml",
        "_internal/rules/citations.yaml": "",
        "_internal/json/tool.py": "cpython",
        "_internal/libz.so.1": os.uname().sysname,
        "dentinel.exe": "",
    }


def test_a_library_of_which_there_are_only_modules_in_the_program_is_named_too(
    billed: Path,
) -> None:
    components = json.loads((billed / frozen.NAME).read_bytes())["components"]
    said = {one["name"]: one.get("properties", []) for one in components}

    assert {"name": "dentinel:modules-in-the-program", "value": "1"} in said["typer"]


def test_a_file_that_nobody_took_from_anywhere_is_refused(laid: tuple[Path, Path]) -> None:
    (laid[0] / "_internal" / "stray.dll").write_bytes(b"MZ")

    with pytest.raises(Failed, match=r"stray\.dll"):
        frozen.write(*laid)


def test_a_folder_that_was_changed_since_makes_no_package(billed: Path, tmp_path: Path) -> None:
    frozen.require(billed)
    (billed / "dentinel.exe").write_bytes(b"MZ another")

    with pytest.raises(Failed, match=r"dentinel\.exe; freeze it anew"):
        msi.build(billed, 1, tmp_path)


def test_a_folder_without_a_bill_makes_no_package(laid: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"freeze\.py writes it"):
        msi.build(laid[0], 1, tmp_path)


def test_it_is_as_cyclonedx_has_it(billed: Path) -> None:
    text = (billed / frozen.NAME).read_text(encoding="utf-8")
    known, named = cyclonedx.references(json.loads(text))

    assert len(known) == len({*known})
    assert named <= {*known}
    assert cyclonedx.against_the_schema(text) == ""


def test_so_is_that_of_a_package_for_linux(tmp_path: Path) -> None:
    packages = tmp_path / "root/opt/dentinel/lib/python3.11/site-packages"
    for one in PACKAGES.glob("[py][ys][a-z]*.dist-info"):
        shutil.copytree(one, packages / one.name)
    from shipping.products import AGENT

    text = bill.document(AGENT, tmp_path / "root", packages).decode()
    known, named = cyclonedx.references(json.loads(text))

    assert len(known) == len({*known}) > 2
    assert named <= {*known}
    assert cyclonedx.against_the_schema(text) == ""


@pytest.fixture(scope="module")
def really(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The agent as docs/install.md has it frozen, here for Linux, in an environment of its own."""
    at = tmp_path_factory.mktemp("frozen")
    uv = os.environ.get("UV", str(HOUSE / ".uv/bin/uv"))
    python = at / "build/bin/python"
    subprocess.run([uv, "venv", "-q", "--python", "/usr/bin/python3.11", at / "build"], check=True)
    lock = HOUSE / "requirements/freeze.txt"
    install = [uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", lock]
    subprocess.run(install, check=True)
    program = HOUSE / "packaging/frozen/freeze.py"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([python, program, at / "out"], check=True, cwd=at, env=environment)
    return at / "out/dentinel"


@pytest.mark.slow
def test_the_frozen_program_judges_this_machine_by_the_pack_that_it_carries(
    really: Path, tmp_path: Path
) -> None:
    home = ("--home", str(tmp_path))
    done = subprocess.run(
        [really / "dentinel", *home, "audit", "--format", "json"], capture_output=True, check=False
    )
    patrol = subprocess.run(
        [really / "dentinel", "agent", *home, "patrol"], capture_output=True, check=False
    )

    assert done.returncode in {0, 1, 3}, done.stderr
    assert len(json.loads(done.stdout)["results"]) > 30
    assert patrol.returncode == 0, patrol.stderr


@pytest.mark.slow
def test_the_package_for_windows_holds_what_its_bill_names(
    really: Path, tmp_path: Path, needs
) -> None:
    needs("wixl")
    layout = tmp_path / "dentinel"
    shutil.copytree(really, layout, symlinks=False)
    (layout / "dentinel").rename(layout / "dentinel.exe")
    frozen.write(layout, really.parent / "work/dentinel")
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1700000000")
    made = msi.build(layout, 1, tmp_path)
    out = tmp_path / "installed"
    subprocess.run([needs("msiextract"), "-C", out, made], check=True, capture_output=True)
    (bom,) = out.rglob(frozen.NAME)

    assert frozen.require(bom.parent) == bom
    assert (tmp_path / "dentinel_x64-msi.cdx.json").read_bytes() == bom.read_bytes()
    assert {owners(bom.parent)[f"_internal/{name}"] for name in ("base_library.zip",)} == {
        "cpython"
    }
