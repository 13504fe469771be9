"""Where does the controller keep what?

One folder, 0700, on a local disk. The seed is the one secret to guard: every private key but the
server's own TLS key is derived from it.

- `checkpoint-lock.sqlite` stays out of every backup: it is what notices that one was restored.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from uuid import UUID

from controller.errors import HomeProblem

DEMO_MARK = "made-by-demo"
"""A file in a home that `demo` made, where every key lies on one disk."""


@dataclass(frozen=True, slots=True)
class ControllerHome:
    """The controller's folder, and a name for everything in it."""

    root: Path

    @property
    def keys(self) -> Path:
        """The folder of keys and certificates."""
        return self.root / "keys"

    @property
    def seed(self) -> Path:
        """32 random bytes that the controller's keys are derived from."""
        return self.keys / "seed"

    @property
    def controller_id(self) -> Path:
        """The UUID that stands in the origin of every log."""
        return self.keys / "controller-id"

    @property
    def receipt_generation(self) -> Path:
        """Which receipt key is in force, as a number; absent for the first."""
        return self.keys / "receipt-generation"

    @property
    def ca_certificate(self) -> Path:
        """The certificate of the built-in CA, PEM; its key comes from the seed."""
        return self.keys / "ca.pem"

    @property
    def ca_coming(self) -> Path:
        """The CA that is to take its place, while agents are being told of it."""
        return self.keys / "ca-coming.pem"

    @property
    def ca_going(self) -> Path:
        """The CA before it, while there may be agents that trust no other."""
        return self.keys / "ca-going.pem"

    @property
    def server_certificate(self) -> Path:
        """The TLS certificate of the agents' listener, PEM."""
        return self.keys / "server.pem"

    @property
    def server_key(self) -> Path:
        """The private key of that certificate, PEM."""
        return self.keys / "server.key"

    @property
    def database(self) -> Path:
        """The SQLite database."""
        return self.root / "controller.sqlite"

    @property
    def checkpoint_lock(self) -> Path:
        """The last signed size and root of each log; never backed up."""
        return self.root / "checkpoint-lock.sqlite"

    def tuf(self, org: UUID) -> Path:
        """The repository of an org's signed rules, as machines fetch them."""
        return self.root / "tuf" / str(org)

    @property
    def last_backup(self) -> Path:
        """When the newest backup was written: one line, RFC 3339."""
        return self.root / "last-backup"

    @property
    def before(self) -> Path:
        """Backups from before this release and the last brought the tables up."""
        return self.root / "before"

    @property
    def metrics_token(self) -> Path:
        """The SHA-256 of the token that opens /metrics; absent while nobody may read it."""
        return self.keys / "metrics-token"

    def make(self, controller: UUID) -> Self:
        """Make the folders, 0700, and give the controller its id unless it has one."""
        for folder in (self.root, self.keys):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.chmod(0o700)
        if not self.controller_id.exists():
            write_private(self.controller_id, f"{controller}\n".encode())
        return self

    def id(self) -> UUID:
        """The controller's own id; HomeProblem if the home was never initialised."""
        try:
            return UUID(self.controller_id.read_text(encoding="ascii").strip())
        except FileNotFoundError as error:
            raise self._absent() from error
        except ValueError as error:
            raise HomeProblem(
                f"{self.controller_id} holds no UUID", help="restore it from the newest backup"
            ) from error

    def log_names(self) -> str:
        """What the name of each log begins with; a demonstration's says what it is."""
        realm = "dentinel-demo" if (self.root / DEMO_MARK).is_file() else "dentinel"
        return f"{realm}/{self.id()}"

    def generation(self) -> int:
        """The generation of the receipt key in force; HomeProblem if the file holds no number."""
        try:
            said = self.receipt_generation.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return 1
        if not said.isdigit() or int(said) < 1:
            raise HomeProblem(
                f"{self.receipt_generation} holds no number",
                help="restore it from the newest backup",
            )
        return int(said)

    def _absent(self) -> HomeProblem:
        return HomeProblem(
            f"there is no controller in {self.root}",
            help=f"run `dentinel-controller init --home {self.root}` first",
        )


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all, even if power is lost."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    with temporary.open("r+b") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut; Windows does so by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def is_open_to_others(path: Path) -> bool:
    """May anybody but the owner read it? Not told by modes on Windows, so never true there."""
    return sys.platform != "win32" and bool(path.stat().st_mode & 0o077)
