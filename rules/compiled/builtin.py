"""By what is a machine judged before anybody has assigned it a pack?

By `dental-baseline`, compiled and carried by the package. Reports and pages then say `builtin`.
`python -m rules.workbench.build` writes the file anew from its sources.
"""

from functools import cache
from pathlib import Path

from rules.compiled.pack import load
from rules.compiled.rule import Pack

NAME = "dental-baseline"
FOLDER = Path(__file__).parent.parent / "packs" / NAME
FILE = FOLDER / "compiled.json"


def data() -> bytes:
    """The bytes of the built-in pack, as `dentinel pack build` wrote them."""
    return FILE.read_bytes()


@cache
def pack() -> Pack:
    """The built-in pack; the same object each time."""
    return load(data())
