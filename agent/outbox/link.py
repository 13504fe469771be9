"""How does a statement become a link of the chain?

One SQLite transaction: read the head, build the report, check what it says, sign it, insert it,
move the head, commit; then `chain.json`. A crash at any point leaves the report sealed whole or
not at all, and never two reports with one place in the chain.

- The patrol alone seals: it alone may read the report key.
- At the cap of the outbox the oldest acknowledged reports go; then only full reports and gaps are
  sealed; and only to save the disk is the unsent given up, which a signed gap then says.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from agent.errors import OutboxFull
from agent.identity.machine import Identity
from agent.outbox import mark
from agent.outbox.store import Outbox, Sealed
from evidence import bodies, checkpoint, report
from evidence.bodies import SELF, Basis, Body, Full, Gap, GapReason, KeyRotate, Known, Subject
from evidence.chain import Head
from evidence.keys import SigningKey
from evidence.report import Clock, Header, LogSeen, Report

CAP_BYTES = 64 << 20
RESERVE_BYTES = 16 << 20
"""How far full reports may go beyond the cap before the unsent is given up."""

_MOST_ORPHANS = 64
_SKEWED = timedelta(minutes=5)


def _random_salt() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Moment:
    """When it is, as the machine says: `boot` names its start, `mono_ms` counts since then."""

    at: datetime
    boot: str
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How large the outbox may grow, in bytes."""

    cap: int = CAP_BYTES
    reserve: int = RESERVE_BYTES


@dataclass(frozen=True, slots=True)
class Linker:
    """Signs for one machine; `offset_ms` is its clock minus the controller's, if it is known."""

    identity: Identity
    key: SigningKey = field(repr=False)
    outbox: Outbox
    moments: Callable[[], Moment]
    offset_ms: int | None = None
    salt: Callable[[], str] = _random_salt
    limits: Limits = field(default_factory=Limits)

    def seal(self, body: Body, *also: SigningKey) -> Head:
        """Seal one statement; OutboxError, HomeError, or EvidenceError if it may not leave.

        `also` is the key that a `key_rotate` brings, which signs it as the second.
        """
        self._make_room(body)
        with self.outbox.transaction():
            before = self.outbox.head()
            if before is None:
                raise TypeError("nothing can be sealed before the chain has begun")
            after = self._link(before, body, *also)
        mark.save(self.identity.home.chain, self.identity.anchor, after)
        return after

    def open_epoch(
        self, epoch: int, why: GapReason, last: Head | None, give_up_to: int = 0
    ) -> Head:
        """Begin a new epoch with a signed gap; unsent reports up to `give_up_to` are orphaned."""
        with self.outbox.transaction():
            floor = self.identity.trust.clock_floor
            orphans = self.outbox.orphan(give_up_to, floor)[:_MOST_ORPHANS]
            start = Head(epoch, 0, self.identity.anchor)
            self.outbox.begin(self.identity.anchor, start)
            after = self._link(start, Gap(reason=why, last_known=_known(last), orphans=orphans))
        mark.save(self.identity.home.chain, self.identity.anchor, after)
        return after

    def basis(self, subject: Subject = SELF) -> Basis | None:
        """The newest full report of this epoch on a subject, which a delta on it names, if any."""
        head = self.outbox.head()
        fulls = self.outbox.newest("full", head.epoch) if head else ()
        for full in fulls:
            if _is_of(subject, full):
                return Basis(seq=full.seq, hash=full.sha)
        return None

    def _make_room(self, body: Body) -> None:
        """Keep to the cap; OutboxFull if this kind of report finds no room."""
        used = self.outbox.size_bytes()
        if used < self.limits.cap:
            return
        used -= self.outbox.prune(to_free=used - self.limits.cap + 1)
        if used < self.limits.cap:
            return
        if not isinstance(body, Full | Gap | KeyRotate):
            raise OutboxFull(
                f"{used >> 20} MiB of reports wait for the controller",
                "bring the controller back within reach: see dentinel status",
            )
        if used >= self.limits.cap + self.limits.reserve:
            self._give_up()

    def _give_up(self) -> None:
        head = self.outbox.head()
        if head is not None:
            self.open_epoch(head.epoch + 1, "outbox_full", head, give_up_to=head.epoch)
            self.outbox.drop_orphans()

    def _link(self, before: Head, body: Body, *also: SigningKey) -> Head:
        """Sign a body as the report after `before` and store it; in a transaction."""
        moment = self.moments()
        header = self._header(before, body, moment)
        sealed = report.seal(Report(header, body), self.key, *also)
        after = header.step(sealed.sha).head
        self.outbox.append(after, header.kind, sealed, moment.at)
        return after

    def _header(self, before: Head, body: Body, moment: Moment) -> Header:
        return Header(
            org=self.identity.org,
            clinic=self.identity.clinic,
            agent=self.identity.agent,
            epoch=before.epoch,
            seq=before.seq + 1,
            prev=before.sha,
            kind=bodies.kind_of(body),
            salt=self.salt(),
            at=moment.at,
            boot=moment.boot,
            mono_ms=moment.mono_ms,
            clock=self._clock(moment.at),
            log=_log(self.identity.trust.checkpoint),
        )

    def _clock(self, now: datetime) -> Clock:
        """`unset`: behind the last signed time by more than the known offset accounts for."""
        offset = timedelta(milliseconds=self.offset_ms or 0)
        if now - offset < self.identity.trust.clock_floor - _SKEWED:
            return Clock(trust="unset", offset_ms=self.offset_ms)
        trust: Literal["ok", "skewed"] = "skewed" if abs(offset) > _SKEWED else "ok"
        return Clock(trust=trust, offset_ms=self.offset_ms)


def _is_of(subject: Subject, full: Sealed) -> bool:
    """Does a full report of our own speak of this subject?"""
    said = json.loads(full.envelope.payload)["body"]["subject"]
    return (said["kind"], said["id"]) == (subject.kind, subject.id)


def _known(head: Head | None) -> Known | None:
    return Known(epoch=head.epoch, seq=head.seq, hash=head.sha) if head and head.seq else None


def _log(note: str | None) -> LogSeen | None:
    if note is None:
        return None
    seen = checkpoint.parse(note)
    return LogSeen(size=seen.size, root=seen.root.hex())
