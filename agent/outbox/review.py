"""What of all that the courier was told does the patrol believe?

The courier has the network and no privilege, so its word has no weight. Each answer it kept is
verified again here: the request is built anew from the outbox's own rows, its hash must be the
`req` that a known receipt key signed. Only then do receipts count for pruning, the checkpoint for
quoting, the time for the clock floor, and a directive for anything at all.

Pure but for reading the outbox: `review` says what follows, agent.outbox.seal does it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from agent.identity import keyfile
from agent.identity.machine import Identity
from agent.identity.notices import heed
from agent.identity.trust import Trust
from agent.outbox import witness
from agent.outbox.exhibits import Exhibit
from agent.outbox.mailbag import Exchange
from agent.outbox.parcel import Parcel
from agent.outbox.store import Outbox, Place, Sealed
from agent.outbox.witness import Seen, Sent
from evidence import checkpoint, envelope
from evidence.bodies import Event, LocalEvent
from evidence.envelope import PayloadType
from evidence.errors import EvidenceError
from evidence.keys import PublicKey
from evidence.messages import Answer, Sync
from evidence.words import Directive

Reason: TypeAlias = Literal["state_rollback", "resend_impossible", "header_refused", "outbox_lost"]


@dataclass(frozen=True, slots=True)
class Demand:
    """The chain cannot go on as it is: the controller stands at `epoch`, so the next is due."""

    why: Reason
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Review:
    """What follows from the answers so far; `orders` are directives with their ids.

    `by_next`: at which epoch the controller stands that answered the courier's next key.
    """

    trust: Trust
    orders: Mapping[Directive, str] = field(default_factory=dict)
    events: tuple[LocalEvent, ...] = ()
    proven: tuple[Place, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    demand: Demand | None = None
    by_next: int | None = None
    up_to: int = 0


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Reads exchanges against one identity and one outbox."""

    identity: Identity
    outbox: Outbox
    courier: dict[str, PublicKey] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "courier", self.identity.courier_keys())

    def review(self, exchanges: Iterable[Exchange]) -> Review:
        """Fold all exchanges, oldest first; only the newest can demand a new epoch."""
        result = Review(self.identity.trust)
        for exchange in exchanges:
            reports = [self.outbox.at(place) for place in exchange.reports]
            if all(reports):
                result = self._taken(result, exchange, [sealed for sealed in reports if sealed])
            result = replace(result, up_to=exchange.number)
        return result

    def _taken(self, so_far: Review, exchange: Exchange, reports: list[Sealed]) -> Review:
        """One exchange whose reports are still here, so that its request can be built again."""
        keys = so_far.trust.receipt_keys
        read = self._verified(exchange, reports, keys)
        if read is not None:
            heeded = _heeded(so_far, read[1].notices, keys)
            return self._followed(heeded, *read, exchange)
        doubt = _event("answer_untrusted", exchange.number)
        return replace(so_far, events=(*so_far.events, doubt), demand=None)

    def _verified(
        self, exchange: Exchange, reports: list[Sealed], receipt: Mapping[str, PublicKey]
    ) -> tuple[Sync, Answer] | None:
        try:
            asked = envelope.verify(exchange.sync, self.courier, {PayloadType.SYNC})
            sync = Sync.from_bytes(asked)
        except EvidenceError:
            return None
        parcel = Parcel.pack(exchange.sync, reports)
        answer = parcel.believed(exchange.answer, receipt)
        return (sync, answer) if answer else None

    def _followed(self, so_far: Review, sync: Sync, answer: Answer, exchange: Exchange) -> Review:
        """What the answer says; by a new key of the log it may be signed already."""
        seen = self._seen(so_far.trust.log, sync, answer)
        floor = max(so_far.trust.clock_floor, answer.at)
        trust = replace(so_far.trust, clock_floor=floor)
        if seen is not None and seen.turn in {None, "log_restarted"}:
            trust = replace(trust, checkpoint=seen.note)
        said = (*_events(answer), *_strange(answer, so_far.trust.log, exchange.number))
        told = (event for event in said if event not in so_far.events)
        return replace(
            so_far,
            trust=trust,
            orders={**so_far.orders, **_orders(answer)},
            events=(*so_far.events, *told),
            proven=(*so_far.proven, *((r.epoch, r.seq) for r in answer.receipts)),
            exhibits=(*so_far.exhibits, *self._exhibit(seen, answer)),
            demand=self._demand(sync, answer, len(exchange.reports)),
            by_next=answer.head[0] if self._is_next(exchange) else so_far.by_next,
        )

    def _is_next(self, exchange: Exchange) -> bool:
        """Was it asked by the courier key that is on its way? The signature was verified."""
        path = keyfile.next_of(self.identity.home.courier_key)
        fresh = keyfile.read_if_there(path, "courier")
        return fresh is not None and exchange.sync.signatures[0].keyid == fresh.keyid

    def _seen(self, vkey: str, sync: Sync, answer: Answer) -> Seen | None:
        """What the answer shows of the log; its proof begins at the size that the request named.

        All requests since the last patrol named the same, so that each answer is compared with
        the checkpoint remembered then; one from before that is passed over.
        """
        old = self.identity.trust.checkpoint
        if sync.log != (checkpoint.parse(old).size if old else 0):
            return None
        if answer.checkpoint is None or not witness.signed(answer.checkpoint, vkey):
            return Seen(old)
        seen = witness.compare(old, answer.checkpoint, answer.consistency, vkey)
        if seen.turn is None and not self._is_held(vkey, answer):
            return Seen(old, "log_fork")
        return seen

    def _is_held(self, vkey: str, answer: Answer) -> bool:
        """Is the newest report that was acknowledged in the log, if the answer shows its line?"""
        newest = self.outbox.at(answer.head)
        if answer.inclusion is None or answer.checkpoint is None or newest is None:
            return True
        sent = Sent(self.identity.agent, newest.epoch, newest.seq, newest.sha)
        return witness.holds(answer.inclusion, answer.checkpoint, vkey, sent)

    def _exhibit(self, seen: Seen | None, answer: Answer) -> tuple[Exhibit, ...]:
        """The two notes, if the one that was shown does not go on from the one remembered."""
        old, new = self.identity.trust.checkpoint, answer.checkpoint
        if seen is None or seen.turn is None or old is None or new is None:
            return ()
        return (Exhibit(turn=seen.turn, at=answer.at, old=old, new=new),)

    def _demand(self, sync: Sync, answer: Answer, sent: int) -> Demand | None:
        head = self.outbox.head()
        epoch, seq = answer.head
        if head is None:
            return Demand("outbox_lost", epoch, seq) if tuple(sync.head) == (0, 0) else None
        if sync.head[0] != head.epoch:
            return None  # an answer to a chain that has been left since
        match answer.code:
            case "fork":
                return Demand("state_rollback", epoch, seq)
            case "gap" if not self._holds(answer.expected):
                return Demand("resend_impossible", epoch, seq)
            case "header" if sent == 1:
                return Demand("header_refused", epoch, seq)
        return None

    def _holds(self, expected: Place | None) -> bool:
        """Is the report that the controller expects still here, to be sent?"""
        wanted = self.outbox.at(expected) if expected else None
        return wanted is not None and wanted.state == "waiting"


def _heeded(so_far: Review, told: tuple[str, ...], keys: Mapping[str, PublicKey]) -> Review:
    """With what the notices of an answer change; one that is false is odd, and no more."""
    heeded = heed(so_far.trust, told, keys)
    doubt = (_event("answer_untrusted", heeded.refused),) if heeded.refused else ()
    return replace(so_far, trust=heeded.trust, events=(*so_far.events, *doubt))


def _strange(answer: Answer, vkey: str, number: int) -> tuple[LocalEvent, ...]:
    """A checkpoint that this log's key did not sign says nothing, and is told of: why is it so?"""
    if answer.checkpoint is None or witness.signed(answer.checkpoint, vkey):
        return ()
    return (_event("answer_untrusted", number),)


def _orders(answer: Answer) -> dict[Directive, str]:
    """What is ordered, each with its id as it stands in reports."""
    return {order.do: order.id.replace("-", "") for order in answer.directives}


def _events(answer: Answer) -> tuple[LocalEvent, ...]:
    rejected = (r for r in answer.receipts if r.outcome == "rejected")
    return tuple(_event("report_rejected", receipt.seq, receipt.why) for receipt in rejected)


def _event(event: Event, n: int, code: str | None = None) -> LocalEvent:
    return LocalEvent(event=event, code=code, ref=None, n=n)
