"""What does this machine remember of its copies?

- A disk that is away keeps what was last seen of it.
- A copy has shrunk if it holds less than half of what it held within the last thirty days: then
  what was left out, or deleted, should be looked for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast, get_args

from agent.facts.backups.store import Product, Store
from agent.facts.memory import Memory
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.form import instant, timestamp

_FACT = "backups"
_HOLDS = timedelta(days=30)
_YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class History:
    """The memory of copies, as of now."""

    memory: Memory
    now: datetime

    def keep(self, key: str, store: Store, *, encrypted: Maybe[bool]) -> None:
        """Remember a copy that is there."""
        if isinstance(store.last, datetime) and not isinstance(store.ok, Unknown):
            words = (timestamp(store.last), str(store.product), _word(store.ok), _word(encrypted))
            self.memory.note(_FACT, key, " ".join(words), self.now)

    def of(self, key: str) -> Store | None:
        """A copy as it was last seen; None if it never was."""
        words = (self.memory.noted(_FACT, key) or "").split(" ")
        if len(words) != 4 or words[1] not in get_args(Product):
            return None
        last, product, ok, encrypted = words
        return Store(
            product=cast("Product", product),
            last=instant(last),
            ok=_YES_NO[ok],
            encrypted=_YES_NO.get(encrypted, Unknown(Why.NOT_COLLECTED)),
            amount=Unknown(Why.NOT_COLLECTED),
        )

    def shrunk(self, key: str, amount: Maybe[int]) -> Maybe[bool | None]:
        """Does it hold much less than it did? None before there is a history."""
        if isinstance(amount, Unknown):
            return amount
        if self.memory.path is None:
            return Unknown(Why.NOT_COLLECTED)
        key = f"{key} amount"
        most, _, at = (self.memory.noted(_FACT, key) or "").partition(" ")
        if not most or amount >= int(most) or self.now - instant(at) > _HOLDS:
            self.memory.note(_FACT, key, f"{amount} {timestamp(self.now)}", self.now)
        return 2 * amount < int(most) if most else None

    def retain(self, keys: set[str]) -> None:
        """Forget the copies that nobody declares any more."""
        self.memory.retain(_FACT, keys | {f"{key} amount" for key in keys})


def _word(value: Maybe[bool]) -> str:
    return "unread" if isinstance(value, Unknown) else "yes" if value else "no"
