"""How does the outbox empty into the controller?

One conversation: a signed sync with up to 64 reports, its signed answer, and again until nothing
waits. With nothing waiting it is the heartbeat.

- An answer counts only if a known receipt key signed it and it names this very request. All else,
  whatever its status, is weather: a captive portal changes nothing but the time of the next try.
- What was answered is kept for the patrol before any row is touched, so that a crash in between
  costs a repetition and nothing else.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.errors import PinMismatch, TransportError
from agent.identity.machine import Identity
from agent.identity.notices import spki
from agent.outbox import backoff, contact, settle
from agent.outbox.backoff import Chance
from agent.outbox.mailbag import Exchange, Mailbag, Plain
from agent.outbox.parcel import Parcel
from agent.outbox.ring import Ring
from agent.outbox.settle import Next
from agent.outbox.store import Outbox, Place, Sealed
from agent.transport.base import Reply, Wire
from evidence import checkpoint, frames
from evidence.envelope import Envelope
from evidence.messages import Answer, Sync

ROUNDS = 20
"""Exchanges in one run: the controller takes 30 a minute from one machine."""

BATCH_BYTES = frames.SENT_LIMIT - 16 * 1024
_COMPRESSED_FROM_BYTES = 1024
_PROOF_EVERY = timedelta(days=1)

_PROBLEMS = frozenset({401, 413, 429, 500, 503})
"""Statuses that a controller gives without a signature; others without one are somebody else's."""

_ALARMS = frozenset({401, 413})
"""What time alone does not mend."""

_SAID = {
    401: contact.UNKNOWN_KEY,
    413: "one report is larger than the controller takes",
    429: "the controller asks to come later",
    500: "the controller has an error of its own",
    503: "the controller is busy",
}
_ALIEN = "what answered was not signed by the controller: a proxy or a captive portal, perhaps"
_TWINS = "another machine uses the same identity as this one"
_ENDED = "the controller has ended this machine's enrolment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a run ended: did the controller answer, when to come again, is the patrol needed?

    `for_packs`: it has other rules than those that were fetched last.
    """

    answered: bool
    next_in: timedelta
    for_patrol: bool = False
    for_packs: bool = False


@dataclass(slots=True)
class Conversation:
    """One run of the courier; everything that it needs of the world is handed to it.

    `packs` is the hash of the newest timestamp of rules that was fetched.
    """

    identity: Identity
    ring: Ring
    outbox: Outbox
    bag: Mailbag
    wire: Wire
    boot: str
    now: Callable[[], datetime]
    chance: Chance
    most: int = frames.RECORD_LIMIT
    for_patrol: bool = False
    packs: str | None = None
    for_packs: bool = False

    def run(self) -> Ending:
        """Talk until nothing waits, or until it cannot go on for now."""
        step = Next.SEND
        for _ in range(ROUNDS):
            ending, step = self._round(step)
            if ending is not None:
                return ending
        return self._answered(timedelta(minutes=1))

    def _round(self, before: Next) -> tuple[Ending | None, Next]:
        most = 0 if before is Next.SEEK else self.most
        parcel = self._parcel(self.outbox.waiting(most, BATCH_BYTES))
        asked_at = self.now()
        try:
            reply = self.wire.post("/v1/sync", *_packed(parcel.body))
        except TransportError as error:
            if isinstance(error, PinMismatch):
                self.bag.doubt("tls_pin_mismatch")
                return self._later(None, error.message, is_alarm=True), before
            return self._later(None, error.message), before
        got = parcel.answered(reply.body, self.ring.receipt)
        if got is None:
            return self._weather(reply, parcel)
        envelope, answer = got
        is_news = self.ring.hear(answer)
        self._remember(parcel, envelope, answer, asked_at, is_news=is_news)
        settled = settle.settle(self.outbox, parcel, answer)
        self.for_patrol = self.for_patrol or settled.for_patrol or is_news
        self.for_packs = answer.packs not in {None, self.packs}
        if settled.went_back:  # whether it is still the same log is to be shown now
            self.bag.remember(replace(self.bag.memory(), proof_at=None))
        if settled.next is Next.SMALLER:
            self.most = len(parcel.reports) // 2
        return self._ending(answer, settled.next, before), settled.next

    def _parcel(self, reports: tuple[Sealed, ...]) -> Parcel:
        memory, head = self.bag.memory(), self.outbox.head()
        is_due = memory.proof_at is None or self.now() - memory.proof_at >= _PROOF_EVERY
        sync = Sync(
            nonce=memory.nonce or self.identity.enrolled.nonce,
            boot=self.boot,
            head=(head.epoch, head.seq) if head else (0, 0),
            log=_size(self.identity.trust.checkpoint),
            proof=is_due,
            ca=self._authorities(is_due=is_due),
            packs=self.packs,
        )
        return Parcel.signed(sync, self.ring.signing(self.outbox), reports)

    def _authorities(self, *, is_due: bool) -> tuple[str, ...]:
        """Which CAs are believed: told once a day, and as long as one is to replace another."""
        held = self.identity.trust.ca
        return tuple(map(spki, held)) if is_due or len(held) > 1 else ()

    def _remember(
        self,
        parcel: Parcel,
        envelope: Envelope,
        answer: Answer,
        asked_at: datetime,
        *,
        is_news: bool,
    ) -> None:
        """Keep the answer for the patrol, and what the next request needs of it."""
        now = self.now()
        places = tuple(sealed.place for sealed in parcel.reports)
        memory = replace(
            self.bag.memory(),
            nonce=answer.nonce,
            sync_s=answer.sync_s,
            state=answer.state,
            failures=0,
            said=None,
            alarm=None,
            next_at=None,
            seen_at=answer.at,
            offset_ms=_offset_ms(asked_at, now, answer.at),
        )
        if answer.consistency is not None or answer.inclusion is not None:
            memory = replace(memory, proof_at=now)
        if answer.read is not None:
            memory = replace(memory, read_token=answer.read.token, read_until_at=answer.read.until)
        plain = None if is_news else _plain(places, answer)
        self.bag.remember(memory, Exchange(parcel.sync, places, envelope, plain))

    def _ending(self, answer: Answer, step: Next, before: Next) -> Ending | None:
        """None while there is more to say."""
        usual = timedelta(seconds=answer.sync_s)
        match step:
            case Next.SMALLER | Next.SEEK:
                return None
            case Next.SEND:
                waits = self.outbox.waiting(1, BATCH_BYTES)
                return None if waits else self._answered(usual)
            case Next.RETRY:
                return self._later(None, _TWINS, is_alarm=True) if before is Next.RETRY else None
            case Next.PATROL:
                return self._answered(usual)
            case Next.STOP:
                ended_until = self.now() + backoff.DAILY
                memory = replace(self.bag.memory(), next_at=ended_until, said=_ENDED, alarm=_ENDED)
                self.bag.remember(memory)
                return self._answered(backoff.DAILY)

    def _answered(self, next_in: timedelta) -> Ending:
        return Ending(
            answered=True,
            next_in=next_in,
            for_patrol=self.for_patrol,
            for_packs=self.for_packs,
        )

    def _weather(self, reply: Reply, parcel: Parcel) -> tuple[Ending | None, Next]:
        """A reply that is not the controller's answer: nothing of it is believed."""
        if reply.status == 401 and self.ring.turn():
            return None, Next.SEEK
        if reply.status == 413 and len(parcel.reports) > 1:
            self.most = len(parcel.reports) // 2
            return None, Next.SMALLER
        self.for_patrol = self.for_patrol or self._is_damaged(parcel)
        if reply.status not in _PROBLEMS:
            self.bag.doubt("answer_untrusted")
        said = _SAID.get(reply.status, _ALIEN)
        return self._later(reply, said, is_alarm=reply.status in _ALARMS), Next.SEND

    def _later(self, reply: Reply | None, said: str, *, is_alarm: bool = False) -> Ending:
        """Keep everything, and come again after a while."""
        memory = self.bag.memory()
        wait = backoff.after(reply, memory.failures, self.chance)
        memory = replace(memory, failures=memory.failures + 1, said=said)
        alarm = said if is_alarm else memory.alarm
        self.bag.remember(replace(memory, alarm=alarm, next_at=self.now() + wait))
        return Ending(answered=False, next_in=wait, for_patrol=self.for_patrol)

    def _is_damaged(self, parcel: Parcel) -> bool:
        """Would our own report key refuse what is about to be sent again and again?"""
        keys = self.identity.report_keys()
        return not all(sealed.is_signed_by(keys) for sealed in parcel.reports)


def _packed(body: bytes) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": frames.MEDIA_TYPE}
    if len(body) < _COMPRESSED_FROM_BYTES:
        return body, headers
    return frames.deflate(body), {**headers, "Content-Encoding": "gzip"}


def _plain(places: tuple[Place, ...], answer: Answer) -> Plain | None:
    """Is this a heartbeat's answer that orders nothing, and does it show the log?"""
    if places or answer.directives or answer.notices or answer.code not in {"ok", "nonce"}:
        return None
    return "log" if answer.checkpoint else "bare"


def _size(note: str | None) -> int:
    return checkpoint.parse(note).size if note else 0


def _offset_ms(asked_at: datetime, heard_at: datetime, said_at: datetime) -> int:
    """The clock here minus the controller's, half of the round trip allowed for."""
    middle = asked_at + (heard_at - asked_at) / 2
    return round((middle - said_at) / timedelta(milliseconds=1))
