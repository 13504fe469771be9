"""Are the tables those of this release, and how do they become so?

Before the first step all of the controller is written into a sealed backup beside its database.
All steps are one transaction: whatever ends them half-way leaves the tables as they were.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from controller.identity.home import ControllerHome


@dataclass(frozen=True, slots=True)
class Tables:
    """The steps that this release knows and the tables lack, and those that it does not know."""

    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    is_new: bool

    @classmethod
    def read(cls) -> Self:
        """Ask the database; DatabaseError if it is none."""
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        loader = MigrationExecutor(connection).loader
        applied = set(loader.applied_migrations)
        graph = loader.graph
        wanted = [
            node
            for leaf in graph.leaf_nodes()
            for node in graph.forwards_plan(leaf)
            if node not in applied
        ]
        ours = {app for app, _ in graph.nodes}
        unknown = sorted(one for one in applied if one[0] in ours and one not in graph.nodes)
        return cls(_names(dict.fromkeys(wanted)), _names(unknown), not applied)

    def require_known(self, here: "ControllerHome") -> None:
        """HomeProblem if a newer release has worked on these tables."""
        from controller.errors import HomeProblem

        if self.unknown:
            raise HomeProblem(
                f"the tables of {here.root} are of a newer release: {self.unknown[-1]} is not"
                " known here",
                help="install that release again, or restore the backup from before it",
            )


@contextmanager
def readable(here: "ControllerHome") -> Iterator[None]:
    """HomeProblem for a database that is none, or not ours to read."""
    from django.db import DatabaseError

    from controller.errors import HomeProblem

    try:
        yield
    except DatabaseError as error:
        raise HomeProblem(
            f"{here.database} cannot be used: {error}",
            help="run as the user who owns it, or restore it from the newest backup",
        ) from error


@dataclass(frozen=True, slots=True)
class BroughtUp:
    """The steps that were done, on tables that were new or not, and the backup from before."""

    steps: tuple[str, ...]
    is_new: bool
    backup: Path | None


def are_older(here: "ControllerHome") -> bool:
    """Is anything missing? HomeProblem if a newer release has worked on them."""
    with readable(here):
        found = Tables.read()
    found.require_known(here)
    return bool(found.missing)


def bring_up(here: "ControllerHome") -> BroughtUp:
    """Make what is missing, while nobody serves; HomeProblem says what is left if it fails."""
    from controller.identity.sole import sole

    with readable(here):
        found = Tables.read()
    found.require_known(here)
    if not found.missing:
        return BroughtUp((), is_new=False, backup=None)
    with sole(here):
        kept = None if found.is_new else _keep(here)
        take_steps(here, kept)
    return BroughtUp(found.missing, found.is_new, kept)


def _keep(here: "ControllerHome") -> Path:
    """A backup of what is, and of those before it the newest alone; none that was cut off."""
    from controller.identity import backup
    from controller.identity.secrets import Keys

    older = [*sorted(here.before.glob("*.box"))[:-1], *here.before.glob("*.part")]
    kept = here.before / f"{datetime.now(tz=UTC):%Y%m%dT%H%M%S%fZ}.box"
    here.before.mkdir(mode=0o700, exist_ok=True)
    backup.write_box(here, kept, Keys.load(here))
    for path in older:
        path.unlink()
    return kept


def take_steps(here: "ControllerHome", kept: Path | None) -> None:
    """All that are missing or none; HomeProblem, with where the backup lies, if one fails."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection, transaction

    from controller.errors import HomeProblem

    # Each step checks what refers to what at its end; SQLite lets that go outside of a transaction.
    connection.disable_constraint_checking()
    try:
        with transaction.atomic():
            call_command("migrate", verbosity=0)
    except DatabaseError as error:
        said = f" A backup of it is {kept}." if kept else ""
        raise HomeProblem(
            f"the tables of {here.root} cannot be brought to this release: {error};"
            " they are as they were",
            help=f"is its disk full? Make room, and start it again.{said}",
        ) from error
    finally:
        connection.enable_constraint_checking()


def _names(steps: "dict[tuple[str, str], None] | list[tuple[str, str]]") -> tuple[str, ...]:
    return tuple(f"{app} {name}" for app, name in steps)
