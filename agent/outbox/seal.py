"""How does the patrol get its statements into the chain?

    with Sealer.open(home, identity, moments) as sealer:
        sealer.seal(body)

Opening looks at what is there (agent.outbox.soundness), verifies what the courier was told
(agent.outbox.review), opens a new epoch with its signed gap where one is due, and seals what the
machine itself must say about that. Closing forgets what was acknowledged 30 days ago.

- A damaged outbox is renamed and kept, never deleted, and reporting goes on in a new epoch.
- With outbox and `chain.json` both lost nothing is sealed before the controller has said which
  epoch comes next: `ready` is False until then.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Self

from agent.errors import OutboxFull
from agent.identity.machine import Identity
from agent.outbox import recovery
from agent.outbox.link import Limits, Linker, Moment
from agent.outbox.mailbag import Mailbag, Oddity
from agent.outbox.review import Review, Reviewer
from agent.paths import Home
from evidence.bodies import Basis, Body, Event, Facts, Full, LocalEvent
from evidence.chain import Head
from evidence.words import Directive

__all__ = ["Limits", "Moment", "Sealer"]

KEPT = timedelta(days=30)
"""How long an acknowledged report stays, so that a restored controller can be refilled."""

_FOLLOWS: dict[type[Body], Directive] = {Full: "send_full", Facts: "send_facts"}


class Sealer:
    """The patrol's way into the chain of one machine.

    `orders` are what the controller wants, verified. Sealing a full report or facts follows the
    order for it, and whoever opens this hands `rescan` on; once the patrol has ended well, each
    order that was followed is sealed as an event.
    """

    def __init__(self, linker: Linker, orders: frozenset[Directive]) -> None:
        self._linker = linker
        self._followed: set[Directive] = {order for order in orders if order == "rescan"}
        self.orders = orders

    @classmethod
    def open(
        cls,
        home: Home,
        identity: Identity,
        moments: Callable[[], Moment],
        limits: Limits | None = None,
    ) -> Self:
        """Look, verify, mend, be ready; OutboxError, IdentityLost or HomeError otherwise."""
        key = identity.report_key()
        outbox, finding = recovery.look(identity, moments().at)
        linker = Linker(identity, key, outbox, moments, limits=limits or Limits())
        try:
            recovery.mend(linker, finding)
            return cls._caught_up(linker, home)
        except BaseException:
            linker.outbox.close()
            raise

    @classmethod
    def _caught_up(cls, linker: Linker, home: Home) -> Self:
        """Verify and follow what the courier was told since the last patrol."""
        identity = linker.identity
        with recovery.mailbag(home, identity.anchor, linker.moments().at) as bag:
            review = Reviewer(identity, linker.outbox).review(bag.exchanges())
            doubts = bag.doubts()
            if review.trust != identity.trust:
                review.trust.save(home.trust)
            linker = replace(
                linker,
                identity=replace(identity, trust=review.trust),
                offset_ms=bag.memory().offset_ms,
            )
            linker = recovery.obey(linker, review.demand)
            sealer = cls(linker, bag.wanted() | review.orders)
            sealer._follow(review, doubts)
            bag.reviewed(review.up_to, doubts, review.orders)
        return sealer

    @property
    def ready(self) -> bool:
        """May anything be sealed? False while only the controller knows which epoch comes next."""
        return self._linker.outbox.head() is not None

    @property
    def wants_full(self) -> bool:
        """Is a full report due: a new epoch, or the controller's order?"""
        return "send_full" in self.orders or self.basis() is None

    @property
    def waiting(self) -> int:
        """How many sealed reports the controller has not acknowledged."""
        return self._linker.outbox.count("waiting")

    def basis(self) -> Basis | None:
        """The newest full report of this epoch, which a delta names; None if there is none."""
        return self._linker.basis()

    def seal(self, body: Body) -> Head:
        """Seal one statement: it is on the disk, signed, when this returns.

        OutboxFull if there is no room for its kind, EvidenceError if it says what may not leave.
        """
        head = self._linker.seal(body)
        order = _FOLLOWS.get(type(body))
        if order is not None and order in self.orders:
            self._followed.add(order)
        return head

    def event(
        self, event: Event, *, code: str | None = None, ref: str | None = None, n: int = 0
    ) -> Head:
        """Seal that something happened on this machine; codes and numbers only, no sentence."""
        return self.seal(LocalEvent(event=event, code=code, ref=ref, n=n))

    def close(self) -> None:
        """Forget what is long acknowledged, and let go of the outbox."""
        outbox = self._linker.outbox
        outbox.prune(before=self._linker.moments().at - KEPT)
        outbox.close()

    def _follow(self, review: Review, doubts: Mapping[Oddity, int]) -> None:
        """Note which receipts were verified, and say what was odd."""
        at = self._linker.moments().at
        with self._linker.outbox.transaction():
            for place in review.proven:
                self._linker.outbox.prove(place, at)
        odd = (LocalEvent(event=event, code=None, ref=None, n=n) for event, n in doubts.items())
        self._say([*review.events, *odd])

    def _say(self, events: Iterable[LocalEvent]) -> None:
        """Seal what the agent says of itself; without room, or without a chain, it stays unsaid."""
        if self.ready:
            with suppress(OutboxFull):
                for event in events:
                    self.seal(event)

    def _end(self) -> None:
        """The patrol ended well: say which orders were followed, and forget them."""
        followed = sorted(self._followed)
        if followed:
            self._say(LocalEvent(event="directive", code=do, ref=None, n=0) for do in followed)
            identity = self._linker.identity
            with Mailbag(identity.home.courier, identity.anchor) as bag:
                bag.obeyed(followed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._end()
        finally:
            self.close()
