"""Of each file that is installed the bill of materials says who brought it, and under what licence.

Over the packages that were built (DENTINEL_PACKAGES), as they unpack.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shipping.bill import normal
from shipping.products import HOUSE, PRODUCTS, VERSION, Product

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a package lays onto a disk, and what it says of it."""

    product: Product
    root: Path
    bill: dict[str, Any]

    @property
    def documents(self) -> Path:
        return self.root / "usr/share/doc" / self.product.name

    @property
    def libraries(self) -> list[dict[str, Any]]:
        return [one for one in self.bill["components"] if one["type"] == "library"]


@pytest.fixture(scope="module", params=PRODUCTS, ids=lambda product: product.name)
def unpacked(
    request: pytest.FixtureRequest,
    packages: Path,
    tmp_path_factory: pytest.TempPathFactory,
    needs: Callable[[str], str],
) -> Unpacked:
    product: Product = request.param
    root = tmp_path_factory.mktemp(product.name)
    made = packages / f"{product.name}_{VERSION}-1_amd64.deb"
    subprocess.run([needs("dpkg-deb"), "--extract", made, root], check=True)
    text = (root / "usr/share/doc" / product.name / "bom.cdx.json").read_text(encoding="utf-8")
    return Unpacked(product, root, json.loads(text))


def listed(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Every file that a bill names, with its hash."""
    for one in components:
        if one["type"] == "file":
            yield one["name"], one["hashes"][0]["content"]
        yield from listed(one.get("components", []))


def test_every_file_is_named_once_with_its_hash(unpacked: Unpacked) -> None:
    named = list(listed(unpacked.bill["components"]))
    there = {
        f"/{path.relative_to(unpacked.root)}": hashlib.sha256(path.read_bytes()).hexdigest()
        for path in unpacked.root.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    del there[f"/usr/share/doc/{unpacked.product.name}/bom.cdx.json"]  # it cannot hold its own

    assert len(named) == len(dict(named))
    assert dict(named) == there


def test_the_rpm_lays_down_the_same_files(unpacked: Unpacked, packages: Path, needs) -> None:
    made = packages / f"{unpacked.product.name}-{VERSION}-1.x86_64.rpm"
    asked = ["--query", "--package", "--queryformat", "[%{FILENAMES} %{FILEDIGESTS}\n]"]
    said = subprocess.run([needs("rpm"), *asked, made], capture_output=True, text=True, check=True)
    lines = (line.rpartition(" ") for line in said.stdout.splitlines())
    laid = {name: digest for name, _, digest in lines if digest}
    del laid[f"/usr/share/doc/{unpacked.product.name}/bom.cdx.json"]

    assert laid == dict(listed(unpacked.bill["components"]))


def test_what_lies_among_the_packages_belongs_to_one_of_them(unpacked: Unpacked) -> None:
    ours = [
        name
        for name, _ in listed([one for one in unpacked.bill["components"] if one["type"] == "file"])
    ]

    assert [name for name in ours if "/site-packages/" in name] == []


def test_it_names_what_the_lock_lets_in_and_no_other(unpacked: Unpacked) -> None:
    lock = (HOUSE / f"requirements/{unpacked.product.lock}.txt").read_text(encoding="utf-8")
    pinned = {
        normal(name): version
        for name, version in re.findall(
            r"^([\w.-]+)(?:\[[\w,]+\])?==([^ ;\\]+)", lock, re.MULTILINE
        )
    }
    found = {one["name"]: one["version"] for one in unpacked.libraries if one["name"] != "dentinel"}

    assert found.items() <= pinned.items()
    assert all(one["properties"] for one in unpacked.libraries if one["name"] != "dentinel")


def test_each_library_says_its_licence_and_brings_its_text(unpacked: Unpacked) -> None:
    text = (unpacked.documents / "copyright").read_text(encoding="utf-8")
    packages = unpacked.root / unpacked.product.prefix.lstrip("/") / "lib/python3.11/site-packages"
    told = dict(re.findall(r"^  (\S+) \S+: (.+)$", text, re.MULTILINE))
    libraries = {one["name"] for one in unpacked.libraries} - {"dentinel"}

    assert told.keys() == libraries
    assert [name for name, licence in told.items() if licence == "not said"] == []
    texts = {
        normal(path.name.split("-")[0])
        for folder in packages.glob("*.dist-info")
        for path in [folder]
        if any(re.search(r"(?i)licen[cs]e|copying|notice", file.name) for file in folder.rglob("*"))
    }
    assert libraries - texts == set()
