r"""A machine written by hand, for tests: `tree/v1`.

    dentinel: tree/v1
    elevated: true
    files:
      /proc/swaps: "Filename Type Size Used Priority\n"
      /sys/dev/block/8:1: {link: ../../devices/pci/block/sda/sda1}
      /dev/sda1: {b64: …}
      /etc/shadow: {error: access_denied}
      /run/systemd/users: {folder: true}
      /var/lib/apt/lists: {folder: true, modified: 2026-11-20T06:00:00Z}
      /backup/monday.vbk: {text: "…", modified: 2026-11-20T06:00:00Z}
    programs:
      dmsetup table --target crypt: "vault: 0 100 crypt …\n"
      zfs get …: {error: tool_missing}
      apt-config dump: {rc: 100}

Of Windows it has `os: windows` and a `registry` (agent/host/tree_registry.py).

A map, because the links and colons of /sys do not survive every file system. A tree is a whole
machine: what has no line is proven absent. A program that has none is an error of the test.
"""

import base64
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from agent.host.base import Absent, Entry, HostError, Key, Kind, Ran, Stat
from agent.host.paths import TooManyLinks, follow
from agent.host.programs import PROGRAMS, Program
from agent.host.recorded import NotRecorded
from agent.host.tree_registry import TreeRegistry
from rules.facts.base import Why
from rules.facts.form import instant
from rules.facts.host import Os

FORM = "tree/v1"
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class TreeHost:
    """Answers from a map of paths and one of programs."""

    files: Mapping[str, Any]
    programs: Mapping[str, Any] = field(default_factory=dict)
    elevated: bool = True
    os: Os = "linux"
    registry_keys: Mapping[str, Any] = field(default_factory=dict)
    _files: dict[str, Any] = field(init=False)
    _folders: dict[str, set[str]] = field(init=False)
    _registry: TreeRegistry = field(init=False)

    def __post_init__(self) -> None:
        self._registry = TreeRegistry(self.registry_keys)
        self._folders = {"/": set()}
        self._files = {self._inner(path): said for path, said in self.files.items()}
        for path, said in self._files.items():
            if isinstance(said, Mapping) and said.get("folder"):
                self._folders.setdefault(path, set())
            while path != "/":
                path, name = posixpath.split(path)  # noqa: PLW2901 - climbs to the top
                self._folders.setdefault(path, set()).add(name)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "TreeHost":
        """From a document that a YAML or JSON reader gave; ValueError if it is no tree."""
        if document.get("dentinel") != FORM:
            raise ValueError(f"it does not say dentinel: {FORM}")
        named = {"registry": "registry_keys"}
        rest = {named.get(name, name): value for name, value in document.items()}
        del rest["dentinel"]
        return cls(**rest)

    def run(self, program: Program, *args: str) -> Ran:
        """What the tree says that the program writes."""
        words = " ".join((str(program), *PROGRAMS[program].fixed(args)))
        if words not in self.programs:
            raise NotRecorded(f"the tree has no program {words!r}")
        said = self.programs[words]
        if isinstance(said, str | bytes):
            return Ran(0, said.encode() if isinstance(said, str) else said)
        if "error" in said:
            raise HostError(Why(said["error"]), words)
        return Ran(int(said.get("rc", 0)), _bytes(said.get("out", "")), _bytes(said.get("err", "")))

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """The bytes of a file."""
        real = self._real(path)
        said = self._said(real)
        if real in self._folders:
            raise HostError(Why.API_ERROR, f"{path} is a folder")
        data = _bytes(said)[offset:]
        if whole and len(data) > limit:
            raise HostError(Why.TOO_LARGE, path)
        return data[:limit]

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """The names under a path."""
        real = self._real(path)
        self._said(real)
        if real not in self._folders:
            raise HostError(Why.API_ERROR, f"{path} is no folder")
        names = sorted(self._folders[real])
        if len(names) > limit:
            raise HostError(Why.TOO_LARGE, path)
        return tuple(Entry(name, self._kind(posixpath.join(real, name))) for name in names)

    def stat(self, path: str) -> Stat:
        """Of the name itself."""
        real = self._real(path, last=False)
        said = self._said(real)
        more = said if isinstance(said, Mapping) else {}
        modified = instant(more["modified"]) if "modified" in more else _EPOCH
        kind = self._kind(real)
        size = len(_bytes(said)) if kind == "file" else 0
        mode = int(str(more.get("mode", 755 if kind == "folder" else 644)), 8)
        owner = int(more.get("owner", 0))
        return Stat(
            kind,
            mode,
            owner,
            0,
            size,
            modified,
            inode=int(more.get("inode", 0)),
            link=more.get("link"),
        )

    def registry(self, key: str) -> Key | None:
        """A key of a Windows; other systems have none."""
        if self.os != "windows":
            raise HostError(Why.UNSUPPORTED_OS, key)
        return self._registry.key(key)

    def _real(self, path: str, *, last: bool = True) -> str:
        try:
            return follow(self._inner(path), self._link, last=last)
        except TooManyLinks as error:
            raise HostError(Why.API_ERROR, path) from error

    def _inner(self, path: str) -> str:
        r"""The path as we keep it: `C:\PDATA` as /c:/pdata, for Windows knows names in any case."""
        if self.os != "windows":
            return path
        return "/" + path.replace("\\", "/").lstrip("/").lower()

    def _link(self, path: str) -> str | None:
        said = self._files.get(path)
        return said.get("link") if isinstance(said, Mapping) else None

    def _said(self, path: str) -> Any:  # noqa: ANN401 - what a test wrote
        if path not in self._files and path not in self._folders:
            raise Absent(path)
        said = self._files.get(path, {})
        if isinstance(said, Mapping) and "error" in said:
            raise HostError(Why(said["error"]), path)
        return said

    def _kind(self, path: str) -> Kind:
        if self._link(path) is not None:
            return "link"
        return "folder" if path in self._folders else "file"


def _bytes(said: Any) -> bytes:  # noqa: ANN401 - what a test wrote
    match said:
        case bytes():
            return said
        case str():
            return said.encode()
        case {"b64": packed}:
            return base64.b64decode(packed)
        case {"text": text}:
            return str(text).encode()
    return b""
