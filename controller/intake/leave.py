"""Which rules may a machine read, and for how long?

Those of its own org, for an hour after an answer that told it of newer ones. The token holds the
machine, the end and a MAC under a key of that org: any controller with the same seed knows it
again, nothing is stored that could be stolen, and a sync writes nothing more for it. It opens
reading of rules, and nothing else; what they are worth is in their signatures.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.identity.shelf import Shelf
from controller.intake.problems import Problem
from evidence.messages import Answer, ReadToken

HOUR = timedelta(hours=1)
_SCHEME = "Bearer "
_MAC_BYTES = 32
_TOKEN_BYTES = 16 + 8 + _MAC_BYTES
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(milliseconds=1)


class Leave:
    """What the agents' door says and asks about rules."""

    def __init__(self, home: ControllerHome, keys: Keys) -> None:
        self._shelf = Shelf(home)
        self._secret = lru_cache(maxsize=1024)(lambda org: keys.derive("read", str(org)))

    def told(self, answer: Answer, org: UUID, machine: UUID, held: str | None) -> Answer:
        """An answer that names the newest rules, with leave to read if the machine has others."""
        newest = self._shelf.newest(org)
        if newest is None or answer.code == "stopped":
            return answer
        read = None if newest == held else self.given(org, machine, answer.at)
        return replace(answer, packs=newest, read=read)

    def given(self, org: UUID, machine: UUID, at: datetime) -> ReadToken:
        """Leave for an hour."""
        until = at + HOUR
        ends = ((until - _EPOCH) // _TICK).to_bytes(8, "big")
        token = machine.bytes + ends
        whole = urlsafe_b64encode(token + self._mac(org, token)).rstrip(b"=")
        return ReadToken(token=whole.decode(), until=until)

    def read(self, org: str, name: str, authorization: bytes, now: datetime) -> bytes | None:
        """A file, or None if there is none; Problem without leave for this org."""
        whose = _uuid(org)
        if whose is None or not self._holds(whose, authorization, now):
            raise Problem(
                401, "read_token", "the token to read rules with is not of this org, or is over"
            )
        return self._shelf.read(whose, name)

    def _holds(self, org: UUID, authorization: bytes, now: datetime) -> bool:
        try:
            said = authorization.decode("ascii").removeprefix(_SCHEME)
            data = urlsafe_b64decode(said + "=" * (-len(said) % 4))
        except ValueError:
            return False
        token, mac = data[:-_MAC_BYTES], data[-_MAC_BYTES:]
        if len(data) != _TOKEN_BYTES or not hmac.compare_digest(mac, self._mac(org, token)):
            return False
        return (now - _EPOCH) // _TICK < int.from_bytes(token[16:], "big")

    def _mac(self, org: UUID, token: bytes) -> bytes:
        return hmac.digest(self._secret(org), token, hashlib.sha256)


def _uuid(text: str) -> UUID | None:
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None
