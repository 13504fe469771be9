"""OP1 with a controller that is the real one, wherever that runs: no guard, and no facts."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta

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
from tests.agent.practice import BOOT, OP1, Practice, full


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
