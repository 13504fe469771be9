"""What is a fact, and what is it when it could not be read?

- What could not be read is `Unknown` and says why; it is never false, empty or a default.
- A list knows whether it is complete: `Items(…, missing=Why.TIMEOUT)` proves less than a whole.
- `Unknown` has no truth: using one as a condition raises, so no code can let it pass by accident.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Literal, NamedTuple, NoReturn, TypeAlias, TypeVar

T = TypeVar("T")


class Why(StrEnum):
    """Why a value is not known. Closed: a new code is a minor version of the catalogue."""

    NOT_ELEVATED = "not_elevated"
    ACCESS_DENIED = "access_denied"
    TCC_DENIED = "tcc_denied"
    NOT_LOGGED_IN = "not_logged_in"
    LOCKED = "locked"
    TIMEOUT = "timeout"
    TOOL_MISSING = "tool_missing"
    TOO_LARGE = "too_large"
    PARSE_ERROR = "parse_error"
    API_ERROR = "api_error"
    CONFLICT = "conflict"
    STALE_SOURCE = "stale_source"
    NOT_LOCAL = "not_local"
    CONTAINER = "container"
    UNSUPPORTED_OS = "unsupported_os"
    UNREACHABLE = "unreachable"
    UNTRUSTED_HOST = "untrusted_host"
    DISABLED = "disabled"
    NOT_COLLECTED = "not_collected"
    UNRECOGNISED = "unrecognised"


class Unknown(NamedTuple):
    """A value that was not read, and why."""

    why: Why

    def __bool__(self) -> NoReturn:
        raise TypeError(f"an unknown ({self.why}) is neither true nor false")


Maybe: TypeAlias = T | Unknown


class Items(NamedTuple, Generic[T]):
    """A list of a fact; with `missing` there may be more items than these."""

    items: tuple[T, ...] = ()
    missing: Why | None = None


class Fact(NamedTuple, Generic[T]):
    """A typed question about one machine.

    `shape` is the annotation of the whole answer (a record, or `Items[record]`); `ttl` is how
    long an answer holds: one older than twice that is `stale_source`; `since` is the version of
    the catalogue that brought it.
    """

    name: str
    shape: type[T]
    asks: str
    ttl: timedelta
    cost: Literal["cheap", "medium", "heavy"]
    schema: int = 1
    since: str = "1.0"


class Status(StrEnum):
    """How much of a fact is known."""

    OK = "ok"
    PARTIAL = "partial"
    UNKNOWN = "unknown"
    UNSUPPORTED = "unsupported"
    ERROR = "error"


Confidence: TypeAlias = Literal["authoritative", "derived", "heuristic"]
Privilege: TypeAlias = Literal["system", "root", "admin", "user"]


class Reason(NamedTuple):
    """A hole in a fact: its code, and the path of the leaf or list. `detail` never leaves."""

    code: Why
    at: str
    detail: str = ""


class Source(NamedTuple):
    """One call to the machine that the answer rests on; `rc` is a program's return code."""

    call: str
    rc: int | None = None


class Cost(NamedTuple):
    """What it cost to answer: milliseconds of wall and CPU time, and processes started."""

    wall_ms: int = 0
    cpu_ms: int = 0
    spawned: int = 0


class Reading(NamedTuple):
    """A fact as it was read on a machine; `value` is its JSON form (rules.facts.form)."""

    fact: str
    status: Status
    value: Any
    observed_at: datetime
    ttl: timedelta
    schema: int = 1
    reasons: tuple[Reason, ...] = ()
    source: tuple[Source, ...] = ()
    confidence: Confidence = "authoritative"
    privilege: Privilege = "user"
    cost: Cost = Cost()
