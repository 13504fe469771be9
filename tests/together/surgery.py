"""OP1's outbox and Bright Smiles' intake in one process: real tables, real TLS, real chain and log.

No guard and no facts: what is sealed is a full report or an event. The controller can be backed
up, restored, stopped and started in the middle of it.
"""

import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from agent.paths import Home
from controller.fleet import restart
from controller.fleet.actions import TokenOrder, create_token
from controller.fleet.restart import Restarted
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from tests.agent.wire import Door, Heard, Says
from tests.controller.clinic import Clinic, Server
from tests.controller.tables import rows
from tests.together.operatory import Operatory

__all__ = ["Operatory", "Surgery", "opened"]


class Surgery:
    """Bright Smiles' controller, behind a door that stays while it is restored."""

    def __init__(self, home: ControllerHome, clinic: Clinic, folder: Path) -> None:
        self.home, self.clinic, self._folder = home, clinic, folder
        self.server = Server(home, clinic)
        self._is_open = False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(home.server_certificate, home.server_key)
        self.door = Door(context, self._answer)
        self.weather: Callable[[Heard, Says], Says] = lambda _, says: says

    def _answer(self, heard: Heard) -> Says:
        headers = {name.lower(): value for name, value in heard.headers.items()}
        said = self.server.call(heard.method, heard.path, heard.body, headers)
        return self.weather(heard, Says(said.status, said.body, said.headers))

    def token(self, port: int):
        asked = TokenOrder(clinic=self.clinic.id, host="localhost", port=port)
        return create_token(self.home, self.clinic.place, asked, By("shell", "", self.server.now))

    def operatory(self, name: str = "op1") -> Operatory:
        """One more machine that has joined."""
        made = Operatory(Home(self._folder / name), self, self.door, self.server.now)
        made.join()
        return made

    def backup(self) -> Path:
        """A copy of the database as it is now."""
        copy = self._folder / f"backup-{len(list(self._folder.glob('backup-*')))}.sqlite"
        rows(self.home, "VACUUM INTO ?", str(copy))
        return copy

    def put_back(self, copy: Path) -> None:
        """The database is the old copy from now on; nobody serves."""
        connection.close()
        for end in ("-wal", "-shm"):
            self.home.database.with_name(f"{self.home.database.name}{end}").unlink(missing_ok=True)
        shutil.copy2(copy, self.home.database)

    def restore(self, copy: Path) -> tuple[Restarted, ...]:
        """Stop, put an older database back, open new generations, serve again."""
        self.close()
        self.put_back(copy)
        began = restart.restart(self.home, By("shell", "", self.server.now))
        self.serve()
        return began

    def serve(self) -> None:
        """Begin to serve what is there now."""
        now = self.server.now
        self.server = Server(self.home, self.clinic)
        self.server.now = now
        self.server.app.start()
        self._is_open = True

    def close(self) -> None:
        """Serve no more."""
        if self._is_open:
            self.server.app.stop()
        self._is_open = False

    def passes(self, *operatories: Operatory, **time: float) -> None:
        """Time goes by for all."""
        self.server.passes(**time)
        for one in operatories:
            one.now = self.server.now

    def received(self, operatory: Operatory) -> list[str]:
        """Hashes of what is stored of a machine, in chain order."""
        found = rows(
            self.home,
            "SELECT sha FROM report WHERE standing != 'fork' AND machine_id = ?"
            " ORDER BY epoch, seq",
            operatory.identity.agent.replace("-", ""),
        )
        return [sha for (sha,) in found]


@contextmanager
def opened(home: ControllerHome, clinic: Clinic, folder: Path) -> Iterator[Surgery]:
    """A surgery whose controller serves while the block runs."""
    surgery = Surgery(home, clinic, folder)
    surgery.serve()
    try:
        with surgery.door:
            yield surgery
    finally:
        surgery.close()
