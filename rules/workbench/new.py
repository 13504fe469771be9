"""Where do the files of a new pack or rule go? Nothing that is there is ever written over."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rules import whole
from rules.compiled.names import facts_version, is_id
from rules.errors import Misused
from rules.workbench import scaffold
from rules.workbench.packs import Checked, check_pack

SCHEMAS = ".dentinel"
"""The folder, beside the packs or above them, that `rules schema --write` fills."""


@dataclass(frozen=True, slots=True)
class Made:
    """The files that were written, and the pack that they are of."""

    pack: Path
    files: tuple[Path, ...]
    schemas: Path


def new_pack(folder: Path) -> Made:
    """Write a pack into a folder that is new or empty; it is called as the folder is."""
    name = folder.absolute().name
    _check_id(name, "a pack")
    if folder.is_dir() and any(folder.iterdir()):
        raise Misused(f"{folder} is there already, and nothing in it is written over")
    folder.mkdir(parents=True, exist_ok=True)
    schemas = _schemas(folder)
    return _write(folder, schemas, scaffold.pack(_where(folder, name, schemas)))


def new_rule(identifier: str, over: str | None, folder: Path | None) -> Made:
    """Write a rule and its tests into a pack; without a folder into the one that lies here."""
    _check_id(identifier, "a rule")
    pack = _pack(folder)
    checked = check_pack(pack)
    taken = {source.id for source in checked.sources} | {
        entry[0] for entry in (checked.pack.retired if checked.pack else ())
    }
    if identifier in taken:
        raise Misused(f"{pack} has, or had, a rule {identifier}; an id is never used again")
    schemas = _schemas(pack)
    name = checked.pack.pack if checked.pack else pack.absolute().name
    texts = scaffold.rule(_where(pack, name, schemas), identifier, over)
    _check_facts(checked, over)
    return _write(pack, schemas, texts)


def _check_id(name: str, what: str) -> None:
    if not is_id(name):
        raise Misused(
            f"{name!r} is no name of {what}: words in small letters and digits with - between, "
            "at most 48 characters, such as screen-locks"
        )


def _check_facts(checked: Checked, over: str | None) -> None:
    needs = scaffold.needs(over)
    has = checked.pack.requires_facts if checked.pack and not checked.is_loose else needs
    if (facts_version(has) or (0, 0)) < (facts_version(needs) or (0, 0)):
        raise Misused(
            f'{over} came with the fact catalogue {needs}: write requires_facts: "{needs}" in '
            f"{checked.folder / 'pack.yaml'} first"
        )


def _pack(folder: Path | None) -> Path:
    found = [folder] if folder is not None else sorted(path.parent for path in _packs_here())
    if folder is not None and not (folder / "pack.yaml").is_file():
        raise Misused(f"{folder} is no pack: dentinel rules new pack {folder}")
    if len(found) != 1:
        what = "no pack lies here" if not found else f"{len(found)} packs lie here"
        raise Misused(f"{what}: say which is meant with --pack DIR")
    return found[0]


def _packs_here() -> list[Path]:
    return list(Path().glob("pack.yaml")) or list(Path().glob("*/pack.yaml"))


def _schemas(folder: Path) -> Path:
    """The nearest folder of schemas above a pack, or where it would be beside the pack."""
    above = folder.absolute().parents
    return next((one / SCHEMAS for one in above if (one / SCHEMAS).is_dir()), above[0] / SCHEMAS)


def _where(folder: Path, name: str, schemas: Path) -> scaffold.Where:
    return scaffold.Where(name, Path(os.path.relpath(schemas, folder.absolute())).as_posix())


def _write(folder: Path, schemas: Path, texts: Mapping[str, str]) -> Made:
    files = tuple(folder / name for name in texts)
    there = [str(file) for file in files if file.exists()]
    if there:
        raise Misused(f"{', '.join(there)} is there already, and is not written over")
    try:
        for file, text in zip(files, texts.values(), strict=True):
            whole.write(file, text.encode())
    except OSError:
        for file in files:
            file.unlink(missing_ok=True)  # none of them was there before
        raise
    return Made(folder, files, Path(os.path.relpath(schemas)))
