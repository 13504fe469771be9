"""By which key does the courier sign, and whose answers does it take?

Both change while it is at work: a new key of its own counts once the controller has stored the
report that brought it, a new key of the controller's once an answer brought its notice.

- Its word on this has no weight: the patrol verifies the same answers again, and it alone writes
  `trust.json` (agent.outbox.review, agent.outbox.rotation).
- A controller that was restored from a backup may know an older courier key, and a lost answer may
  hide that it knows the newer one. So each key that is held is tried once a run after a 401.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from agent.identity import keyfile, notices
from agent.identity.machine import Identity
from agent.identity.trust import Trust
from agent.outbox import brought
from agent.outbox.mailbag import Exchange, Mailbag
from agent.outbox.store import Outbox
from evidence.errors import EvidenceError
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Answer


@dataclass(slots=True)
class Ring:
    """The keys of one run of the courier, the one in use first."""

    keys: list[SigningKey]
    fresh: SigningKey | None
    receipt: dict[str, PublicKey]
    trust: Trust
    turns: int = 0

    @classmethod
    def of(cls, identity: Identity, bag: Mailbag) -> Self:
        """The keys on the disk, and what answers said that the patrol has not seen yet."""
        path, key = identity.home.courier_key, identity.courier_key()
        fresh = keyfile.read_if_there(keyfile.next_of(path), "courier")
        others = (fresh, keyfile.read_if_there(keyfile.old_of(path), "courier"))
        spare = [other for other in others if other and other.keyid != key.keyid]
        ring = cls([key, *spare], fresh, identity.trust.receipt_keys, identity.trust)
        for exchange in bag.exchanges():
            ring.heed(_notices(exchange))
        return ring

    def signing(self, outbox: Outbox) -> SigningKey:
        """The key for the next request: the fresh one as soon as the controller knows it."""
        fresh, self.fresh = self.fresh, None
        if fresh is not None and fresh.keyid != self.keys[0].keyid:
            said = brought.by(outbox, fresh.keyid)
            if said and said.state == "stored":
                self.keys.sort(key=lambda key: key.keyid != fresh.keyid)
            else:
                self.fresh = fresh
        return self.keys[0]

    def turn(self) -> bool:
        """Take the next key that is held; False when all were tried, the first one twice."""
        self.turns += 1
        self.fresh = None
        self.keys.append(self.keys.pop(0))
        return 1 < len(self.keys) >= self.turns

    def hear(self, answer: Answer) -> bool:
        """Take answers by the receipt keys, too, that its notices bring; was there news?"""
        if answer.receipts:
            self.turns = 0
        return self.heed(answer.notices)

    def heed(self, told: Iterable[str]) -> bool:
        """The same, for the notices of an answer that came before."""
        heeded = notices.heed(self.trust, told, self.receipt)
        is_news = heeded.trust != self.trust or heeded.refused > 0
        self.trust = heeded.trust
        self.receipt |= heeded.trust.receipt_keys
        return is_news


def _notices(exchange: Exchange) -> tuple[str, ...]:
    """What an answer said that was believed when it came."""
    try:
        return Answer.from_bytes(exchange.answer.payload).notices
    except EvidenceError:
        return ()
