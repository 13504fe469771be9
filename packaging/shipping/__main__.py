"""`python -m shipping`: build the packages of a release, their hashes and, with a key, their word.

The same tree gives the same bytes, on whichever machine with Python 3.11 it is built: one time for
all files (SOURCE_DATE_EPOCH, or that of the last commit), sorted, owned by root.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from shipping import deb, release, rpm, tree
from shipping.products import ARCHES, HOUSE, PRODUCTS, Product
from shipping.programs import Failed, run

_FORMS = {"deb": deb.build, "rpm": rpm.build}


def main() -> int:
    """Build what was asked for; 2 with a sentence if something is missing."""
    chosen = _asked()
    os.environ.setdefault("SOURCE_DATE_EPOCH", _last_commit())
    os.umask(0o022)
    chosen.out.mkdir(parents=True, exist_ok=True)
    try:
        for product in PRODUCTS:
            if product.name in chosen.product:
                _build(product, chosen)
        release.write_sums(chosen.out)
        if chosen.key:
            release.sign(chosen.out, chosen.key)
    except Failed as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _build(product: Product, chosen: argparse.Namespace) -> None:
    arch = ARCHES[chosen.arch]
    with tempfile.TemporaryDirectory(prefix="dentinel-") as name:
        work = Path(name)
        root = work / "root"
        tree.build(product, arch, chosen.revision, root, work)
        for form in chosen.form:
            made = _FORMS[form](product, arch, root, chosen.revision, chosen.out)
            sys.stdout.write(f"{made}\n")
        bom = chosen.out / f"{product.name}_{arch.deb}.cdx.json"
        bom.write_bytes((root / f"usr/share/doc/{product.name}/bom.cdx.json").read_bytes())


def _asked() -> argparse.Namespace:
    reading = argparse.ArgumentParser(prog="python -m shipping", description=__doc__)
    reading.add_argument("--out", type=Path, default=HOUSE / "dist", help="where packages go")
    names = [product.name for product in PRODUCTS]
    reading.add_argument("--product", nargs="+", choices=names, default=names)
    reading.add_argument("--form", nargs="+", choices=list(_FORMS), default=list(_FORMS))
    reading.add_argument("--arch", choices=list(ARCHES), default="amd64")
    reading.add_argument(
        "--revision", type=int, default=1, help="of the package, not of the program"
    )
    reading.add_argument(
        "--key", type=Path, help="sign SHA256SUMS with the release key in this file"
    )
    return reading.parse_args()


def _last_commit() -> str:
    return run(["git", "log", "-1", "--format=%ct"], at=HOUSE).strip()


if __name__ == "__main__":
    sys.exit(main())
