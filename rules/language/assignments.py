"""Which clinic's machines are to be judged by which packs? What an author wrote, as it stands.

Names only: which clinics and machines go by them, and whether the packs are at hand, is asked by
who signs it.
"""

from dataclasses import dataclass

from rules.errors import Problem
from rules.language.document import Scalar
from rules.language.entry import Entry
from rules.language.files import File, read_entry

FORM = "assignment/v1"
_HOUR = 3600
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_LEAST, _MOST = 300, 86_400


@dataclass(frozen=True, slots=True)
class MachineSource:
    """Where one machine stands, by its name."""

    name: Scalar
    site: str | None
    groups: tuple[str, ...]
    role: str | None


@dataclass(frozen=True, slots=True)
class ClinicSource:
    """What one clinic gets; paths are as they were written."""

    name: Scalar
    packs: tuple[tuple[Scalar, Scalar], ...]
    tailoring: tuple[Scalar, ...]
    patrol_seconds: int
    data: tuple[tuple[Scalar, Scalar], ...]
    machines: tuple[MachineSource, ...]


@dataclass(frozen=True, slots=True)
class AssignmentSource:
    """The whole file: folders of packs, and the clinics."""

    sources: tuple[Scalar, ...]
    clinics: tuple[ClinicSource, ...]


def read_assignment(file: File, problems: list[Problem]) -> AssignmentSource:
    """Read a file of form assignment/v1 as far as it is sound; what is wrong goes to `problems`."""
    entry = read_entry(file, problems)
    clinics = (_clinic(one) for one in entry.entries("clinics"))
    return AssignmentSource(entry.scalars("sources"), tuple(one for one in clinics if one))


def _clinic(entry: Entry) -> ClinicSource | None:
    name = entry.scalar("clinic")
    if name is None:
        return None
    return ClinicSource(
        name,
        entry.named_scalars("packs"),
        entry.scalars("tailoring"),
        _patrol(entry),
        entry.named_scalars("data"),
        tuple(_machine(name, of) for name, of in entry.named_entries("machines")),
    )


def _patrol(entry: Entry) -> int:
    written = entry.scalar("patrol")
    if written is None:
        return _HOUR
    seconds = int(written.text[:-1]) * _SECONDS[written.text[-1]]
    if not _LEAST <= seconds <= _MOST:
        entry.say("DL305", "a patrol is made every 5m to every 24h", written.place)
    return seconds


def _machine(name: Scalar, of: Entry) -> MachineSource:
    groups = tuple(one.text for one in of.scalars("groups"))
    return MachineSource(name, of.text("site"), groups, of.text("role"))
