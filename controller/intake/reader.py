"""What is read for agents outside of any transaction: keys that are registered, welcome documents.

A connection of its own, so that reading never waits for the writer.

- Keys are remembered: whether one still counts is asked again in the transaction.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from controller.identity.home import ControllerHome
from controller.intake import statements, tokens
from controller.intake.problems import Problem, busy
from controller.intake.receive import Known
from controller.ledger.sql import Cursor, connect, cursor, instant
from evidence.keys import PublicKey

T = TypeVar("T")

_KEYS_REMEMBERED = 8192
_RETRY_AFTER_S = 15


class Reader:
    """The open connection of one event loop."""

    def __init__(self, home: ControllerHome) -> None:
        self._connection = connect(home.database)
        self._keys: OrderedDict[str, Known] = OrderedDict()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def known(self, keyid: str) -> Known | None:
        """The registered key of an id."""
        known = self._keys.get(keyid)
        if known is not None:
            self._keys.move_to_end(keyid)
            return known
        holder = self._read(lambda of: statements.key_holder(of, keyid))
        if holder is None:
            return None
        known = self._keys[keyid] = Known(holder, PublicKey.from_hex(holder.public))
        if len(self._keys) > _KEYS_REMEMBERED:
            self._keys.popitem(last=False)
        return known

    def welcome(self, tid: str, now: datetime) -> bytes:
        """The welcome document of a join token; Problem if nobody may join by it any more."""
        found = self._read(lambda of: tokens.welcome(of, tid))
        if found is None or found[2] is not None:
            raise Problem(401, "token_unknown", "no join token goes by this id")
        if now >= instant(found[1]):
            raise Problem(401, "token_expired", "this join token has expired: ask for a new one")
        return bytes(found[0])

    def _read(self, statement: Callable[[Cursor], T]) -> T:
        try:
            return statement(cursor(self._connection))
        except sqlite3.OperationalError:
            raise busy(_RETRY_AFTER_S, "nothing can be read now; try again") from None
