"""By what is a machine judged before anybody has assigned it a pack?

By `dental-baseline`, compiled and carried by the package. Reports and pages then say `builtin`.
`python -m rules.workbench.build` writes the file anew from its sources.
"""

from functools import cache
from pathlib import Path

from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import PackRefused

NAME = "dental-baseline"
FOLDER = Path(__file__).parent.parent / "packs" / NAME
FILE = FOLDER / "compiled.json"


def data() -> bytes:
    """The bytes of the built-in pack, as `dentinel pack build` wrote them."""
    return FILE.read_bytes()


@cache
def pack() -> Pack:
    """The built-in pack, the same object each time; PackRefused if the installation is damaged."""
    return carried(FILE)


def carried(file: Path) -> Pack:
    """The pack in a file of this package; PackRefused tells to install it anew."""
    try:
        return load(file.read_bytes())
    except OSError as gone:
        because = f"{file.name} cannot be read ({gone.strerror})"
        raise PackRefused("DL704", f"{because}; {_REMEDY}", _WHICH) from gone
    except PackRefused as refused:
        raise PackRefused(refused.code, f"{refused.because}; {_REMEDY}", _WHICH) from refused


_WHICH = f"the built-in pack {NAME}"
_REMEDY = "this installation is damaged: install dentinel anew"
