"""Write the reference anew: `python -m rules.workbench.reference [DIR]`."""

import sys
from pathlib import Path

from rules.workbench.reference.pages import pages

_HERE = Path("docs/reference")


def main(words: list[str]) -> int:
    """Write every page; 1 if the folder cannot be written."""
    folder = Path(words[0]) if words else _HERE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        sys.stderr.write(f"{error.filename} cannot be written: {error.strerror}\n")
        return 1
    sys.stdout.write(f"{folder}: {len(pages())} pages\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
