"""Which modules will the kernel not load? (modprobe.d(5), as kmod 30 reads it)

`blacklist` only keeps a module from loading by the aliases of its hardware: as a dependency of
another, or by name, it loads all the same. `install MODULE /bin/false` puts another program in
the place of loading it, by name too.

- In names `-` equals `_`. Of several `install` lines for one module all must block.
- Only a bare path of `false`, `true` or `nologin` blocks: anything else is a script that may load.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from agent.readers.errors import ParseError
from agent.readers.text import lines

FOLDERS = ("/etc/modprobe.d", "/run/modprobe.d", "/usr/local/lib/modprobe.d", "/usr/lib/modprobe.d")
"""A file hides those of the same name in the folders after it."""

_WORDS = frozenset(
    {
        *("alias", "blacklist", "config", "include", "install"),
        *("options", "remove", "softdep", "weakdep"),
    }
)
_BLOCKS = re.compile(r"(/usr)?/s?bin/(false|true|nologin)")


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the configuration says against loading modules."""

    blacklist: frozenset[str] = frozenset()
    install: tuple[tuple[str, str], ...] = ()
    refused: frozenset[str] = frozenset()

    def by_alias(self, module: str) -> bool:
        """Does it not load when its hardware appears?"""
        return module in self.blacklist or self.by_name(module)

    def by_name(self, module: str) -> bool:
        """Does it not load at all?"""
        commands = [command for name, command in self.install if fnmatchcase(module, name)]
        blocked = bool(commands) and all(map(_BLOCKS.fullmatch, commands))
        return blocked or module in self.refused


def parse(files: Mapping[str, bytes], command_line: bytes = b"") -> Blocks:
    """Read the files by name in their order, and what the kernel was started with."""
    blacklist: set[str] = set()
    install: list[tuple[str, str]] = []
    for name in sorted(files):
        for line in lines(files[name].replace(b"\\\n", b" ")):
            word, *rest = line.split(None, 2)
            if word not in _WORDS:
                raise ParseError(f"{name}: a line that modprobe does not know")
            if word == "blacklist" and rest:
                blacklist.add(plain(rest[0]))
            elif word == "install" and len(rest) == 2:
                install.append((plain(rest[0]), rest[1].strip()))
    blacklist.update(_listed(command_line, "modprobe.blacklist"))
    refused = frozenset(_listed(command_line, "module_blacklist"))
    return Blocks(frozenset(blacklist), tuple(install), refused)


def plain(name: str) -> str:
    """A module's name as the kernel writes it."""
    return name.replace("-", "_")


def modules(listing: bytes) -> frozenset[str]:
    """The names in `modules.builtin` or `modules.dep`: paths that end in `.ko`, perhaps packed."""
    names = set()
    for line in lines(listing):
        found = re.match(r"(?:.*/)?([^/:]+)\.ko(\.(gz|xz|zst))?(:|$)", line.split(": ")[0])
        if not found:
            raise ParseError("a line of a list of modules is not of its form")
        names.add(plain(found[1]))
    return frozenset(names)


def _listed(command_line: bytes, option: str) -> Iterable[str]:
    for word in command_line.decode(errors="replace").split():
        name, _, value = word.partition("=")
        if name == option:
            yield from map(plain, value.split(","))
