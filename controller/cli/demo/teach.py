"""From what is the dictionary of stored reports trained?

`python -m controller.cli.demo.teach 2.zdict` writes a new one: from what the computers of the
story would report on some days, well kept and in trouble, sealed as agents seal. What differs
between any two reports (keys, hashes, salts, ids) is drawn by a seeded generator, so the same
program with the same libraries and rules writes the same bytes. What was shipped stays as it was: a
new one takes the next number, when those that are there have grown too unlike what is reported.
"""

import random
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import zstandard

from controller.cli.demo.msp import voice
from controller.cli.demo.msp.cast import WARDS, Box
from controller.cli.demo.msp.troubles import TROUBLES, Trouble
from evidence import bodies, frames, report
from evidence.bodies import (
    Basis,
    Body,
    Delta,
    Event,
    Facts,
    Full,
    LocalEvent,
    PackRef,
    Policy,
    RuleVerdict,
)
from evidence.keys import SigningKey
from evidence.report import Clock, Header, Report
from evidence.told import Veil
from rules.compiled import builtin

_SIZE = 32 * 1024
_BEGIN = datetime(2026, 1, 5, 12, tzinfo=UTC)
_BOXES = 24
_DAYS = 4
_OF_SERVERS = {"exports_readable"}


@dataclass(slots=True)
class _Teller:
    """A computer that seals what it says: its identity, and where its chain stands."""

    box: Box
    dice: random.Random
    seq: int = 0
    key: SigningKey = field(init=False)
    ids: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.key = SigningKey.from_seed(self.dice.randbytes(32))
        self.ids = {name: self._uuid() for name in ("org", "clinic", "agent")}

    def _uuid(self) -> str:
        return str(UUID(bytes=self.dice.randbytes(16), version=4))

    def day(self, troubles: tuple[Trouble, ...], now: datetime) -> Iterator[bytes]:
        """The frames of one day, as they are stored."""
        veil = Veil(voice.Names(), self.dice.randbytes(32))
        # How long a rule took is the one thing that is measured, and would differ each time.
        verdicts = tuple(
            replace(one, ms=self.dice.randrange(3))
            for one in voice.verdicts(self.box, troubles, now, veil)
        )
        shown = voice.imaging(self.box, troubles, now, veil)
        event: Event = "agent_started" if self.dice.random() < 0.8 else "agent_stopped"
        yield self._sealed(LocalEvent(event=event, code=None, ref=None, n=0), now)
        full = Full(
            subject=bodies.SELF,
            cause="daily",
            agent_version="0.1.0",
            os=voice.system(self.box),
            policy=_policy(),
            verdicts=verdicts,
            imaging=shown,
        )
        basis = yield from self._told(full, now)
        facts = voice.facts(voice.read(self.box, troubles, now), veil)
        yield self._sealed(Facts(subject=bodies.SELF, catalogue="1.0", facts=facts), now)
        for one in self.dice.sample(verdicts, 2):
            yield self._sealed(_changed(full, basis, one), now)

    def _told(self, full: Full, now: datetime) -> Generator[bytes, None, Basis]:
        frame = self._sealed(full, now)
        yield frame
        (sealed,) = frames.read(frame)
        return Basis(seq=self.seq, hash=sealed.sha)

    def _sealed(self, body: Body, now: datetime) -> bytes:
        self.seq += self.dice.randint(1, 3)
        header = Header(
            **self.ids,
            epoch=1,
            seq=self.seq,
            prev=self.dice.randbytes(32).hex(),
            kind=bodies.kind_of(body),
            salt=self.dice.randbytes(16).hex(),
            at=now + timedelta(milliseconds=self.dice.randrange(3_600_000)),
            boot=self.dice.randbytes(8).hex(),
            mono_ms=self.dice.randrange(1 << 30),
            clock=Clock(trust="ok", offset_ms=self.dice.randint(-400, 400)),
            log=None,
        )
        return frames.write([report.seal(Report(header, body), self.key)])


def samples() -> list[bytes]:
    """The frames that it learns from, always the same."""
    boxes = [box for ward in WARDS for box in ward.agents]
    kinds = sorted(TROUBLES.keys() - _OF_SERVERS)
    found: list[bytes] = []
    for number in range(_BOXES):
        dice = random.Random(number)  # noqa: S311 - to repeat, not to hide
        teller = _Teller(dice.choice(boxes), dice)
        for day in range(_DAYS):
            now = _BEGIN + timedelta(days=30 * day + number)
            wrong = (Trouble(dice.choice(kinds), now - timedelta(days=2)),) if day % 2 else ()
            found += teller.day(wrong, now)
    return found


def trained(taught: list[bytes], number: int) -> bytes:
    """The dictionary of that number."""
    return zstandard.train_dictionary(_SIZE, [*taught], dict_id=number, level=3).as_bytes()


def _changed(full: Full, basis: Basis, verdict: RuleVerdict) -> Delta:
    return Delta(
        subject=full.subject,
        cause="change",
        basis=basis,
        agent_version=full.agent_version,
        os=full.os,
        policy=full.policy,
        verdicts=(verdict,),
        imaging=None,
    )


def _policy() -> Policy:
    pack = builtin.pack()
    return Policy(
        state="builtin",
        root=None,
        targets=None,
        assignment=None,
        packs=(PackRef(pack=pack.pack, version=pack.version, sha256=pack.sha256),),
        plan=None,
        site=None,
        groups=(),
        role=None,
    )


if __name__ == "__main__":
    file = Path(sys.argv[1])  # its name is its number: 2.zdict
    file.write_bytes(trained(samples(), int(file.stem)))
