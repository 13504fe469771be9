"""P11: how fast does the engine judge, and what does loading it cost?

Bars: a rule over 20 volumes at least 20,000 times a second; importing the engine at most 30 ms of
CPU. The leaves of `volumes-encrypted` run over 20 protected volumes; reading the facts in, which
happens once a patrol for all rules together, is timed apart.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from statistics import median

from benchmarks.measure import Row, interleaved, spread
from rules.compiled import builtin, instants
from rules.engine import parts
from rules.engine.budget import Budget
from rules.engine.program import program
from rules.engine.snapshot import Snapshot
from rules.engine.terms import plain
from rules.facts.base import Reading, Status
from rules.verdict import Verdict

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
VOLUMES = [
    {
        "name": f"volume-{number}",
        "kind": "fixed",
        "role": "data",
        "holds_imaging": True,
        "protection": "protected",
        "cipher": "xts_aes_256",
        "state_since": None,
    }
    for number in range(20)
]
ROUNDS, TIMES = 5, 2_000


def rows() -> list[Row]:
    """The rate of one rule over 20 items, and the import."""
    rates = [_rate() for _ in range(ROUNDS)]
    load = "import rules.engine.judge"
    bare, engine = interleaved(7, [sys.executable, "-c", "pass"], [sys.executable, "-c", load])
    floor = median(run.cpu for run in bare)
    cost = [run.cpu - floor for run in engine]
    return [
        Row(
            "P11",
            "a rule over 20 volumes",
            spread(rates, "evaluations/s"),
            "",
            "20,000/s",
            median(rates) >= 20_000,
        ),
        Row(
            "P11",
            "import of the engine, CPU",
            spread(cost, "ms", 1000),
            f"bare Python {floor * 1000:.1f} ms, taken off",
            "30 ms",
            median(cost) <= 0.030,
        ),
    ]


def _rate() -> float:
    rule = builtin.pack().rule("volumes-encrypted")
    assert rule is not None
    reading = Reading("volumes", Status.OK, VOLUMES, NOW, timedelta(minutes=5))
    snapshot, ready, params = (
        Snapshot({"volumes": reading}, NOW),
        program(rule),
        plain(rule).params,
    )
    at = instants.of_datetime(NOW)
    assert ready.walk is not None
    started = time.process_time()
    for _ in range(TIMES):
        part = parts.items(ready.walk, ready.frame(snapshot, at, params, Budget(time.monotonic_ns)))
    assert part.verdict is Verdict.PASS
    return TIMES / (time.process_time() - started)
