"""Where does the agent keep what?

One home a machine; `--home DIR` or `DENTINEL_HOME` moves all of it, so that many agents can live
on one machine. Every file has its property here, and nobody else spells its name.

- `local.sqlite` alone holds paths of imaging files: no other file here ever does.
- The modes are for Linux and macOS. On Windows the folder belongs to SYSTEM and Administrators.
- The courier runs as the user `dentinel` where its package made one: what it must read or write
  belongs to that group, everything else to root alone.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agent import access
from agent.errors import HomeError
from agent.files import hand_over, write

__all__ = ["DEFAULT", "Home", "hand_over", "write"]

if sys.platform == "win32":
    DEFAULT = access.program_data() / "dentinel"
    _SETTINGS = DEFAULT / "agent.toml"
elif sys.platform == "darwin":
    DEFAULT = Path("/Library/Application Support/dentinel")
    _SETTINGS = DEFAULT / "agent.toml"
else:
    DEFAULT = Path("/var/lib/dentinel")
    _SETTINGS = Path("/etc/dentinel/agent.toml")

FOLDERS = (
    (".", 0o750, True),
    ("identity", 0o750, True),
    ("outbox", 0o2770, True),
    ("courier", 0o2770, True),
    ("run", 0o750, True),
    ("visits", 0o2770, True),
    ("packs", 0o750, True),
    ("packs/incoming", 0o2770, True),
    ("packs/checked", 0o700, False),
    ("packs/kept", 0o700, False),
)
"""Each folder, its mode, and whether the courier's group owns it."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one agent, and the name of each file in it."""

    root: Path

    @classmethod
    def default(cls) -> Self:
        """`DENTINEL_HOME` if it is set, else the system's place for such things."""
        chosen = os.environ.get("DENTINEL_HOME")
        return cls(Path(chosen).absolute() if chosen else DEFAULT)

    @classmethod
    def at(cls, chosen: str | os.PathLike[str] | None) -> Self:
        """The home that `--home` names, or the default without one; HomeError if that is empty."""
        if chosen == "":
            raise HomeError(
                "--home names no folder: its value is empty",
                "is a variable of the script unset? Without --home it is the system's own home",
            )
        return cls(Path(chosen).absolute()) if chosen else cls.default()

    def create(self) -> None:
        """Make all folders with their modes; those that are there get theirs again."""
        for name, mode, shared in FOLDERS:
            folder = self.root / name
            try:
                if sys.platform == "win32" and name == ".":
                    access.shut(folder)
                folder.mkdir(parents=True, exist_ok=True)
                hand_over(folder, mode, shared=shared)
            except OSError as error:
                raise HomeError(
                    f"the agent's home {folder} cannot be made: {error.strerror}",
                    "run as root, or choose a folder of your own with --home DIR",
                ) from error

    @property
    def settings(self) -> Path:
        """What the practice decided: imaging folders, role, proxy."""
        return _SETTINGS if self.root == DEFAULT else self.root / "agent.toml"

    @property
    def identity(self) -> Path:
        """Folder of the keys and of the answer to the enrolment."""
        return self.root / "identity"

    @property
    def report_key(self) -> Path:
        """Private key that signs reports; only the patrol reads it."""
        return self.identity / "report.key"

    @property
    def courier_key(self) -> Path:
        """Private key that signs sync requests."""
        return self.identity / "courier.key"

    @property
    def binding(self) -> Path:
        """Hardware values by which a copy of the machine notices that it is one."""
        return self.identity / "binding.json"

    @property
    def enrolled(self) -> Path:
        """The controller's signed answer to the enrolment."""
        return self.identity / "enrolled.json"

    @property
    def trust(self) -> Path:
        """Whom the machine believes: address, CA, receipt and log keys, checkpoint, clock floor."""
        return self.identity / "trust.json"

    @property
    def copied(self) -> Path:
        """The enrolment that this computer is only a copy of."""
        return self.identity / "copied"

    @property
    def rotating(self) -> Path:
        """Why new keys were made, while the old ones are not replaced yet."""
        return self.identity / "rotating"

    @property
    def rotate_wanted(self) -> Path:
        """Touched by `dentinel rotate-keys`: the next patrol makes new keys."""
        return self.run / "rotate"

    @property
    def join(self) -> Path:
        """A join string that somebody left; the guard has the machine join by it."""
        return self.root / "join"

    @property
    def join_failed(self) -> Path:
        """Why the join string that somebody left came to nothing, in a sentence."""
        return self.run / "join-failed"

    @property
    def outbox(self) -> Path:
        """Sealed reports (SQLite)."""
        return self.root / "outbox" / "outbox.sqlite"

    @property
    def chain(self) -> Path:
        """The last sealed (epoch, seq, hash), beside the outbox so that a roll-back shows."""
        return self.root / "chain.json"

    @property
    def exhibits(self) -> Path:
        """Checkpoints of the controller's log that contradict each other; kept for ever."""
        return self.root / "exhibits.jsonl"

    @property
    def reserve(self) -> Path:
        """Room that is given up when the disk is full, to say so."""
        return self.run / "reserve"

    @property
    def courier(self) -> Path:
        """Answers as received, nonce, read token, back-off (SQLite)."""
        return self.root / "courier" / "courier.sqlite"

    @property
    def patrol_wanted(self) -> Path:
        """Touched by the courier when what it fetched waits for the patrol."""
        return self.root / "courier" / "patrol"

    @property
    def probed(self) -> Path:
        """What the ports of this machine answered when they were asked for DICOM."""
        return self.root / "visits" / "ports.json"

    @property
    def incoming(self) -> Path:
        """Folder of rules as they were fetched, without privilege: nothing in it is believed."""
        return self.root / "packs" / "incoming"

    @property
    def fetched(self) -> Path:
        """Touched when rules have been fetched and wait to be installed."""
        return self.incoming / "fetched"

    @property
    def checked(self) -> Path:
        """Folder of the metadata of rules that this machine has verified, with privilege."""
        return self.root / "packs" / "checked"

    @property
    def kept(self) -> Path:
        """Folder of the rules that are in force, each file by its SHA-256."""
        return self.root / "packs" / "kept"

    @property
    def in_force(self) -> Path:
        """Which rules are in force: the one file that an installation changes."""
        return self.root / "packs" / "current.json"

    @property
    def packs_news(self) -> Path:
        """What came of the last installation, for the patrol to say."""
        return self.root / "packs" / "news.json"

    @property
    def packs_wanted(self) -> Path:
        """Touched by the courier when the controller has other rules than were fetched last."""
        return self.root / "courier" / "packs"

    @property
    def local(self) -> Path:
        """What never leaves: finding id to path, local numbers, since when, the ledger (SQLite)."""
        return self.root / "local.sqlite"

    @property
    def run(self) -> Path:
        """Folder of what is true only while a guard runs, and of the last results."""
        return self.root / "run"

    @property
    def guard(self) -> Path:
        """What the guard knows of itself and of each root (agent.guard.state)."""
        return self.run / "guard.json"

    @property
    def guard_lock(self) -> Path:
        """Locked for the life of a guard: one guard a home."""
        return self.run / "guard.lock"

    @property
    def wake(self) -> Path:
        """Touched by a guard without network: a path unit starts the courier."""
        return self.run / "wake"

    @property
    def wake_visit(self) -> Path:
        """Touched by a guard without network: a path unit starts a visit."""
        return self.run / "wake-visit"

    @property
    def wake_packs(self) -> Path:
        """Touched by a guard without network: a path unit has rules fetched."""
        return self.run / "wake-packs"

    @property
    def unreadable(self) -> Path:
        """How many patrols could not read the keys."""
        return self.run / "unreadable"

    @property
    def unasked(self) -> Path:
        """Ports of this machine that the last patrol found nobody had asked for DICOM lately."""
        return self.run / "unasked.json"

    @property
    def visit_ended(self) -> Path:
        """Touched by a visit when what it left waits for the patrol."""
        return self.visits / "ended"

    @property
    def visits(self) -> Path:
        """Folder of what hosts without an agent answered last, one recording each."""
        return self.root / "visits"

    def recording(self, host: str) -> Path:
        """What the host of that name in the settings answered last."""
        return self.visits / f"{host}.jsonl"

    def visited(self, host: str) -> Path:
        """What came of the last visit to it, whether it answered or not."""
        return self.visits / f"{host}.visit.json"

    def judged(self, host: str) -> Path:
        """What the last patrol found of it."""
        return self.run / f"host-{host}.json"

    @property
    def survivors(self) -> Path:
        """Programs that outlived their kill (agent.host.survivors)."""
        return self.run / "survivors.json"

    @property
    def results(self) -> Path:
        """What the last patrol found, for `dentinel status`; sealed or not."""
        return self.run / "results.json"
