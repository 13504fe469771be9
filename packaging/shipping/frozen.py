"""Which package does each file of a frozen folder come from?

    python -m shipping.frozen dist/windows/dentinel dist/windows/work

Asked where it was frozen, by the Python that froze it: PyInstaller writes down which file it took
from where (COLLECT-00.toc), and which modules lie in the program itself (PYZ-00.toc). The bill lies
in the folder, so that a package carries it; what the installer has to know is checked against it.
"""

import ast
import hashlib
import json
import os
import platform
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from shipping import bill
from shipping.products import HOUSE
from shipping.programs import Failed

NAME = "bom.cdx.json"
_PYTHON, _SYSTEM, _FREEZER = "cpython", "system", "pyinstaller"
_ZIP = "base_library.zip"
"""PyInstaller's name for the standard library that is needed before all else."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a file of this machine comes from: a distribution, Python, the system, or ourselves."""

    distributions: Mapping[str, Distribution]
    owners: Mapping[str, str]
    python: tuple[Path, ...]

    @classmethod
    def here(cls) -> "Sources":
        """Of the Python that runs this."""
        found = bill.distributions(Path(sysconfig.get_path("purelib")))
        owners = {
            _same(one.locate_file(file)): name
            for name, one in found.items()
            for file in one.files or ()
        }
        base = Path(sys.base_prefix)
        ours = () if base == Path("/usr") else (base,)
        library = (Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("platstdlib")))
        return cls(found, owners, tuple(one.resolve() for one in (*library, *ours)))

    def owner(self, source: str) -> str:
        """The name of what brought it; "" for ourselves."""
        path = Path(source)
        if name := self.owners.get(_same(path)):
            return name
        if path.name == _ZIP or path.name.startswith("libpython"):
            return _PYTHON
        if path.resolve().is_relative_to(HOUSE.resolve()):
            return ""
        if any(path.resolve().is_relative_to(one) for one in self.python):
            return _PYTHON
        return _SYSTEM


def write(layout: Path, work: Path) -> Path:
    """Write the bill of a frozen folder into it; Failed if a file of it is from nowhere known."""
    sources = Sources.here()
    taken = {_posix(name): source for name, source in _noted(work / "COLLECT-00.toc")}
    owned: dict[str, list[tuple[str, str]]] = {}
    for inside, digest in files(layout):
        owner = sources.owner(taken[inside]) if inside in taken else _beside(inside)
        owned.setdefault(owner, []).append((inside, digest))
    modules = Counter(sources.owner(source) for _, source in _noted(work / "PYZ-00.toc"))
    if _FREEZER in sources.distributions:
        modules[_FREEZER] += 1  # the program itself begins with its bootloader
    path = layout / NAME
    path.write_bytes(bill.written("dentinel", owned, list(_parts(sources, owned, modules))))
    return path


def require(layout: Path) -> Path:
    """The bill of a frozen folder; Failed unless it names every file there with its hash."""
    path = layout / NAME
    try:
        named = dict(_listed(json.loads(path.read_bytes())["components"]))
    except (OSError, ValueError, KeyError) as error:
        raise Failed(f"{path} is no bill of materials: freeze.py writes it") from error
    there = dict(files(layout))
    if wrong := sorted({*named.items()} ^ {*there.items()}):
        raise Failed(f"{path} is not the bill of this folder: see {wrong[0][0]}; freeze it anew")
    return path


def files(layout: Path) -> Iterator[tuple[str, str]]:
    """Every file of a frozen folder but its bill, by its SHA-256, in order."""
    for path in sorted(layout.rglob("*"), key=lambda path: path.relative_to(layout).as_posix()):
        inside = path.relative_to(layout).as_posix()
        if path.is_file() and inside != NAME:
            yield inside, hashlib.sha256(path.read_bytes()).hexdigest()


def _listed(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in components:
        if one["type"] == "file":
            yield one["name"], one["hashes"][0]["content"]
        yield from _listed(one.get("components", []))


def _parts(
    sources: Sources, owned: bill.Owned, modules: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    known = bill.locked("freeze")
    for name in sorted({*owned, *modules} - {"", "dentinel"}):
        if name in sources.distributions:
            one = bill.component(
                sources.distributions[name], known.get(name, ()), owned.get(name, ())
            )
        else:
            one = _given(name) | {"components": [bill.file(*each) for each in owned.get(name, ())]}
        said = {"name": "dentinel:modules-in-the-program", "value": str(modules.get(name, 0))}
        yield one | {"properties": [*one.get("properties", ()), said]}


def _given(name: str) -> dict[str, Any]:
    """What comes with the machine on which it is frozen."""
    if name == _PYTHON:
        version = platform.python_version()
        purl = f"pkg:generic/cpython@{version}"
        licences = [{"license": {"id": "Python-2.0"}}]
        about = {"type": "library", "purl": purl, "bom-ref": purl, "licenses": licences}
        return {**about, "name": name, "version": version}
    system = platform.system()
    return {
        "type": "operating-system",
        "bom-ref": f"system/{system}",
        "name": system,
        "version": platform.release(),
    }


def _noted(toc: Path) -> Iterator[tuple[str, str]]:
    """What PyInstaller took from somewhere: (name in the folder, source)."""
    try:
        said = ast.literal_eval(toc.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError) as error:
        raise Failed(f"{toc} does not say what was frozen: run freeze.py again") from error
    lists = [one for one in said if isinstance(one, list)]
    for name, source, kind in (entry for one in lists for entry in one):
        # The program is put together here; a folder of modules without a file has no source.
        if kind != "EXECUTABLE" and source not in ("", "-"):
            yield f"_internal/{name}", source


def _beside(inside: str) -> str:
    """What was laid into the folder afterwards is ours; PyInstaller's own folder is not."""
    if inside.startswith("_internal/"):
        raise Failed(f"{inside}: nobody says where this file comes from; freeze it anew")
    return ""


def _posix(name: str) -> str:
    return name.replace("\\", "/")


def _same(path: object) -> str:
    """One spelling of a path, whatever case its system does not heed."""
    return os.path.normcase(os.path.realpath(str(path)))


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{write(Path(sys.argv[1]), Path(sys.argv[2]))}\n")
    except Failed as error:
        sys.exit(str(error))
