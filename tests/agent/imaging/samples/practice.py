"""North Quay: an imaging folder with files in it, a ledger, and volumes that stand as one says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from agent.imaging.examine import Examiner
from agent.imaging.findings import Finding
from agent.imaging.ledger import Ledger
from agent.imaging.roots import Root, Roots
from agent.imaging.shelter import Shelter
from agent.imaging.sweep import sweep, sweep_part
from agent.imaging.volumes import Volume
from agent.settings import Exclusion, LabelSetting, RootSetting, Settings
from rules.facts.base import Unknown, Why
from rules.facts.volumes import Protection
from tests.agent.imaging.samples.raster import JPEG

CIPHER = b"-----BEGIN PGP MESSAGE-----\n\nwcBMA0\n-----END PGP MESSAGE-----\n"
NOW = 1_800_000_000.0


@dataclass
class Standing:
    """In place of agent.imaging.volumes: every folder stands on one volume, as the test says."""

    protection: Protection | None = "unprotected"
    removable: bool | None = False
    remote: bool = False

    def under(self, folder: str) -> Volume:
        if self.remote:
            return Volume(Unknown(Why.NOT_LOCAL), Shelter(), is_remote=True, server="nas-1")
        shelter = Shelter(self.protection, self.removable, holds_store=False)
        said = self.protection or Unknown(Why.ACCESS_DENIED)
        return Volume(said, shelter, is_remote=False, is_removable=self.removable)

    def of(self, root: Root) -> Volume:
        return self.under(root.path)


@dataclass
class Practice:
    """One machine: `images` is its store."""

    home: Path
    images: Path
    standing: Standing = field(default_factory=Standing)
    now: float = NOW
    excluded: tuple[Path, ...] = ()
    more: tuple[RootSetting, ...] = ()
    must_be_deidentified: bool = False
    labels: tuple[LabelSetting, ...] = ()
    keep_years: int | None = None
    integrity: bool = False
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.home.mkdir(exist_ok=True)
        self.images.mkdir(exist_ok=True)
        self.reopen()

    def reopen(self) -> None:
        numbers = iter(range(1, 10_000))
        new_id: Callable[[], str] = lambda: f"{next(numbers):032x}"  # noqa: E731
        self.ledger = Ledger.open(self.home / "local.sqlite", lambda: self.now, new_id)

    @property
    def settings(self) -> Settings:
        store = RootSetting(
            label="images",
            path=self.images,
            role="store",
            must_be_deidentified=self.must_be_deidentified,
            keep_years=self.keep_years,
            integrity=self.integrity,
        )
        excludes = tuple(Exclusion(path=path, why="demo patients") for path in self.excluded)
        return Settings(roots=(store, *self.more), excludes=excludes, labels=self.labels)

    @property
    def roots(self) -> Roots:
        return Roots.of(self.settings)

    @property
    def root(self) -> Root:
        return self.roots.all[0]

    def examiner(self) -> Examiner:
        return Examiner(self.ledger, self.roots, self.standing)  # type: ignore[arg-type]

    def put(self, name: str, data: bytes = JPEG) -> Path:
        path = self.images / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def replace(self, path: Path, data: bytes) -> Path:
        """As programs save: a new file, renamed over the old."""
        fresh = path.with_name(path.name + ".tmp")
        fresh.write_bytes(data)
        return fresh.replace(path)

    def look(self, path: Path | str) -> bool:
        return self.examiner().path(str(path))

    def sweep(self) -> bool:
        return sweep(self.examiner(), self.root, self.now)

    def sweep_part(self, folder: Path) -> bool:
        return sweep_part(self.examiner(), self.root, str(folder))

    def findings(self, state: str = "open") -> list[Finding]:
        listed = self.ledger.findings.listed("images", 100, 0.0)
        return [finding for finding in listed if finding.state == state]

    def paths(self) -> list[str]:
        return sorted(Path(finding.path or "?").name for finding in self.findings())

    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for row in self.ledger.tally("images"):
            counts[row.verdict] = counts.get(row.verdict, 0) + row.files
        return counts
