"""What lies where in a package? Everything that is installed, as a folder that stands for /."""

import gzip
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from shipping import bill, completion, environment, manual
from shipping.products import HOUSE, LINUX, VERSION, Arch, Product

_UNITS = Path("usr/lib/systemd/system")
_USERS = Path("usr/lib/sysusers.d")


def build(product: Product, arch: Arch, revision: int, root: Path, work: Path) -> None:
    """Lay out all of it, with the modes it is to have and no time but the release's."""
    root.mkdir(parents=True)
    packages = environment.lay(product, arch, root, work)
    _write(root / product.release.lstrip("/"), f"{VERSION}-{revision}\n".encode())
    for unit in product.units:
        _put(LINUX / unit, root / _UNITS / unit)
    _put(LINUX / f"{product.name}.sysusers", root / _USERS / f"{product.name}.conf")
    for folder in product.folders:
        (root / folder.lstrip("/")).mkdir(parents=True)
    _command(product, root)
    for name, page in manual.pages(product).items():
        _write(root / f"usr/share/man/man1/{name}.1.gz", _gzip(page))
    for place, text in completion.scripts(product).items():
        _write(root / place, text.encode())
    _documents(product, root, packages)
    _settle(root)


def _command(product: Product, root: Path) -> None:
    """The command in /usr/bin, and where scripts of the life of a package lie."""
    command = root / "usr/bin" / product.name
    command.parent.mkdir(parents=True)
    if product.wrapper:
        _put(LINUX / product.wrapper, command)
        command.chmod(0o755)
    else:
        command.symlink_to(f"../..{product.prefix}/bin/{product.name}")


def _documents(product: Product, root: Path, packages: Path) -> None:
    folder = root / "usr/share/doc" / product.name
    _write(folder / "changelog.gz", _gzip((HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")))
    _write(folder / "copyright", bill.licences(product, packages).encode())
    # Last: it names every file, and so itself alone is not in it.
    _write(folder / "bom.cdx.json", bill.document(product, root, packages))


def _put(source: Path, at: Path) -> None:
    at.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, at)


def _write(at: Path, data: bytes) -> None:
    at.parent.mkdir(parents=True, exist_ok=True)
    at.write_bytes(data)


def _gzip(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def _settle(root: Path) -> None:
    """Modes that do not hang on who builds, and one time for all."""
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    for path in (root, *everything(root)):
        if not path.is_symlink():
            is_run = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if is_run else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)


def everything(root: Path) -> Iterator[Path]:
    """All below it, in the order of names."""
    return iter(sorted(root.rglob("*")))
