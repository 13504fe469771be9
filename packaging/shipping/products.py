"""What is shipped? One record a package; to ship another thing, add its record."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from agent.version import VERSION

__all__ = [
    "AGENT",
    "ARCHES",
    "CONTROLLER",
    "HOUSE",
    "LINUX",
    "PRODUCTS",
    "VERSION",
    "Arch",
    "Product",
]

HOUSE = Path(__file__).parents[2]
LINUX = HOUSE / "packaging" / "linux"


@dataclass(frozen=True, slots=True)
class Arch:
    """A kind of processor, as each packager calls it; wheels for glibc 2.28 run on both systems."""

    deb: str
    rpm: str
    wheels: str


@dataclass(frozen=True, slots=True)
class Product:
    """A package: `command` in /usr/bin starts `entry`; `wrapper` is a script of ours that does."""

    name: str
    summary: str
    description: str
    lock: str
    extra: str
    entry: str
    units: tuple[str, ...]
    folders: Mapping[str, int]
    wrapper: str | None = None

    @property
    def prefix(self) -> str:
        """The folder of its environment."""
        return f"/opt/{self.name}"

    @property
    def release(self) -> str:
        """The file that says which release stands there, for one that is to follow it."""
        return f"{self.prefix}/release"

    @property
    def removed(self) -> str:
        """The file that says which release was there, once it has been removed."""
        return f"/etc/{self.name}/.removed"


ARCHES = {
    "amd64": Arch("amd64", "x86_64", "x86_64-manylinux_2_28"),
    "arm64": Arch("arm64", "aarch64", "aarch64-manylinux_2_28"),
}

AGENT = Product(
    name="dentinel",
    summary="Does this machine keep X-rays safe? The agent of a dental practice",
    description="Reads the state of this machine, judges it by rules, watches imaging folders, and"
    " sends signed reports to a controller. No path and no name of a file leaves the machine.",
    lock="agent",
    extra="",
    entry="agent.cli.app",
    units=(
        "dentinel-guard.service",
        "dentinel-courier.service",
        "dentinel-courier.path",
        "dentinel-visit.service",
        "dentinel-visit.path",
        "dentinel-packs.service",
        "dentinel-packs.path",
        "dentinel-enroll.service",
        "dentinel-enroll.path",
    ),
    folders={"/etc/dentinel": 0o755},
)

CONTROLLER = Product(
    name="dentinel-controller",
    summary="The controller of a dental practice or an MSP: takes signed reports of its machines",
    description="Takes the signed reports of dentinel's agents, shows what is wrong and since when,"
    " and hands an auditor evidence that verifies offline.",
    lock="controller",
    extra="controller",
    entry="controller.cli.app",
    units=("dentinel-controller.service",),
    folders={"/etc/dentinel-controller": 0o755},
    wrapper="dentinel-controller.sh",
)

PRODUCTS = (AGENT, CONTROLLER)
