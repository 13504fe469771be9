"""The one JSON form of facts: written by the collector, read by engine, evidence and pages.

A timestamp is RFC 3339 in UTC, a duration whole seconds as `"900s"`, a version text of numbers
and dots. An unread leaf is `{"$unknown": code}`, an incomplete list `{"$items": […],
"$missing": code}`, a complete one a bare list. Never and disabled are null.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from sys import float_info
from typing import Any, TypeAlias

from rules.facts.base import Cost, Items, Reading, Reason, Source, Status, Unknown, Why
from rules.facts.types import Enum, List, Nullable, Record, Scalar, Type, Version

Json: TypeAlias = Any
"""A value as a JSON reader gives it; `misfits` says whether it is what it should be."""

_DURATION = re.compile(r"(0|[1-9][0-9]{0,11})s")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_CODES = frozenset(Why)
_INT_LIMIT = 1 << 63


def encode(value: object) -> Json:
    """The JSON form of a record, a list, or one value of the catalogue."""
    match value:
        case Unknown(why):
            return {"$unknown": str(why)}
        case Items(items, None):
            return [encode(item) for item in items]
        case Items(items, missing):
            return {"$items": [encode(item) for item in items], "$missing": str(missing)}
        case datetime():
            return timestamp(value)
        case timedelta():
            return f"{int(value.total_seconds())}s"
        case Version():
            return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in fields(value)}
    return value


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with `Z`; milliseconds only when there are any."""
    at = at.astimezone(UTC)
    text = at.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{at.microsecond // 1000:03}Z" if at.microsecond >= 1000 else f"{text}Z"


def instant(text: str) -> datetime:
    """Read what `timestamp` wrote; ValueError otherwise. Fractions are cut to microseconds."""
    if not _TIMESTAMP.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no RFC 3339 time in UTC")
    whole, _, fraction = text[:-1].partition(".")
    at = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    return at.replace(microsecond=int(fraction[:6].ljust(6, "0"))) if fraction else at


def holes(value: Json, at: str) -> Iterator[Reason]:
    """Every unread leaf and incomplete list of a JSON form, with its path."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from holes(item, f"{at}[{number}]")
    elif isinstance(value, dict):
        if "$unknown" in value:
            yield Reason(Why(value["$unknown"]), at)
        elif "$missing" in value:
            yield from holes(value["$items"], at)
            yield Reason(Why(value["$missing"]), at)
        else:
            for name, inner in value.items():
                yield from holes(inner, f"{at}.{name}")


def misfits(of: Type, value: Json, at: str) -> Iterator[str]:
    """Where a JSON form does not fit its type; nothing if it fits whole.

    A field that is not there is no misfit: it reads as unknown (`not_collected`). A field that
    the record does not have is one.
    """
    if _is_hole(value) or (value is None and isinstance(of, Nullable)):
        return
    match of:
        case Nullable(inner):
            yield from misfits(inner, value, at)
        case List(inner):
            yield from _in_list(inner, value, at)
        case Record():
            yield from _in_record(of, value, at)
        case _:
            yield from _alone(of, value, at)


def _alone(of: Enum | Scalar, value: Json, at: str) -> Iterator[str]:
    if isinstance(of, Enum):
        if not isinstance(value, str) or value not in of.values:
            yield f"{at}: not one of {', '.join(of.values)}"
    elif not _FITS[of.name](value):
        yield f"{at}: not a {of.name}"


def _in_list(of: Type, value: Json, at: str) -> Iterator[str]:
    items, missing = _items(value)
    if items is None or (missing is not None and not _is_code(missing)):
        yield f"{at}: not a list"
    for number, item in enumerate(items or ()):
        yield from misfits(of, item, f"{at}[{number}]")


def _in_record(of: Record, value: Json, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: not a record"
        return
    for name, inner in value.items():
        field = of.field(name)
        if field is None:
            yield f"{at}: a {of.name} has no field {name[:40]!r}"
        else:
            yield from misfits(field.type, inner, f"{at}.{name}")


def _is_hole(value: Json) -> bool:
    return isinstance(value, dict) and value.keys() == {"$unknown"} and _is_code(value["$unknown"])


def _is_code(value: Json) -> bool:
    return isinstance(value, str) and value in _CODES


def _items(value: Json) -> tuple[list[Json] | None, Json]:
    if isinstance(value, list):
        return value, None
    if isinstance(value, dict) and value.keys() == {"$items", "$missing"}:
        items = value["$items"]
        return (items if isinstance(items, list) else None), value["$missing"]
    return None, None


def _is_int(value: Json) -> bool:
    return type(value) is int and -_INT_LIMIT <= value < _INT_LIMIT


def _is_number(value: Json) -> bool:
    """JSON has no NaN (RFC 8259, section 6); what a double cannot hold is no number here."""
    return type(value) in (int, float) and abs(value) <= float_info.max


def _is_version(value: Json) -> bool:
    try:
        return bool(Version.parse(value).numbers) if isinstance(value, str) else False
    except ValueError:
        return False


def _is_timestamp(value: Json) -> bool:
    try:
        return isinstance(value, str) and instant(value) is not None
    except ValueError:
        return False


_FITS = {
    "bool": lambda value: type(value) is bool,
    "int": _is_int,
    "double": _is_number,
    "string": lambda value: isinstance(value, str),
    "duration": lambda value: isinstance(value, str) and bool(_DURATION.fullmatch(value)),
    "timestamp": _is_timestamp,
    "version": _is_version,
}


def to_json(reading: Reading) -> dict[str, Json]:
    """The envelope of a reading: value, status, reasons, source, confidence, cost and age."""
    return {
        "fact": reading.fact,
        "schema": reading.schema,
        "status": str(reading.status),
        "value": reading.value,
        "reasons": [{"code": str(r.code), "at": r.at} for r in reading.reasons],
        "source": [_source(source) for source in reading.source],
        "confidence": reading.confidence,
        "privilege": reading.privilege,
        "observed_at": timestamp(reading.observed_at),
        "ttl": f"{int(reading.ttl.total_seconds())}s",
        "cost": reading.cost._asdict(),
    }


def _source(source: Source) -> dict[str, Json]:
    return {"call": source.call} if source.rc is None else {"call": source.call, "rc": source.rc}


def from_json(document: Mapping[str, Json]) -> Reading:
    """Read an envelope that `to_json` wrote; KeyError, TypeError or ValueError if it is none."""
    return Reading(
        fact=str(document["fact"]),
        schema=int(document["schema"]),
        status=Status(document["status"]),
        value=document["value"],
        reasons=tuple(Reason(Why(r["code"]), str(r["at"])) for r in document["reasons"]),
        source=tuple(Source(str(s["call"]), s.get("rc")) for s in document["source"]),
        confidence=document["confidence"],
        privilege=document["privilege"],
        observed_at=instant(document["observed_at"]),
        ttl=timedelta(seconds=int(str(document["ttl"]).removesuffix("s"))),
        cost=Cost(**document["cost"]),
    )
