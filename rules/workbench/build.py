"""How does a folder of YAML become the one file that machines get?

It is checked and compiled, and read back as a machine would read it. Run as a program it writes
the built-in pack anew: `python -m rules.workbench.build`.
"""

import sys
from pathlib import Path

from rules.compiled import builtin
from rules.compiled.pack import load
from rules.compiled.rule import Pack
from rules.errors import Misused
from rules.language.compile import compile_pack
from rules.language.controls import citations
from rules.workbench.packs import Checked, check_pack


def build(checked: Checked, *, to_publish: bool = False) -> tuple[Pack, bytes]:
    """The pack and its bytes; Misused if it was not checked clean, or has no name to go by."""
    if to_publish and checked.is_loose:
        raise Misused(f"{checked.folder} has no pack.yaml that says its name and version")
    if checked.has_errors or checked.pack is None:
        raise Misused(f"{checked.folder} has errors: dentinel rules check {checked.folder}")
    data = compile_pack(
        checked.pack,
        checked.rules.values(),
        checked.digests,
        citations().as_of,
        checked.kinds.values(),
    )
    return load(data), data


def write_builtin() -> Path:
    """Compile `dental-baseline` and write it beside its sources."""
    checked = check_pack(builtin.FOLDER, display=Path(builtin.NAME))
    _, data = build(checked)
    builtin.FILE.write_bytes(data)
    return builtin.FILE


if __name__ == "__main__":
    sys.stdout.write(f"{write_builtin()}\n")
