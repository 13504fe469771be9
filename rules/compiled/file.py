"""Is this file a pack? Read no further than a pack can be long."""

from pathlib import Path

from rules.compiled import limits
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import PackRefused


def load_file(path: Path) -> Pack:
    """Read a compiled pack; PackRefused names the file, OSError if it cannot be read."""
    with path.open("rb") as opened:
        data = opened.read(limits.PACK_BYTES + 1)
    try:
        return load(data)
    except PackRefused as refused:
        raise PackRefused(refused.code, refused.because, str(path)) from refused
