"""Ask as a line of `rules eval --batch` asks."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from rules.workbench.batch.lines import answer


@pytest.fixture(scope="session")
def ask() -> Callable[..., Any]:
    """The value of an expression, `unknown: at reason`, or the id of an error."""

    def ask(expr: str, /, *, now: str | None = None, typed: bool = False, **bindings: Any) -> Any:
        line = {"expr": expr, "bindings": bindings, "typed": typed}
        return told({**line, "now": now} if now else line)

    return ask


@pytest.fixture(scope="session")
def send() -> Callable[[Any], dict[str, Any]]:
    """The whole answer to a line: bytes, text, or an object that becomes one."""
    return sent


def sent(line: Any) -> dict[str, Any]:
    data = line if isinstance(line, bytes) else _text(line).encode("utf-8", "surrogatepass")
    return json.loads(answer(data, lambda: 0))


def _text(line: Any) -> str:
    return line if isinstance(line, str) else json.dumps(line)


def told(line: dict[str, Any]) -> Any:
    said = sent(line)
    if "unknown" in said:
        (hole,) = said["unknown"]
        return f"unknown: {hole['at']} {hole['reason']}"
    return said["value"] if "value" in said else said["error"]["id"]
