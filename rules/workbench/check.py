"""What is wrong with these packs? Everything at once, errors before warnings.

Tests are read too: a test of a rule that is not there, a fixture that nobody uses and a rule
without tests are told here, before any test is run. So are tailorings and waivers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rules.errors import Problem
from rules.language.source import Source
from rules.workbench.beside import check_beside
from rules.workbench.cases.case import Suite
from rules.workbench.cases.file import read_suite
from rules.workbench.packs import SHIPPED, Checked, check_pack, folders, in_order
from rules.workbench.reports.base import Outcome


@dataclass(frozen=True, slots=True)
class Report:
    """Some packs after checking."""

    packs: tuple[Checked, ...]
    suites: tuple[tuple[Checked, Suite], ...]
    beside: tuple[Problem, ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong, in the order in which it is shown."""
        of_packs = [problem for pack in self.packs for problem in pack.problems]
        of_tests = [problem for _, suite in self.suites for problem in suite.problems]
        return in_order([*of_packs, *of_tests, *self.beside])

    @property
    def sources(self) -> dict[str, Source]:
        """The files by the names that problems use."""
        return {name: text for pack in self.packs for name, text in pack.texts.items()}

    @property
    def counts(self) -> dict[str, int]:
        """How much was checked."""
        return {
            "files": sum(len(pack.texts) for pack in self.packs),
            "rules": sum(len(pack.sources) for pack in self.packs),
            "leaves": sum(pack.leaves for pack in self.packs),
        }

    @property
    def outcome(self) -> Outcome:
        """What is written of it."""
        return Outcome(self.problems, self.counts, self.sources)

    @property
    def has_errors(self) -> bool:
        """Is anything wrong that is more than a warning?"""
        return any(problem.level == "error" for problem in self.problems)


def check(paths: Sequence[Path], today: date | None = None) -> Report:
    """Check what lies under the paths; Misused if that is nothing.

    From `today` on 366 days are counted, where a tailoring says no beginning.
    """
    packs = tuple(check_pack(folder, display=from_here(folder)) for folder in folders(paths))
    suites = tuple((pack, read_suite(pack, is_shipped=_is_shipped(pack))) for pack in packs)
    return Report(packs, suites, tuple(check_beside(packs, today)))


def from_here(folder: Path) -> Path:
    """The folder as problems name it: from the working folder on, if it lies below that."""
    whole, here = folder.absolute(), Path.cwd()
    return whole.relative_to(here) if whole.is_relative_to(here) else folder


def _is_shipped(pack: Checked) -> bool:
    return SHIPPED in pack.folder.resolve().parents
