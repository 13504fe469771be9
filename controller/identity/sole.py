"""Does nobody else serve from this home?

Two processes that write one log would each sign a history of their own. Who serves holds an
exclusive transaction on an empty database for as long as it lives: the system lets go of it when
the process dies, however it dies, and it works alike on every system.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from controller.errors import HomeProblem
from controller.identity.home import ControllerHome


@contextmanager
def sole(home: ControllerHome) -> Iterator[None]:
    """Be the only one who serves from this home; HomeProblem if somebody else is."""
    with closing(sqlite3.connect(home.root / "serving.sqlite", timeout=0)) as lock:
        lock.isolation_level = None
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise HomeProblem(
                f"another dentinel-controller serves from {home.root}, or it cannot be written to",
                help="stop that one first, or name another home: `--home DIR`",
            ) from error
        yield
