"""Which pack lies at this path: a compiled file, or a folder that is compiled on the way?"""

from pathlib import Path

from rules.compiled.file import load_file
from rules.compiled.rule import Pack
from rules.errors import Misused
from rules.workbench.build import build
from rules.workbench.packs import check_pack, folders


def opened(path: Path) -> Pack:
    """The one pack at a path; PackRefused or Misused says why there is none that can be used."""
    if path.is_file() and path.suffix != ".yaml":
        return load_file(path)
    found = folders([path])
    if len(found) != 1:
        raise Misused(f"{len(found)} packs lie under {path}; name one of them")
    return build(check_pack(found[0]))[0]
