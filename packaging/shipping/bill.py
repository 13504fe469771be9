"""Which package does each file come from, at which version, under which licence?

A bill of materials in CycloneDX 1.6: one component a distribution, named by its package URL, and
under each the files that it brought, by SHA-256. What belongs to no distribution of Python's is
ours, and is named under the product itself. The hashes of the lock stand beside, so that a reader
can see which archives were let in.
"""

import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import Any

from shipping.products import HOUSE, VERSION, Product

_CODE = re.compile(r"(.*/)?__pycache__/([^/]+)\.cpython-311\.pyc")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_OURS = "dentinel"


Owned = Mapping[str, Sequence[tuple[str, str]]]
"""The (path, SHA-256) of files by the name of what brought them; "" for our own."""


def document(product: Product, root: Path, packages: Path) -> bytes:
    """The bill of everything below `root`."""
    owned = files(root, packages)
    known = locked(product.lock)
    parts = [
        component(one, known.get(name, ()), owned.get(name, ()))
        for name, one in sorted(distributions(packages).items())
    ]
    return written(product.name, owned, parts)


def written(name: str, owned: Owned, parts: Sequence[dict[str, Any]]) -> bytes:
    """The bill of a package by that name: its parts, and under itself our own files."""
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{_serial(owned)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": name,
                "name": name,
                "version": VERSION,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [*parts, *(file(*each) for each in owned.get("", ()))],
        "dependencies": [{"ref": name, "dependsOn": [one["bom-ref"] for one in parts]}],
    }
    return (json.dumps(bill, indent=1, sort_keys=True) + "\n").encode()


def distributions(packages: Path) -> dict[str, Distribution]:
    """What is installed there, by its normal name (PEP 503)."""
    return {
        normal(one.metadata["Name"]): one
        for one in map(PathDistribution, sorted(packages.glob("*.dist-info")))
    }


def files(root: Path, packages: Path) -> dict[str, list[tuple[str, str]]]:
    """The (path, SHA-256) of every file by the distribution that brought it; "" for our own."""
    owners = {
        str(file): name for name, one in distributions(packages).items() for file in one.files or ()
    }
    found: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink():
            inside = str(path.relative_to(packages)) if path.is_relative_to(packages) else ""
            owner = owners.get(inside) or owners.get(_CODE.sub(r"\1\2.py", inside), "")
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found.setdefault(owner, []).append((f"/{path.relative_to(root)}", digest))
    return found


def licences(product: Product, packages: Path) -> str:
    """Who holds which right in what the package carries, for people."""
    lines = [
        f"{product.name} {VERSION} is licensed under Apache-2.0.",
        "It carries these works of others, each under its own licence, whose text lies in",
        f"{product.prefix}/lib/python3.11/site-packages/NAME.dist-info:",
        "",
    ]
    for name, one in sorted(distributions(packages).items()):
        if name != _OURS:
            lines.append(f"  {name} {one.version}: {licence(one)}")
    return "\n".join([*lines, "", (HOUSE / "LICENSE").read_text(encoding="utf-8")])


def licence(one: Distribution) -> str:
    """The licence of a distribution: its expression (PEP 639), else its word, else classifiers."""
    said = _field(one, "License-Expression")
    classed = [
        line.rpartition(" :: ")[2]
        for line in one.metadata.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    word = _field(one, "License").strip()
    return said or (word if word and "\n" not in word else "") or ", ".join(classed) or "not said"


def _field(one: Distribution, name: str) -> str:
    """The first value of a field of its metadata; empty without one."""
    return next(iter(one.metadata.get_all(name) or ()), "")


def normal(name: str) -> str:
    """A name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def component(
    one: Distribution, archives: Sequence[str], owned: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """A distribution with the archives that a lock lets in, and the files that it brought."""
    name = normal(one.metadata["Name"])
    return {
        "type": "library",
        "bom-ref": f"pkg:pypi/{name}@{one.version}",
        "purl": f"pkg:pypi/{name}@{one.version}",
        "name": name,
        "version": one.version,
        "licenses": [_licensed(one)],
        "properties": [{"name": "dentinel:locked-sha256", "value": each} for each in archives],
        "components": [file(*each) for each in owned],
    }


def _licensed(one: Distribution) -> dict[str, Any]:
    """An SPDX expression where the package says one, else a name in its own words."""
    expression = _field(one, "License-Expression")
    return {"expression": expression} if expression else {"license": {"name": licence(one)}}


def file(path: str, digest: str) -> dict[str, Any]:
    """One file, by its SHA-256."""
    return {
        "type": "file",
        "name": path,
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }


def locked(lock: str) -> dict[str, list[str]]:
    """The hashes of the archives that a lock lets in, by name."""
    text = (HOUSE / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    return {normal(name): hashes for name, hashes in _pins(text)}


def _pins(text: str) -> Iterator[tuple[str, list[str]]]:
    starts = list(_PIN.finditer(text))
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        yield start[1], _HASH.findall(text[start.end() : end])


def _serial(owned: Owned) -> uuid.UUID:
    """A number that is of these very files: the same build has the same."""
    lines = "".join(f"{digest} {path}\n" for each in owned.values() for path, digest in each)
    return uuid.uuid5(uuid.NAMESPACE_OID, lines)
