"""How does the same tree become an .rpm? By rpmbuild, with everything off that looks around."""

from pathlib import Path

from shipping.deb import life
from shipping.products import VERSION, Arch, Product
from shipping.programs import run
from shipping.tree import everything

_SPEC = """\
Name: {name}
Version: {version}
Release: {revision}
Summary: {summary}
License: Apache-2.0
AutoReqProv: no
Requires: python3.11, systemd, shadow-utils, util-linux
%description
{description}

%pre -p <lua>
for _, place in ipairs({{"{release}", "{removed}"}}) do
    local file = io.open(place)
    local before = file and file:read("l")
    if file then file:close() end
    if before and rpm.vercmp(before, "{version}-{revision}") > 0 then
        error("{name} {version}-{revision} is older than " .. before .. ", which is or was "
            .. "installed here: what that release has written would not be understood. Install "
            .. before .. " or newer; or remove it with all that it knows (rpm --erase {name}, then "
            .. "rm -r /etc/{name} /var/lib/{name}), and begin anew.")
    end
end

%post -p /bin/sh
{life}
if [ "$1" -gt 1 ]; then arrived upgrade; else arrived ""; fi

%preun -p /bin/sh
{life}
leaving
if [ "$1" -eq 0 ]; then disabled; fi

%postun -p /bin/sh
{life}
left
# With what an installation that was cut off may have left beside its files.
if [ "$1" -eq 0 ]; then rm -rf {prefix}; fi

%posttrans -p /bin/sh
{life}
# The release before has stopped what it is by now, on its way out.
arrived upgrade

%files
%defattr(-,root,root,-)
{files}
"""
_QUIET = {
    "_build_id_links": "none",
    "__os_install_post": "%{nil}",
    "__brp_mangle_shebangs": "%{nil}",
    "_buildhost": "reproducible",
    "use_source_date_epoch_as_buildtime": "1",
    "clamp_mtime_to_source_date_epoch": "1",
    "_binary_payload": "w19.zstdio",
    "_build_name_fmt": "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
}


def build(product: Product, arch: Arch, root: Path, revision: int, out: Path) -> Path:
    """Write the package of a tree into `out`; what is removed leaves its state, as with dpkg."""
    top = root.with_name(f"{product.name}-rpm")
    top.mkdir()
    spec = top / f"{product.name}.spec"
    words = {
        "name": product.name,
        "version": VERSION,
        "revision": revision,
        "prefix": product.prefix,
        "release": product.release,
        "removed": product.removed,
        "summary": product.summary,
        "description": product.description,
        "life": _escaped(life(product)),
        "files": "\n".join(_listed(product, root)),
    }
    spec.write_text(_SPEC.format(**words), encoding="utf-8")
    defines = {**_QUIET, "_topdir": str(top), "_rpmdir": str(out), "buildroot": str(root)}
    given = [word for name, is_ in defines.items() for word in ("--define", f"{name} {is_}")]
    words_ = ["rpmbuild", "-bb", "--quiet", "--noclean", "--target", f"{arch.rpm}-linux"]
    run([*words_, "--buildroot", root, *given, spec])
    return out / f"{product.name}-{VERSION}-{revision}.{arch.rpm}.rpm"


def _listed(product: Product, root: Path) -> list[str]:
    """Every file, the folders that are ours alone, and one that no system has without a reader."""
    own = (product.prefix, *product.folders, f"/usr/share/doc/{product.name}", "/usr/share/fish")
    lines = []
    for path in everything(root):
        name = f"/{path.relative_to(root)}"
        if path.is_symlink() or path.is_file():
            lines.append(f'"{_escaped(name)}"')
        elif name.startswith(own):
            lines.append(f'%dir "{_escaped(name)}"')
    return lines


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
