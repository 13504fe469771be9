"""Write what is printed about each mistake, and show what changed by that.

`python tests/rules/golden/write.py [ID or folder…]`: all of them, or those that begin so.
"""

import difflib
import sys
import tempfile
from pathlib import Path

from test_golden import HERE, shown


def main(wanted: list[str]) -> int:
    """Write the files; 1 if nothing here begins as was asked."""
    folders = sorted(
        path for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"
    )
    chosen = [path for path in folders if not wanted or path.name.startswith(tuple(wanted))]
    for folder in chosen:
        with tempfile.TemporaryDirectory() as room:
            said = shown(folder, Path(room))
        _write(folder / "expected.txt", said)
    return 0 if chosen else 1


def _write(file: Path, said: str) -> None:
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    if said == before:
        return
    file.write_text(said, encoding="utf-8")
    lines = difflib.unified_diff(before.splitlines(), said.splitlines(), "was", "is", lineterm="")
    sys.stdout.write("\n".join([f"== {file.parent.name}", *lines, ""]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
