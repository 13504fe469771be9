"""Which packs lie at these paths: compiled files, or folders that are compiled on the way?"""

from collections.abc import Sequence
from pathlib import Path

from rules.compiled.file import load_file
from rules.compiled.rule import Pack
from rules.errors import Misused
from rules.workbench.build import build
from rules.workbench.packs import check_pack, folders


def opened(path: Path) -> Pack:
    """The one pack at a path; PackRefused or Misused says why there is none that can be used."""
    found = all_opened([path])
    if len(found) != 1:
        raise Misused(f"{len(found)} packs lie under {path}; name one of them")
    return found[0]


def all_opened(paths: Sequence[Path]) -> list[Pack]:
    """All packs at the paths; without paths those below here, else those shipped."""
    compiled = [path for path in paths if path.suffix == ".json" and path.is_file()]
    rest = [path for path in paths if path not in compiled]
    below = folders(rest) if rest or not paths else []
    return [*map(load_file, compiled), *(build(check_pack(folder))[0] for folder in below)]
