"""Which packs can be assigned, and did those of one's own pass their tests just now?

- A folder whose pack was signed before, byte for byte, is not tested again: nothing changed.
- Else it is checked, its tests run with each fact lost, it is compiled and read back, and compared
  with the version that was signed last.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agent.packs.author.draft import Shelf
from rules.compiled import builtin, names
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import PackRefused
from rules.workbench.build import build
from rules.workbench.packs import check_pack
from rules.workbench.release import Draft, release
from rules.workbench.reports.base import Outcome
from rules.workbench.test import Progress


@dataclass(frozen=True, slots=True)
class Stocked:
    """The shelf, or what stopped at a folder of one's own."""

    shelf: Shelf
    stopped: Outcome | None = None


def stock(
    folders: Iterable[Path], signed: Mapping[str, bytes], today: date, progress: Progress
) -> Stocked:
    """All packs of this release, of what was signed, and of these folders; Misused for others."""
    packs = {(pack.pack, pack.version): (pack, data) for pack, data in _held(signed)}
    for folder in folders:
        same = _unchanged(folder, packs)
        if same:
            continue
        done = release(Draft(folder, today, _last(folder, packs), mutants=False), progress)
        if done.pack is None:
            return Stocked(Shelf(packs), done.outcome)
        packs[done.pack.pack, done.pack.version] = (done.pack, next(iter(done.files.values())))
    return Stocked(Shelf(packs))


def _held(signed: Mapping[str, bytes]) -> Iterator[tuple[Pack, bytes]]:
    """The built-in pack, and those signed before: of one version the signed bytes count."""
    yield builtin.pack(), builtin.data()
    for name, data in signed.items():
        if name.startswith("packs/"):
            try:
                yield load(data), data
            except PackRefused:  # signed by a newer release; what is not read cannot be assigned
                continue


def _unchanged(folder: Path, packs: Mapping[tuple[str, str], tuple[Pack, bytes]]) -> bool:
    checked = check_pack(folder)
    if checked.has_errors or checked.pack is None or checked.is_loose:
        return False
    _, data = build(checked)
    held = packs.get((checked.pack.pack, checked.pack.version))
    return held is not None and held[1] == data


def _last(folder: Path, packs: Mapping[tuple[str, str], tuple[Pack, bytes]]) -> Pack | None:
    """The highest version that there is of the pack of a folder."""
    source = check_pack(folder).pack
    same = [pack for pack, _ in packs.values() if source is not None and pack.pack == source.pack]
    return max(same, key=lambda pack: names.semver(pack.version) or (0, 0, 0), default=None)
