"""P11: how many small lines a second does `rules eval --batch` answer?

Bar: at least 2,000, the start of the process and the flush of each line included.
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
    """The rate over four expressions in turn."""
    rates = [_rate() for _ in range(ROUNDS)]
    is_met = median(rates) >= 2_000
    measured = spread(rates, "lines/s")
    return [Row("P11", f"{LINES:,} lines of a batch", measured, "", "2,000/s", is_met)]


def _rate() -> float:
    chosen = (EXPRESSIONS[number % len(EXPRESSIONS)] for number in range(LINES))
    asked = [json.dumps({"expr": text, "bindings": BINDINGS}) for text in chosen]
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
