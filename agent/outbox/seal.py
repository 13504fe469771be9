"""How does the patrol get its statements into the chain?

    with Sealer.open(home, identity, moments) as sealer:
        sealer.seal(body)

Opening looks at what is there (agent.outbox.soundness), verifies what the courier was told
(agent.outbox.review), opens a new epoch with its signed gap where one is due, and seals what the
machine itself must say about that. Closing forgets what was acknowledged 30 days ago.

- A damaged outbox is renamed and kept, never deleted, and reporting goes on in a new epoch.
- A log that contradicts itself is said once, both notes are kept for ever, and all that is kept
  here is sent again: whichever of the two histories it lacks in, it gets it.
- With outbox and `chain.json` both lost nothing is sealed before the controller has said which
  epoch comes next: `ready` is False until then.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from types import TracebackType
from typing import Self

from agent.errors import OutboxFull
from agent.identity.machine import Identity
from agent.outbox import exhibits, recovery, rotation
from agent.outbox.exhibits import Exhibit
from agent.outbox.link import Limits, Linker, Moment
from agent.outbox.mailbag import Mailbag, Oddity
from agent.outbox.review import Review, Reviewer
from agent.outbox.store import Outbox
from agent.paths import Home
from evidence.bodies import SELF, Basis, Body, Event, Facts, Full, LocalEvent, Subject
from evidence.chain import Head
from evidence.words import Directive

__all__ = ["Limits", "Moment", "Sealer"]

KEPT = timedelta(days=30)
"""How long an acknowledged report stays, so that a restored controller can be refilled."""

_ORDERS_REMEMBERED = 256
"""How many local events are looked through for orders that were followed already."""

_FOLLOWS: dict[type[Body], Directive] = {Full: "send_full", Facts: "send_facts"}


class Sealer:
    """The patrol's way into the chain of one machine.

    `orders` are what the controller wants, verified. Sealing a full report or facts follows the
    order for it, and whoever opens this hands `rescan` on. Once the patrol has ended well, what
    was odd and which orders were followed is sealed, and the answers are forgotten; after a
    patrol that was cut off the next one reads them again.
    """

    def __init__(self, linker: Linker, review: Review, doubts: Mapping[Oddity, int]) -> None:
        self._linker = linker
        self._review = review
        self._doubts = doubts
        done = _done(linker.outbox) if review.orders else frozenset[str]()
        self.orders: Mapping[Directive, str] = {
            do: ref for do, ref in review.orders.items() if ref not in done
        }
        self._followed: set[Directive] = {order for order in self.orders if order == "rescan"}

    @classmethod
    def open(
        cls,
        home: Home,
        identity: Identity,
        moments: Callable[[], Moment],
        limits: Limits | None = None,
        doubt: Callable[[], None] = lambda: None,
    ) -> Self:
        """Look, verify, mend, be ready; OutboxError, IdentityLost or HomeError otherwise.

        `doubt` is called before a fork is answered: it may raise CloneReset.
        """
        key = identity.report_key()
        outbox, found = recovery.look(identity, moments().at)
        linker = Linker(identity, key, outbox, moments, limits=limits or Limits())
        try:
            return cls._caught_up(recovery.mend(linker, found), home, doubt)
        except BaseException:
            linker.outbox.close()
            raise

    @classmethod
    def _caught_up(cls, linker: Linker, home: Home, doubt: Callable[[], None]) -> Self:
        """Verify and follow what the courier was told since the last patrol."""
        identity = linker.identity
        with recovery.mailbag(home, identity.anchor, linker.moments().at) as bag:
            review = Reviewer(identity, linker.outbox).review(bag.exchanges())
            doubts, offset_ms = bag.doubts(), bag.memory().offset_ms
        if review.trust != identity.trust:
            review.trust.save(home.trust)
        identity = replace(identity, trust=review.trust)
        linker = replace(linker, identity=identity, offset_ms=offset_ms)
        if review.demand and review.demand.why == "state_rollback":
            doubt()
        linker = recovery.take_up(linker, review)
        with linker.outbox.transaction():
            for place in review.proven:
                linker.outbox.prove(place, identity.trust.clock_floor)
        if linker.outbox.head() is not None:
            linker = rotation.carry_on(linker)
        return cls(linker, review, doubts)

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

    def basis(self, subject: Subject = SELF) -> Basis | None:
        """The newest full report of this epoch on a subject, which a delta on it names, if any."""
        return self._linker.basis(subject)

    def seal(self, body: Body) -> Head:
        """Seal one statement: it is on the disk, signed, when this returns.

        OutboxFull if there is no room for its kind, EvidenceError if it says what may not leave.
        """
        head = self._linker.seal(body)
        order = _FOLLOWS.get(type(body))
        if order is not None and order in self.orders:
            self._followed.add(order)
        return head

    def renew_keys(self) -> None:
        """Make new keys if they are due, and sign with them from here on."""
        ordered = "rotate_keys" in self.orders
        reason = rotation.due(self._linker, ordered=ordered)
        if reason is not None:
            self._linker = rotation.begin(self._linker, reason)
        if ordered:
            self._followed.add("rotate_keys")

    @property
    def identity(self) -> Identity:
        """Who this machine is, as of what was verified and made since it was opened."""
        return self._linker.identity

    def event(
        self, event: Event, *, code: str | None = None, ref: str | None = None, n: int = 0
    ) -> Head:
        """Seal that something happened on this machine; codes and numbers only, no sentence."""
        return self.seal(LocalEvent(event=event, code=code, ref=ref, n=n))

    def close(self) -> None:
        """Forget what is long acknowledged, and let go of the outbox."""
        outbox = self._linker.outbox
        outbox.prune(before=self._linker.identity.trust.clock_floor - KEPT)
        outbox.close()

    def _end(self) -> None:
        """The patrol ended well: say what was odd and what was followed, and forget the answers."""
        home = self._linker.identity.home
        shown = exhibits.unknown(home.exhibits, self._review.exhibits)
        if self.ready:
            with suppress(OutboxFull):
                for event in self._unsaid(shown):
                    self.seal(event)
        exhibits.keep(home.exhibits, shown)
        if any(one.is_doubt for one in shown):
            self._linker.outbox.rewind((0, 0))
        with Mailbag(home.courier, self._linker.identity.anchor) as bag:
            bag.reviewed(self._review.up_to, self._doubts)

    def _unsaid(self, shown: Iterable[Exhibit]) -> Iterator[LocalEvent]:
        yield from self._review.events
        for one in shown:
            yield LocalEvent(event=one.turn, code=None, ref=None, n=0)
        for event, n in self._doubts.items():
            yield LocalEvent(event=event, code=None, ref=None, n=n)
        for order in sorted(self._followed):
            yield LocalEvent(event="directive", code=order, ref=self.orders[order], n=0)

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


def _done(outbox: Outbox) -> frozenset[str]:
    """The ids of the orders that were followed of late: each is followed once."""
    events = islice(outbox.all_of("local_event"), _ORDERS_REMEMBERED)
    said = (json.loads(sealed.envelope.payload)["body"] for sealed in events)
    return frozenset(body["ref"] for body in said if body["event"] == "directive" and body["ref"])
