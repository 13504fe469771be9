"""`python -m shipping.msi LAYOUT`: make the package for Windows of a frozen folder, on Linux.

    python -m shipping.msi dist/windows/dentinel --out dist

The folder comes from packaging/frozen/freeze.py. The same folder gives the same bytes: names that
wixl would choose by chance are made of what is packed, and no time but the release's stands in it.
Signing is the builder's: osslsigncode or signtool, with a certificate of his own.
"""

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from shipping import frozen, release, tables, wxs
from shipping.products import HOUSE, VERSION
from shipping.programs import Failed, run


def build(layout: Path, revision: int, out: Path) -> Path:
    """Write the package into `out`; Failed with what is missing."""
    if not (layout / wxs.PROGRAM).is_file():
        raise Failed(f"{layout} holds no {wxs.PROGRAM}: make it with packaging/frozen/freeze.py")
    bom = frozen.require(layout)
    made = out.absolute() / f"dentinel-{VERSION}-{revision}-x64.msi"
    with tempfile.TemporaryDirectory(prefix="dentinel-msi-") as name:
        work = Path(name)
        packed = _copied(layout, work / "layout")
        source = work / "dentinel.wxs"
        source.write_bytes(wxs.document(packed, revision))
        run(["wixl", "--arch", "x64", "--output", made, source], at=work)
        tables.amend(made, work)
        code = wxs.guid("package", str(revision), _content(packed))
        tables.settle(made, f"dentinel {VERSION}-{revision}", code, _moment())
    (out / "dentinel_x64-msi.cdx.json").write_bytes(bom.read_bytes())
    return made


def _copied(layout: Path, at: Path) -> Path:
    """The folder with the release's time on all files: the cabinet holds the times of files."""
    shutil.copytree(layout, at)
    for path in at.rglob("*"):
        os.utime(path, (_moment(), _moment()))
    return at


def _moment() -> int:
    """The time of the release, in seconds since 1970."""
    return int(os.environ["SOURCE_DATE_EPOCH"])


def _content(layout: Path) -> str:
    """One hash of all names and bytes."""
    whole = hashlib.sha256()
    for path in sorted(layout.rglob("*"), key=lambda path: path.relative_to(layout).as_posix()):
        if path.is_file():
            data = hashlib.sha256(path.read_bytes()).hexdigest()
            whole.update(f"{path.relative_to(layout).as_posix()}\0{data}\n".encode())
    return whole.hexdigest()


def main() -> int:
    """Build what was asked for; 2 with a sentence if something is missing."""
    reading = argparse.ArgumentParser(prog="python -m shipping.msi", description=__doc__)
    reading.add_argument(
        "layout", type=Path, help="the folder that packaging/frozen/freeze.py made"
    )
    reading.add_argument("--out", type=Path, default=HOUSE / "dist", help="where the package goes")
    reading.add_argument("--revision", type=int, default=1, help="of the package, up to 99")
    asked = reading.parse_args()
    moment = run(["git", "log", "-1", "--format=%ct"], at=HOUSE).strip()
    os.environ.setdefault("SOURCE_DATE_EPOCH", moment)
    asked.out.mkdir(parents=True, exist_ok=True)
    try:
        sys.stdout.write(f"{build(asked.layout, asked.revision, asked.out)}\n")
        release.write_sums(asked.out)
    except Failed as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
