"""What did the ports of this machine answer when they were asked for DICOM?

The probe has the network and leaves its answers in a file; the fact `listeners` has none and reads
them. An answer holds for a day.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, cast, get_args

from agent.readers.errors import ParseError
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.form import instant, timestamp
from rules.facts.types import Version

HOLDS = timedelta(days=1)

Spoken: TypeAlias = Literal["plain", "tls", "mutual_tls", "no"]
Port: TypeAlias = tuple[str, int]
"""An address as the system's table has it, and the number."""

_FORM = 1
_AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one port speaks; `tls` is null where there is none."""

    dicom: Maybe[Spoken]
    tls: Maybe[Version | None] = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and when it was given."""

    at: datetime
    answer: Answer

    def holds(self, now: datetime) -> bool:
        """Is it still to be believed? One from a time to come is not."""
        return now - HOLDS <= self.at <= now + _AHEAD


def parse(data: bytes) -> dict[Port, Asked]:
    """All answers of the file; ParseError if it is not one that `write` made."""
    try:
        document = json.loads(data)
        if document["form"] != _FORM:
            raise ParseError("answers of another release")
        return {(str(one["address"]), int(one["port"])): _asked(one) for one in document["ports"]}
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise ParseError("not the answers of a probe") from error


def write(answers: Mapping[Port, Asked]) -> bytes:
    """The file that holds these answers."""
    ports = [
        {"address": address, "port": port, "at": timestamp(one.at), **_said(one.answer)}
        for (address, port), one in sorted(answers.items())
    ]
    return json.dumps({"form": _FORM, "ports": ports}).encode()


def _said(answer: Answer) -> dict[str, Any]:
    if isinstance(answer.dicom, Unknown):
        return {"why": str(answer.dicom.why)}
    tls = answer.tls if isinstance(answer.tls, Version) else None
    return {"dicom": answer.dicom, "tls": tls and list(tls.numbers)}


def _asked(one: Mapping[str, Any]) -> Asked:
    at = instant(one["at"])
    if "why" in one:
        nothing = Unknown(Why(one["why"]))
        return Asked(at, Answer(nothing, nothing))
    if one["dicom"] not in get_args(Spoken):
        raise ParseError("an answer that no probe gives")
    tls = None if one["tls"] is None else Version(tuple(map(int, one["tls"])))
    return Asked(at, Answer(cast("Spoken", one["dicom"]), tls))
