"""P11: how many small lines a second does `rules eval --batch` answer?

Bar: at least 2,000, the start of the process and the flush of each line included; with expressions
that come back, and with each one new.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from subprocess import run

from benchmarks.measure import Row, spread

ROUNDS, LINES = 5, 10_000
EXPRESSIONS = (
    "v.all(x, x.n > 1 or x.ok)",
    'x + 1 > 2 and y.startsWith("ab")',
    'x in [1, 2, 3] ? y : "none"',
    "has(m.a) and m.a == 1 or size(y) < 4",
)
BINDINGS = {
    "x": {"int": "2"},
    "y": {"string": "abc"},
    "m": {"map": [[{"string": "a"}, {"int": "1"}]]},
    "v": {"list": [{"record": {"n": {"int": "2"}}}]},
}


def rows() -> list[Row]:
    """The rate over four expressions in turn, and over as many as there are lines."""
    return [
        _row("four expressions in turn", [EXPRESSIONS[n % 4] for n in range(LINES)]),
        _row("each expression new", [f"{EXPRESSIONS[n % 4]} // {n}" for n in range(LINES)]),
    ]


def _row(what: str, texts: list[str]) -> Row:
    rates = [_rate(texts) for _ in range(ROUNDS)]
    measured, is_met = spread(rates, "lines/s"), median(rates) >= 2_000
    return Row("P11", f"a batch, {what}", measured, "", "2,000/s", is_met)


def _rate(texts: list[str]) -> float:
    asked = [json.dumps({"expr": text, "bindings": BINDINGS}) for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines"
        lines.write_text("\n".join(asked), encoding="utf-8")
        command = [sys.executable, "-m", "agent.cli.app", "rules", "eval", "--batch"]
        with lines.open("rb") as source:
            started = time.monotonic()
            done = run(command, stdin=source, capture_output=True, check=True)
            taken = time.monotonic() - started
    assert done.stdout.count(b"\n") == LINES
    assert b'"error"' not in done.stdout
    return LINES / taken
