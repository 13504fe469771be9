"""How does a product get an environment of its own under /opt?

The wheels of its hashed lock and our own wheel, laid out by uv as a virtual environment whose
interpreter is the system's Python 3.11: security updates of Python are the system's. Bytecode is
compiled here, once, and bound to no time: where the agent runs nothing can be written.
"""

import importlib.util
import os
import shutil
import sys
import zipfile
from pathlib import Path

from shipping.products import HOUSE, Arch, Product
from shipping.programs import Failed, run

PYTHON = "/usr/bin/python3.11"
_MAGIC_OF_3_11 = 3495
_CONFIG = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11\n"
_NOT_SHIPPED = ("bin", ".lock", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED")
_TELLS_WHERE = "*.dist-info/direct_url.json"


def lay(product: Product, arch: Arch, root: Path, work: Path) -> Path:
    """Lay it out below `root`, a folder that stands for /; its folder of packages."""
    prefix = root / product.prefix.lstrip("/")
    packages = prefix / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    _install(packages, arch, "--require-hashes", "-r", HOUSE / f"requirements/{product.lock}.txt")
    # Not by uv, which would write down when the wheel was built.
    zipfile.ZipFile(wheel(work)).extractall(packages)
    for pattern in (*_NOT_SHIPPED, _TELLS_WHERE):
        for path in packages.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _compile(root, prefix)
    (prefix / "pyvenv.cfg").write_text(_CONFIG, encoding="ascii")
    programs = prefix / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(PYTHON)
    script = programs / product.name
    script.write_text(
        f"#!{product.prefix}/bin/python3 -I\nfrom {product.entry} import main\n\nmain()\n",
        encoding="ascii",
    )
    script.chmod(0o755)
    return packages


def wheel(work: Path) -> Path:
    """Our own wheel, built from this tree; hatchling writes the same bytes for the same tree."""
    if not list(work.glob("dentinel-*.whl")):
        run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", work], at=HOUSE)
    (made,) = work.glob("dentinel-*.whl")
    return made


def _install(packages: Path, arch: Arch, *what: str | Path) -> None:
    uv = os.environ.get("UV", str(HOUSE / ".uv" / "bin" / "uv"))
    words: list[str | Path] = [uv, "pip", "install", "--quiet", "--no-compile"]
    words += ["--target", packages, "--python-version", "3.11", "--python-platform", arch.wheels]
    run([*words, "--only-binary", ":all:", "--link-mode", "copy", *what], at=HOUSE)


def _compile(root: Path, prefix: Path) -> None:
    """Bytecode that names files as they will be installed, and heeds no time."""
    magic = int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")
    if magic != _MAGIC_OF_3_11:
        raise Failed(f"{sys.executable} is not Python 3.11: build with the Python that will run it")
    words: list[str | Path] = [sys.executable, "-I", "-m", "compileall", "-q", "-f", "-s", root]
    run([*words, "-p", "/", "--invalidation-mode", "unchecked-hash", prefix / "lib"])
