"""Does the place of a file say what its bytes do not?

Some tools leave no mark in a file: what it is shows in the folder that they made. A text for
another program is told from a letter by its name and folder. Neither outranks what was found in
the bytes: only `unknown(opaque)` is ever called ciphertext here, and a text stays readable.

- gocryptfs (docs: "File Format", "CLI ABI"), Cryptomator (vault format 8), restic (design
  document, "Repository Format"): name, place, and lengths that its ciphertext can have.
- Borg is left unknown: its `config` holds a key also where the data are only authenticated.
- Bridge files: by the product data (agent.imaging.products).
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from agent.imaging import products
from agent.imaging.glance import Glance, Stopped
from agent.imaging.judgement import Judgement, Span, no_content
from agent.imaging.opening import Opened, Refused

_PARENTS = 16
_CONF = 64 << 10


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a tool cuts a file: its head, its blocks, and what of each block is no data; bytes."""

    head: int
    block: int
    overhead: int

    def fits(self, size: int) -> bool:
        """Can ciphertext of this length be whole?"""
        rest = (size - self.head) % self.block
        return size > self.head and (rest == 0 or rest > self.overhead)


_GOCRYPTFS = Sealing(18, 4128, 32)
_GOCRYPTFS_XCHACHA = Sealing(18, 4136, 40)
_CRYPTOMATOR = Sealing(68, 32_796, 28)
_RESTIC_LEAST = 16 + 16  # IV and MAC
_RESTIC_FOLDERS = ("data", "index", "keys", "snapshots")
_HEX_64 = re.compile(r"[0-9a-f]{64}")
_VAULT_FOLDER = re.compile(r"[A-Z2-7]{2}")


def placed(path: Path, judgement: Judgement, glance: Glance) -> Judgement:
    """The judgement on a file, with what its place adds."""
    if judgement.verdict == "unknown" and judgement.reason in ("opaque", "too_short"):
        for ask in _TOOLS:
            if found := ask(path, glance):
                return found
    if judgement.kind == "text" and judgement.verdict == "plaintext":
        if glance.size <= _CONF and _is_control(path):
            return no_content("control_file", "text")
        if is_bridge(str(path)):
            return replace(judgement, kind="bridge")
    return judgement


def _encrypted(form: str, method: str, sealing: Sealing | None, size: int) -> Judgement:
    start = sealing.head if sealing else 0
    sample = Span(start, size - start)
    return Judgement("encrypted", "context", "ciphertext", form, method, sample=sample)


def _gocryptfs(path: Path, glance: Glance) -> Judgement | None:
    conf = _above(path, "gocryptfs.conf")
    said = _gocryptfs_conf(conf) if conf else None
    if said is None:
        return None
    if path.name == "gocryptfs.diriv" and glance.size == 16:
        return no_content("control_file", "gocryptfs")
    if glance.head[:2] != b"\0\2":
        return None
    wide = "XChaCha20Poly1305" in said
    sealing = _GOCRYPTFS_XCHACHA if wide else _GOCRYPTFS
    if not sealing.fits(glance.size):
        return None
    return _encrypted("gocryptfs", "chacha20" if wide else "aes", sealing, glance.size)


def _gocryptfs_conf(conf: Path) -> list[object] | None:
    """The feature flags of a vault; None if the file is not its."""
    try:
        with Opened(conf) as glance:
            said = json.loads(glance.some(0, _CONF))
    except (Refused, OSError, Stopped, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not said.get("EncryptedKey"):
        return None
    flags = said.get("FeatureFlags", [])
    return flags if isinstance(flags, list) else []


def _cryptomator(path: Path, glance: Glance) -> Judgement | None:
    vault = _above(path, "vault.cryptomator")
    if vault is None or path.suffix not in (".c9r", ".c9s"):
        return None
    inside = path.relative_to(vault.parent).parts
    if len(inside) < 4 or inside[0] != "d" or not _VAULT_FOLDER.fullmatch(inside[1]):
        return None
    if not _CRYPTOMATOR.fits(glance.size):
        return None
    return _encrypted("cryptomator", "aes", _CRYPTOMATOR, glance.size)


def _restic(path: Path, glance: Glance) -> Judgement | None:
    if path.name != "config" and not _HEX_64.fullmatch(path.name):
        return None
    for top in list(path.parents)[:3]:
        if _exists(top / "config") and all(_exists(top / name) for name in _RESTIC_FOLDERS):
            if glance.size <= _RESTIC_LEAST:
                return None
            return _encrypted("restic", "aes", None, glance.size)
    return None


_TOOLS: tuple[Callable[[Path, Glance], Judgement | None], ...] = (_gocryptfs, _cryptomator, _restic)


def _is_control(path: Path) -> bool:
    """Is it a text by which such a tool finds its way? It holds nothing of a patient."""
    name = path.name
    if name == "gocryptfs.conf":
        return _gocryptfs_conf(path) is not None
    if name.startswith("gocryptfs.longname.") and name.endswith(".name"):
        return _above(path, "gocryptfs.conf") is not None
    if name in ("vault.cryptomator", "masterkey.cryptomator"):
        return _exists(path.with_name("vault.cryptomator"))
    if name in ("dir.c9r", "name.c9s"):
        return _above(path, "vault.cryptomator") is not None
    return (
        path.parent.name == "keys"
        and _HEX_64.fullmatch(name) is not None
        and all(_exists(path.parent.parent / folder) for folder in _RESTIC_FOLDERS)
    )


def _above(path: Path, name: str) -> Path | None:
    """The file of that name in one of the folders above."""
    for folder in list(path.parents)[:_PARENTS]:
        if _exists(folder / name):
            return folder / name
    return None


def _exists(path: Path) -> bool:
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def is_bridge(path: str) -> bool:
    """Is it where a program leaves a patient for another? By name and folder, on any drive."""
    parts = [part.casefold() for part in re.split(r"[\\/]", path) if part]
    if not parts or parts[-1] not in products.bridge_names():
        return False
    return any(_ends(parts, pattern) for pattern in products.bridge_patterns())


def _ends(parts: list[str], pattern: tuple[str, ...]) -> bool:
    """Does a path end as the pattern does? A file of a drive's top has to lie at one."""
    if len(pattern) == 1:
        return len(parts) == 2 and parts[0].endswith(":") and parts[1] == pattern[0]
    tail = parts[-len(pattern) :]
    return len(tail) == len(pattern) and all(
        wanted in ("*", part) for wanted, part in zip(pattern, tail, strict=True)
    )
