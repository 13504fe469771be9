"""`mdatp health --output json`: what does Microsoft Defender for Endpoint say of itself?

A switch stands as a bare value, or as `{"value": …}` beside who has set it. `healthy` says that
the product works, and not that it protects: it was seen while real-time protection was off. Dates
are written as a person reads them; the age of the definitions in minutes is a number.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from agent.readers.errors import ParseError

_MOST_MINUTES = 10_000_000
_ENFORCEMENT = {"block": True, "audit": False, "disabled": False}


@dataclass(frozen=True, slots=True)
class Health:
    """`definitions`, their age, `is_passive` and `tamper`: None where a version does not say."""

    is_healthy: bool
    realtime: bool
    definitions: timedelta | None
    is_passive: bool | None
    tamper: bool | None


def health(data: bytes) -> Health:
    """Read the document; ParseError if it does not say whether it protects."""
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ParseError("not JSON") from error
    if not isinstance(said, dict):
        raise ParseError("no object of health")
    is_healthy, realtime = _switch(said, "healthy"), _switch(said, "realTimeProtectionEnabled")
    if is_healthy is None or realtime is None:
        raise ParseError("mdatp does not say whether it protects")
    return Health(
        is_healthy, realtime, _age(said), _switch(said, "passiveModeEnabled"), _tamper(said)
    )


def _value(said: Mapping[str, Any], name: str) -> object:
    found: object = said.get(name)
    return found.get("value") if isinstance(found, dict) else found


def _switch(said: Mapping[str, Any], name: str) -> bool | None:
    found = _value(said, name)
    if found is None or isinstance(found, bool):
        return found
    raise ParseError(f"{name} is neither on nor off")


def _age(said: Mapping[str, Any]) -> timedelta | None:
    minutes = _value(said, "definitionsUpdatedMinutesAgo")
    if minutes is None:
        return None
    if isinstance(minutes, bool) or not isinstance(minutes, int):
        raise ParseError("an age of the definitions that is no number")
    if not 0 <= minutes <= _MOST_MINUTES:
        raise ParseError("an age of the definitions that is none")
    return timedelta(minutes=minutes)


def _tamper(said: Mapping[str, Any]) -> bool | None:
    found = _value(said, "tamperProtection")
    if found is None:
        return None
    if not isinstance(found, str) or found not in _ENFORCEMENT:
        raise ParseError("a tamper protection that is not known")
    return _ENFORCEMENT[found]
