"""A practice with one operatory PC, OP1, and a controller that it talks to over real TLS."""

from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from agent.enrol.about import About
from agent.enrol.join import Join, Joined
from agent.identity.binding import Binding
from agent.identity.machine import Identity
from agent.outbox.drain import Conversation, Ending
from agent.outbox.mailbag import Mailbag
from agent.outbox.ring import Ring
from agent.outbox.seal import Limits, Moment, Sealer
from agent.outbox.store import Outbox
from agent.paths import Home
from agent.transport import tls
from agent.transport.base import Address
from agent.transport.base import Limits as Times
from agent.transport.https import Https
from agent.transport.route import Route
from evidence.bodies import SELF, Full, LocalEvent, Os, PackRef, Policy, RuleVerdict
from rules.verdict import Verdict
from tests.agent.controller import Controller, Machine
from tests.agent.wire import Door

OP1 = About(
    hostname="OP1",
    os=Os(family="linux", version="12", arch="x86_64"),
    agent_version="0.1.0",
    binding=Binding("4C4C4544-0042", "b08dfa6083e7567a", "S4EWNX0M"),
)
BOOT = "0123456789abcdef"


def full(cause: str = "daily", ms: int = 1) -> Full:
    """All verdicts of OP1: its disk is not encrypted."""
    return Full(
        subject=SELF,
        cause=cause,
        agent_version="0.1.0",
        os=OP1.os,
        policy=Policy(
            state="builtin", root=None, targets=None, assignment=None, plan=None, site=None,
            packs=(PackRef(pack="dental-baseline", version="1.0.0", sha256="ab" * 32),),
            groups=(), role=None,
        ),
        verdicts=(
            RuleVerdict(
                rule="volumes-encrypted", pack=0, verdict=Verdict.FAIL, why=None,
                n=(0, 1, 0, 0, 0), items=(), ms=ms,
            ),
        ),
        imaging=None,
    )  # fmt: skip


def event(n: int = 0) -> LocalEvent:
    """Something small to seal."""
    return LocalEvent(event="agent_started", code=None, ref=None, n=n)


@dataclass
class Practice:
    """OP1 and its controller; `now` stands still unless a test moves it."""

    home: Home
    controller: Controller
    door: Door
    now: datetime = field(default_factory=lambda: datetime.now(tz=UTC).replace(microsecond=0))

    @property
    def identity(self) -> Identity:
        return Identity.load(self.home)

    @property
    def machine(self) -> Machine:
        return self.controller.machines[self.identity.agent]

    def join(self, home: Home | None = None, about: About = OP1, **options: bool) -> Joined:
        """Enrol OP1, or another home, by a fresh join string."""
        string = self.controller.join(self.door.port)
        return Join(home or self.home, string, about).run(**options)

    def sealer(
        self, limits: Limits | None = None, doubt: Callable[[], None] = lambda: None
    ) -> Sealer:
        """What a patrol opens."""
        moment = Moment(self.now, BOOT, 1000)
        return Sealer.open(self.home, self.identity, lambda: moment, limits, doubt)

    def seal(self, count: int = 1) -> None:
        """A patrol that seals so many events."""
        with self.sealer() as sealer:
            for number in range(count):
                sealer.seal(event(number))

    def patrol(self) -> None:
        """A patrol that seals what it must and nothing else; a full report if one is due."""
        with self.sealer() as sealer:
            if sealer.ready and sealer.wants_full:
                sealer.seal(full("epoch"))

    def deliver(self, **options: object) -> Ending:
        """One run of the courier, in this process."""
        with self.conversation(**options) as conversation:
            return conversation.run()

    @contextmanager
    def conversation(self, chance: Callable[[], float] = lambda: 0.5, **options: object):
        """What the courier says in one run."""
        identity = self.identity
        route = Route(
            Address("127.0.0.1", self.door.port), None, Times(whole=timedelta(seconds=10))
        )
        with (
            Outbox(self.home.outbox) as outbox,
            Mailbag(self.home.courier, identity.anchor) as bag,
            closing(Https(route, tls.pinned(identity.trust.ca))) as wire,
        ):
            yield Conversation(
                identity, Ring.of(identity, bag), outbox, bag, wire, BOOT,
                lambda: self.now, chance, **options,
            )  # fmt: skip

    def passes(self, **time: float) -> None:
        """Time goes by for OP1 and its controller alike, and they hear each other once."""
        self.now += timedelta(**time)
        self.controller.now = lambda: self.now
        self.deliver()

    def states(self) -> list[str]:
        """The state of every report that OP1 keeps, in order."""
        with Outbox(self.home.outbox, read_only=True) as outbox:
            return [sealed.state for sealed in outbox.kept()]

    def sealed(self) -> list[str]:
        """The hashes of all that OP1 keeps, in order."""
        with Outbox(self.home.outbox, read_only=True) as outbox:
            return [sealed.sha for sealed in outbox.kept()]

    def memory(self):
        """What the courier remembers."""
        with Mailbag(self.home.courier, self.identity.anchor, read_only=True) as bag:
            return bag.memory()
