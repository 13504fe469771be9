"""OP1's outbox and Bright Smiles' intake in one process: real tables, real TLS, real chain and log.

No guard and no facts: what is sealed is a full report or an event. The controller can be backed
up, restored, stopped and started in the middle of it.
"""

import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection

from agent.enrol.join import Join, Joined
from agent.outbox.drain import Conversation
from agent.outbox.mailbag import Mailbag
from agent.outbox.ring import Ring
from agent.outbox.store import Outbox
from agent.paths import Home
from agent.transport import tls
from agent.transport.base import Address
from agent.transport.base import Limits as Times
from agent.transport.https import Https
from agent.transport.route import Route
from controller.fleet import restart
from controller.fleet.actions import TokenOrder, create_token
from controller.fleet.restart import Restarted
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from tests.agent.practice import BOOT, OP1, Practice, full
from tests.agent.wire import Door, Heard, Says
from tests.controller.clinic import Clinic, Server
from tests.controller.tables import rows

__all__ = ["Operatory", "Surgery", "opened"]


@dataclass
class Operatory(Practice):
    """OP1 with a controller that is the real one; `boot` names its start."""

    boot: str = BOOT

    def conversation(self, chance: Callable[[], float] = lambda: 0.5, **options: object):
        return self._conversation(chance, **options)

    @contextmanager
    def _conversation(self, chance: Callable[[], float], **options: object) -> Iterator:
        identity = self.identity
        route = Route(
            Address("localhost", self.door.port), None, Times(whole=timedelta(seconds=20))
        )
        with (
            Outbox(self.home.outbox) as outbox,
            Mailbag(self.home.courier, identity.anchor) as bag,
            closing(Https(route, tls.pinned(identity.trust.ca))) as wire,
        ):
            yield Conversation(
                identity, Ring.of(identity, bag), outbox, bag, wire, self.boot,
                lambda: self.now, chance, **options,
            )  # fmt: skip

    def join(self, home: Home | None = None, about=OP1, **options: bool) -> Joined:
        return Join(home or self.home, self.controller.token(self.door.port), about).run(**options)

    def seal_fulls(self, count: int = 1) -> None:
        """A patrol that seals so many full reports."""
        with self.sealer() as sealer:
            for number in range(count):
                sealer.seal(full(ms=number))

    def sync(self, times: int = 6) -> None:
        """Courier and patrol by turns, until nothing waits or the turns are over."""
        for _ in range(times):
            self.deliver()
            self.patrol()
            if "waiting" not in self.states():
                return


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
