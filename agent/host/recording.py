"""What does a recording of a machine look like? (`recording/v1`, JSON Lines)

The first line says of which machine it is; every other is one call and what came of it:
`{"op": "stat", "path": "/etc/shadow", "error": "access_denied"}`. Bytes that are text stand as
text, others as `{"b64": …}`. The same call is written once: a machine is not supposed to change
while it is recorded.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args

from agent.host.base import Absent, Entry, HostError, HostFault, Key, Kind, Ran, Stat
from rules.facts.base import Why
from rules.facts.form import instant, timestamp
from rules.facts.host import Os

T = TypeVar("T")

FORM = "recording/v1"

Origin: TypeAlias = Literal["field", "live", "wine", "made"]
Answer: TypeAlias = Ran | bytes | tuple[Entry, ...] | Stat | Key | HostFault


class NotARecording(ValueError):
    """The file is none, or was cut."""


@dataclass(frozen=True, slots=True)
class Header:
    """Of which machine, how and when it was taken, and how many names were replaced in it."""

    os: Os
    elevated: bool
    taken_at: datetime
    origin: Origin = "field"
    redacted: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One question to a machine: of a program the arguments, of a file the span of its bytes."""

    op: Literal["run", "read", "list", "stat", "registry"]
    subject: str
    args: tuple[str, ...] = ()


_MISFITS = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
_SUBJECTS = {"run": "program", "read": "path", "list": "path", "stat": "path", "registry": "key"}


def write(header: Header, calls: Mapping[Call, Answer]) -> str:
    """The text of a recording."""
    head = {"dentinel": FORM} | asdict(header) | {"taken_at": timestamp(header.taken_at)}
    lines = [head, *(_call(call) | _out(answer) for call, answer in calls.items())]
    return "".join(json.dumps(line) + "\n" for line in lines)


def read(text: str) -> tuple[Header, dict[Call, Answer]]:
    """Read what `write` wrote; NotARecording otherwise."""
    try:
        head, *lines = (json.loads(line) for line in text.splitlines())
        if head.pop("dentinel") != FORM:
            raise NotARecording(f"it does not say {FORM}")
        return _header(head), {_called(line): _in(line) for line in lines}
    except _MISFITS as error:
        raise NotARecording("a line of it is not of its form") from error


def _header(said: dict[str, Any]) -> Header:
    header = Header(**said | {"taken_at": instant(said["taken_at"])})
    _typed(bool, header.elevated)
    _typed(int, header.redacted)
    if header.os not in get_args(Os) or header.origin not in get_args(Origin):
        raise NotARecording("of no system, or of no origin that there is")
    return header


def _text(said: object) -> str:
    return _typed(str, said)[0]


def _typed(kind: type[T], *values: object) -> tuple[T, ...]:
    """These values, if each is of this very type: whoever reads them leans on it."""
    if not all(type(value) is kind for value in values):
        raise NotARecording(f"what should be {kind.__name__} is something else")
    return cast("tuple[T, ...]", values)


def _call(call: Call) -> dict[str, Any]:
    said: dict[str, Any] = {"op": call.op, _SUBJECTS[call.op]: call.subject}
    return said | {"args": list(call.args)} if call.args else said


def _called(line: Mapping[str, Any]) -> Call:
    op = line["op"]
    return Call(op, _text(line[_SUBJECTS[op]]), _typed(str, *line.get("args", ())))


def _out(answer: Answer) -> dict[str, Any]:
    match answer:
        case Absent():
            return {"error": "absent"}
        case HostError():
            return {"error": str(answer.why)}
        case bytes():
            return {"data": _pack(answer)}
        case Ran():
            packed = {"out": _pack(answer.out), "err": _pack(answer.err)}
            return {"rc": answer.rc, "cut": answer.cut} | packed
        case Stat():
            return {"stat": asdict(answer) | {"modified_at": timestamp(answer.modified_at)}}
        case Key():
            return _key(answer)
        case tuple():
            return {"entries": [[entry.name, entry.kind] for entry in answer]}
    raise TypeError(f"{type(answer).__name__} is no answer of a host")


def _in(line: Mapping[str, Any]) -> Answer:
    match line:
        case {"error": "absent"}:
            return Absent("as recorded")
        case {"error": why}:
            return HostError(Why(why), "as recorded")
        case {"data": data}:
            return _unpack(data)
        case {"rc": rc, "out": out, "err": err, "cut": cut}:
            _typed(int, rc)
            _typed(bool, cut)
            return Ran(rc, _unpack(out), _unpack(err), cut)
        case {"stat": stat}:
            return _stat(stat)
        case {"entries": entries}:
            return tuple(Entry(_text(name), _kind(kind)) for name, kind in entries)
        case {"values": values, "subkeys": subkeys, "written": written}:
            read = {name: (_text(kind), _value(data)) for name, (kind, data) in values.items()}
            at = None if written is None else instant(written)
            return Key(read, _typed(str, *subkeys), at)
    raise NotARecording("a call without an answer")


def _stat(said: dict[str, Any]) -> Stat:
    stat = Stat(**said | {"modified_at": instant(said["modified_at"])})
    _typed(int, stat.mode, stat.owner, stat.group, stat.size, stat.inode)
    _typed(str, *(() if stat.link is None else (stat.link,)))
    _kind(stat.kind)
    return stat


def _kind(said: Any) -> Kind:  # noqa: ANN401 - what JSON gave
    if said not in get_args(Kind):
        raise NotARecording(f"{said!r} is nothing that a name can stand for")
    return cast("Kind", said)


def _key(key: Key) -> dict[str, Any]:
    """A key; of its values bytes stand as such, and a tuple of texts as a list."""
    values = {
        name: [kind, {"b64": base64.b64encode(data).decode()} if isinstance(data, bytes) else data]
        for name, (kind, data) in key.values.items()
    }
    written = None if key.written_at is None else timestamp(key.written_at)
    return {"values": values, "subkeys": list(key.subkeys), "written": written}


def _value(said: Any) -> object:  # noqa: ANN401 - what JSON gave
    match said:
        case {"b64": packed}:
            return base64.b64decode(packed)
        case list():
            return _typed(str, *said)
        case int() | str() | None:  # a value of which only its presence was asked
            return said
    raise NotARecording("a value that no registry holds")


def _pack(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(data).decode()}


def _unpack(packed: str | Mapping[str, str]) -> bytes:
    return packed.encode() if isinstance(packed, str) else base64.b64decode(packed["b64"])
