"""What is known of the machine while its rules run? One frozen set of facts at one instant.

A fact that nobody read is unknown (`not_collected`), one older than twice its ttl is unknown
(`stale_source`), one whose collector broke is error DL811. One that was read further ahead than
clocks may differ is unknown (`conflict`): a clock that was turned back would keep it fresh.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from rules.compiled import catalogue
from rules.compiled.canonical import Json
from rules.engine.decode import decode
from rules.engine.operators import AHEAD
from rules.engine.values import Gap, Value, broken
from rules.facts.base import Reading, Status, Why

_CODES = frozenset(Why)
_AHEAD = timedelta(microseconds=AHEAD // 1_000)


class Snapshot:
    """The facts of a run, decoded when they are first asked for; `form` gives the JSON form."""

    def __init__(self, readings: Mapping[str, Reading], now: datetime) -> None:
        self._readings = readings
        self._now = now
        self._values: dict[str, Value] = {}

    def value(self, fact: str) -> Value:
        """The fact as the engine uses it."""
        if fact not in self._values:
            self._values[fact] = self._decode(fact)
        return self._values[fact]

    def form(self, fact: str) -> Json:
        """The fact in JSON form; what could not be used has the form of its gap."""
        gap = self._gap(fact)
        if gap is None:
            return self._readings[fact].value
        return None if gap.is_error else {"$unknown": gap.code}

    def _decode(self, fact: str) -> Value:
        gap, of = self._gap(fact), catalogue.fact(fact)
        if gap is not None or of is None:
            return gap
        return decode(of, self._readings[fact].value, fact)

    def _gap(self, fact: str) -> Gap | None:
        reading = self._readings.get(fact)
        if reading is None:
            return Gap(str(Why.NOT_COLLECTED), at=fact)
        if reading.status is Status.ERROR:
            return broken("DL811", fact)
        if reading.status in (Status.UNKNOWN, Status.UNSUPPORTED):
            return Gap(_reason(reading), at=fact)
        if self._now - reading.observed_at > 2 * reading.ttl:
            return Gap(str(Why.STALE_SOURCE), at=fact)
        if reading.observed_at - self._now > _AHEAD:
            return Gap(str(Why.CONFLICT), at=fact)
        return None


def _reason(reading: Reading) -> str:
    value = reading.value
    if isinstance(value, dict) and value.get("$unknown") in _CODES:
        return str(value["$unknown"])
    if reading.reasons:
        return str(reading.reasons[0].code)
    unsupported = reading.status is Status.UNSUPPORTED
    return str(Why.UNSUPPORTED_OS if unsupported else Why.NOT_COLLECTED)
