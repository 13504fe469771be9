"""Are the tables those of this release, and how do they become so?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


def bring_up(here: "ControllerHome") -> Tables:
    """Make what is missing, while nobody serves; what was missing."""
    from django.core.management import call_command

    from controller.identity.sole import sole

    with readable(here):
        found = Tables.read()
        found.require_known(here)
        if found.missing:
            with sole(here):
                call_command("migrate", verbosity=0)
    return found


def _names(steps: "dict[tuple[str, str], None] | list[tuple[str, str]]") -> tuple[str, ...]:
    return tuple(f"{app} {name}" for app, name in steps)
