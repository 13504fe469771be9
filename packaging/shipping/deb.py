"""How does a tree become a .deb? By Debian's own dpkg-deb, which sorts and clamps for itself."""

from pathlib import Path

from shipping.products import LINUX, VERSION, Arch, Product
from shipping.programs import run
from shipping.tree import everything

_CONTROL = """\
Package: {name}
Version: {version}
Architecture: {arch}
Maintainer: the makers of dentinel
Installed-Size: {size}
Depends: python3.11 (>= 3.11.2), systemd (>= 252), libc6 (>= 2.28), passwd
Section: admin
Priority: optional
Description: {summary}
 {description}
"""
_SCRIPTS = {
    "preinst": """
case "$1" in
    install | upgrade)
        if [ -n "${{2:-}}" ] && dpkg --compare-versions "$2" gt "{version}"; then
            echo "{name} {version} is older than $2, which is or was installed here: what that" >&2
            echo "release has written would not be understood. Install $2 or newer; or purge it" >&2
            echo "with all that it knows (apt-get purge {name}), and begin anew." >&2
            exit 1
        fi
        ;;
esac
""",
    "postinst": """
case "$1" in
    configure) arrived "${{2:-}}" ;;
    abort-upgrade | abort-remove | abort-deconfigure) arrived "${{2:-again}}" ;;
esac
""",
    "prerm": """
case "$1" in
    remove) leaving && disabled ;;
    upgrade | deconfigure | failed-upgrade) leaving ;;
esac
""",
    "postrm": """
case "$1" in
    remove) left ;;
    purge) purged && left ;;
esac
""",
}


def build(product: Product, arch: Arch, root: Path, revision: int, out: Path) -> Path:
    """Write the package of a tree into `out`."""
    version = f"{VERSION}-{revision}"
    control = root.with_name(f"{product.name}-DEBIAN")
    control.mkdir()
    control.chmod(0o755)  # whatever the builder's umask is
    words = {
        "name": product.name,
        "version": version,
        "arch": arch.deb,
        "size": _size(root),
        "summary": product.summary,
        "description": product.description,
    }
    (control / "control").write_text(_CONTROL.format(**words), encoding="utf-8")
    for name in _SCRIPTS:
        path = control / name
        path.write_text(script(product, name, version), encoding="utf-8")
        path.chmod(0o755)
    inside = root / "DEBIAN"
    control.rename(inside)
    made = out / f"{product.name}_{version}_{arch.deb}.deb"
    run(["dpkg-deb", "--root-owner-group", "--threads-max=2", "--build", root, made])
    inside.rename(control)
    return made


def script(product: Product, name: str, version: str) -> str:
    """What dpkg runs before and after it unpacks, and before and after it removes."""
    return life(product) + _SCRIPTS[name].format(name=product.name, version=version)


def life(product: Product) -> str:
    """The functions that a script of a package begins with."""
    text = (LINUX / f"{product.name}.life").read_text(encoding="utf-8")
    return f"#!/bin/sh\nset -e\n\n{text}"


def _size(root: Path) -> int:
    """What it takes on a disk, in KiB."""
    files = (path for path in everything(root) if path.is_file() and not path.is_symlink())
    return sum(-(-path.stat().st_size // 1024) for path in files)
