"""How is the engine driven from outside? One JSON object a line in, one out, in the same order.

    {"id": 1, "expr": "x + 1 > 2", "bindings": {"x": {"int": "2"}}}
    {"id": 1, "value": {"bool": true}}

`expr` is evaluated openly, or checked first with `"typed": true`; `now` is the instant of the run,
without which nothing can ask for the time. Every line is answered, whatever is in it: at most
1 MiB is looked at, and what goes wrong in one line ends that line alone.
"""

import json
from collections.abc import Callable, Iterator
from typing import BinaryIO, NoReturn

from rules.compiled import instants, limits
from rules.compiled.canonical import Json
from rules.engine.budget import Stopwatch
from rules.language.suggest import did_you_mean
from rules.workbench.batch.answer import Fault
from rules.workbench.batch.request import Request, worth

_KEYS = ("id", "expr", "bindings", "now", "typed")


def run(lines: BinaryIO, write: Callable[[str], None], stopwatch: Stopwatch) -> None:
    """Answer each line; `write` takes one answer at a time, without the end of its line."""
    for line in _lines(lines):
        write(answer(line, stopwatch))


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines, each cut behind the byte that is one too many."""
    while line := stream.readline(limits.BATCH_LINE + 2):
        rest = line
        while len(rest) == limits.BATCH_LINE + 2 and not rest.endswith(b"\n"):
            rest = stream.readline(limits.BATCH_LINE + 2)
        yield line.removesuffix(b"\n")


def answer(line: bytes, stopwatch: Stopwatch) -> str:
    """The answer to one line, as JSON in ASCII."""
    echo: dict[str, Json] = {}
    try:
        given = _object(line)
        echo = {"id": given["id"]} if "id" in given else {}
        found = worth(_request(given), stopwatch)
    except Fault as fault:
        found = fault.form()
    except Exception:  # noqa: BLE001 - a fault of ours, or a full memory, ends this line alone
        found = Fault("internal", "DL809", "a fault inside the engine").form()
    return json.dumps({**echo, **found}, allow_nan=False, separators=(",", ":"))


def _object(line: bytes) -> dict[str, Json]:
    if len(line) > limits.BATCH_LINE:
        raise Fault("limit", "DL001", "a line is at most 1 MiB long")
    try:
        given = _DECODER.decode(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise Fault("input", "DL001", "the line is not UTF-8") from None
    except RecursionError:
        raise Fault("limit", "DL003", "the line is nested too deep") from None
    except ValueError as odd:
        raise Fault("input", "DL103", f"the line is no JSON: {odd}") from None
    if not isinstance(given, dict):
        raise Fault("input", "DL103", "the line is no JSON object")
    return given


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Fault("input", "DL005", "a key stands twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:24]} is too large")
    return number


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_no_number)


def _request(given: dict[str, Json]) -> Request:
    foreign = next((key for key in given if key not in _KEYS), None)
    if foreign is not None:
        help_ = did_you_mean(foreign, _KEYS) or f"there are {', '.join(_KEYS)}"
        raise Fault("input", "DL101", f"there is no key {foreign[:40]!r}; {help_}")
    if "expr" not in given:
        raise Fault("input", "DL102", "expr is missing")
    is_typed, bindings = given.get("typed", False), given.get("bindings", {})
    if not isinstance(is_typed, bool):
        raise Fault("input", "DL103", "typed is true or false")
    if not isinstance(bindings, dict):
        raise Fault("input", "DL103", "bindings is an object of names and values")
    return Request(_text(given["expr"]), bindings, _now(given.get("now")), is_typed)


def _text(form: Json) -> str:
    if not isinstance(form, str):
        raise Fault("input", "DL103", "expr is a string")
    try:
        form.encode()
    except UnicodeEncodeError:
        raise Fault("input", "DL103", "expr holds half a character") from None
    return form


def _now(form: Json) -> int | None:
    if form is None:
        return None
    try:
        return instants.read_timestamp(form)
    except (TypeError, ValueError):
        raise Fault("input", "DL103", "now is a time such as 2026-11-22T10:00:00Z") from None
