"""P11: how fast does the engine judge, and what does loading it cost?

Bars: a rule over 20 volumes at least 20,000 times a second, over 500 packages 500 times; a pack of
200 rules loaded in at most 60 ms; importing the engine at most 30 ms of CPU and 4 MiB. The leaves
of two built-in rules run over items that pass, as they do on most machines; reading the facts in,
which happens once a patrol for all rules together, is measured with the whole of `judge`.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median

from benchmarks.measure import Row, interleaved, spread
from rules.compiled import builtin, canonical, instants
from rules.compiled.canonical import Json
from rules.compiled.pack import load
from rules.compiled.rule import Rule
from rules.engine import parts
from rules.engine.budget import Budget
from rules.engine.judge import judge
from rules.engine.program import program
from rules.engine.snapshot import Snapshot
from rules.engine.terms import plain
from rules.facts.base import Reading, Status
from rules.verdict import Verdict

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ROUNDS = 5
RULES = 200
VOLUME = {
    "kind": "fixed",
    "role": "data",
    "holds_imaging": True,
    "protection": "protected",
    "cipher": "xts_aes_256",
    "state_since": None,
}
PATCH = {"security": True, "severity": "critical", "waiting_since": "2026-11-20T10:00:00Z"}


@dataclass(frozen=True, slots=True)
class Load:
    """A rule at work: over which items, and how often a second it must be judged."""

    what: str
    rule: str
    fact: str
    form: Json
    least: int


LOADS = (
    Load(
        "a rule over 20 volumes",
        "volumes-encrypted",
        "volumes",
        [{**VOLUME, "name": f"volume-{number}"} for number in range(20)],
        20_000,
    ),
    Load(
        "a rule over 500 packages",
        "patches-current",
        "patching",
        {"pending": [{**PATCH, "id": f"package-{number}"} for number in range(500)]},
        500,
    ),
)


def rows() -> list[Row]:
    """The rates of rules over their items, the loading of a pack, and the import."""
    return [*(_rate_row(load) for load in LOADS), *map(_whole_row, LOADS), _pack_row(), *_import()]


def _rate_row(of: Load) -> Row:
    rates = [_rate(_walk(of), of.least // 10) for _ in range(ROUNDS)]
    met = median(rates) >= of.least
    return Row("P11", of.what, spread(rates, "evaluations/s"), "", f"{of.least:,}/s", met)


def _whole_row(of: Load) -> Row:
    rates = [_rate(_judge(of), of.least // 20) for _ in range(ROUNDS)]
    return Row("P11", f"{of.what}, facts read in anew", spread(rates, "judgements/s"), "", "", None)


def _rate(once: Callable[[], Verdict], times: int) -> float:
    once()
    started = time.process_time()
    for _ in range(times):
        verdict = once()
    seconds = time.process_time() - started
    if verdict is not Verdict.PASS:
        raise RuntimeError(f"the rule came to {verdict}: this measures a machine that passes")
    return times / seconds


def _reading(of: Load) -> dict[str, Reading]:
    return {of.fact: Reading(of.fact, Status.OK, of.form, NOW, timedelta(minutes=5))}


def _rule(of: Load) -> Rule:
    rule = builtin.pack().rule(of.rule)
    if rule is None or rule.over is None:
        raise RuntimeError(f"the built-in pack has no {of.rule} that walks a list")
    return rule


def _walk(of: Load) -> Callable[[], Verdict]:
    """The part of the rule that walks its list, over facts that were read in before."""
    rule = _rule(of)
    snapshot, ready, params = Snapshot(_reading(of), NOW), program(rule), plain(rule).params
    at, walk = instants.of_datetime(NOW), ready.walk
    if walk is None:
        raise RuntimeError(f"{of.rule} walks no list")
    return lambda: (
        parts.items(walk, ready.frame(snapshot, at, params, Budget(time.monotonic_ns))).verdict
    )


def _judge(of: Load) -> Callable[[], Verdict]:
    """The same part as a rule of its own, with all that is done for a patrol."""
    rule = _rule(of)
    pack = replace(builtin.pack(), rules=(replace(rule, when=None, must=()),))
    readings = _reading(of)
    return lambda: judge(pack, readings, NOW)[0].verdict


def _pack_row() -> Row:
    data = _pack_of(RULES)
    seconds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        load(data)
        seconds.append(time.process_time() - started)
    what = f"a pack of {RULES} rules, {len(data) // 1024} KiB, loaded"
    return Row("P11", what, spread(seconds, "ms", 1000), "", "60 ms", median(seconds) <= 0.060)


def _pack_of(count: int) -> bytes:
    """The built-in rules over and over, each time under new ids."""
    document = canonical.decode(builtin.data())
    rules: Sequence[dict[str, Json]] = document["rules"]
    document["rules"] = [
        {**rules[number % len(rules)], "id": f"rule-{number}", "replaces": []}
        for number in range(count)
    ]
    document["rules"].sort(key=lambda rule: rule["id"])
    return canonical.encode(document)


def _import() -> list[Row]:
    """What it costs to have the engine there at all."""
    commands = [sys.executable, "-c", "pass"], [sys.executable, "-c", "import rules.engine.judge"]
    bare, engine = interleaved(9, *commands)
    floor, small = median(run.cpu for run in bare), median(run.rss for run in bare)
    cost = [run.cpu - floor for run in engine]
    more = [run.rss - small for run in engine]
    return [
        Row(
            "P11",
            "import of the engine, CPU",
            spread(cost, "ms", 1000),
            f"bare Python {floor * 1000:.1f} ms, taken off",
            "30 ms",
            median(cost) <= 0.030,
        ),
        Row(
            "P11",
            "import of the engine, memory",
            spread(more, "MiB"),
            f"bare Python {small:.1f} MiB, taken off",
            "4 MiB",
            median(more) <= 4,
        ),
    ]
