"""Does the engine stay quick, small and alive, whatever a rule and a machine's facts hold?

Bar (language.md, section 16): each hostile input ends within 200 ms of CPU and 64 MiB, with the
outcome that is written beside it. Each is judged in a process of its own that may grow by 64 MiB
and no more, without the deadline of a rule: its cost must be bounded by what it is charged.
`tests/rules/engine/test_hostile.py` holds outcomes and memory; the time is measured here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cage import GROWTH, Caged, caged, extremes
from benchmarks.measure import Row
from rules.compiled.rule import Pack
from rules.engine import explain
from rules.engine.judge import judge
from rules.facts.base import Reading, Status
from rules.workbench.build import build
from rules.workbench.packs import check_pack

Facts = dict[str, Any]
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
HUGE = 1024 * 1024
PACK = """dentinel: pack/v1
pack: hostile
version: 1.0.0
title: Hostile rules
requires_facts: "1.1"
language: 1
"""
RULES = "dentinel: rules/v1\npack: hostile\nrules:\n"


@dataclass(frozen=True, slots=True)
class Case:
    """A rule's body, what the machine says, and what must come of it: verdict and code."""

    name: str
    body: str
    facts: Callable[[], Facts]
    outcome: tuple[str, str | None]


def _must(leaf: str) -> str:
    return f"must:\n  - {{that: '{leaf}', say: 'it is ${{host.name}}'}}"


def _agent() -> Facts:
    return {"agent": {"memory": 7}}


def _names(count: int) -> Callable[[], Facts]:
    return lambda: {"agent": {"over_budget": [f"fact-{number}" for number in range(count)]}}


def _volumes(count: int, **changed: str | int) -> Callable[[], Facts]:
    return lambda: {"volumes": [{"name": f"/srv{n}", "size": 1, **changed} for n in range(count)]}


def _host(name: str) -> Callable[[], Facts]:
    return lambda: {"host": {"name": name}}


def _service(name: str) -> Callable[[], Facts]:
    return lambda: {"services": [{"name": name, "state": "running", "start": "auto"}]}


def _chained(start: str, step: str, times: int) -> str:
    for _ in range(times):
        start += step
    return start


def _doubled(leaf: str, times: int) -> str:
    for _ in range(times):
        leaf = f"({leaf} + {leaf})"
    return leaf


NAMES = "agent.over_budget"
LOOPS = "volumes.all(a, volumes.all(b, volumes.all(c, volumes.all(d, volumes.all(e, e.size > 0)))))"
EVERY = """every: volumes
each_must:
  - {that: volume.protection == "protected", say: "${volume.name} is ${volume.protection}"}
if_none: unknown"""
SERVICES = """no: services
where: service.name in ["RemoteRegistry", "TlntSvr"] or service.name.startsWith("x")
say: ${service.name} runs"""
ITEM = 'volume.name.matches("^(/[a-z]+)+$") or volume.name == "C:"'
STRINGS = _chained('["aaaaaaaaaa"]', f".map(x, {' + '.join('x' * 10)})", 8) + ".size() == 1"
MARKS = "a" + "\u0300\u0327" * (HUGE // 4)
ODD = "C:\n\u202etxt.exe ${params.x} <script>alert(1)</script> \x1b[31m"

CASES = (
    Case("five nested loops", _must(LOOPS), _volumes(30), ("error", "DL806")),
    Case("a string that multiplies", _must(STRINGS), _agent, ("error", "DL807")),
    Case(
        "a list that doubles",
        _must(f"{_doubled(NAMES, 6)}.size() > 0"),
        _names(10_000),
        ("error", "DL807"),
    ),
    Case(
        "a list that doubles in a loop",
        _must(f"{NAMES}.all(n, ({NAMES} + {NAMES}).size() > 0)"),
        _names(40_000),
        ("error", "DL806"),
    ),
    Case(
        "a pattern that backtracks",
        _must('not host.name.matches("(a+)+$")'),
        _host("a" * 10_000 + "!"),
        ("pass", None),
    ),
    Case(
        "a pattern of many ways",
        _must('not host.name.matches("(a|a)*b")'),
        _host("a" * 10_000),
        ("pass", None),
    ),
    Case(
        "a pattern whose sets never repeat",
        _must('host.name.matches("(a|b)*a(a|b){200}c")'),
        _host("abaababaaab" * 1_000),
        ("error", "DL806"),
    ),
    Case(
        "a glob of many stars",
        _must('host.name.glob("*a*a*a*a*a*a*?b")'),
        _host("a" * HUGE),
        ("error", "DL806"),
    ),
    Case(
        "100,000 names, each once",
        _must(f"{NAMES}.distinct().size() == 100000"),
        _names(100_000),
        ("pass", None),
    ),
    Case(
        "100,000 names, each looked up",
        _must(f"{NAMES}.all(n, n in {NAMES})"),
        _names(100_000),
        ("pass", None),
    ),
    Case(
        "100,000 names against 100,000 holes",
        _must(f'{NAMES}.all(n, "x" in {NAMES})'),
        lambda: {"agent": {"over_budget": [{"$unknown": "timeout"}] * 100_000}},
        ("error", "DL806"),
    ),
    Case("100,001 names", _must(f"{NAMES}.size() > 0"), _names(100_001), ("error", "DL807")),
    Case("20,000 volumes, none right", EVERY, _volumes(20_000, protection=7), ("error", "DL811")),
    Case(
        "20,000 names against a pattern",
        f"no: volumes\nwhere: '{ITEM}'\nsay: wrong",
        _volumes(20_000),
        ("pass", None),
    ),
    Case(
        "a volume with an odd name",
        EVERY,
        _volumes(1, name=ODD, protection="suspended"),
        ("fail", None),
    ),
    Case(
        "a volume with a name of 1 MiB",
        EVERY,
        _volumes(1, name=ODD * 20_000, protection="locked"),
        ("fail", None),
    ),
    Case("a service of 100,000 marks", SERVICES, _service(MARKS[:100_000]), ("pass", None)),
    Case("a service of 500,000 marks", SERVICES, _service(MARKS), ("error", "DL806")),
    Case("a service of 100,000 letters", SERVICES, _service("X" * 100_000), ("fail", None)),
    Case("a word that no enum has", EVERY, _volumes(1, protection="melted"), ("error", "DL811")),
    Case("a volume that is a number", EVERY, lambda: {"volumes": [7]}, ("error", "DL811")),
    Case("volumes that are text", EVERY, lambda: {"volumes": "C:"}, ("error", "DL811")),
    Case("nothing read at all", EVERY, dict, ("unknown", "not_collected")),
    Case(
        "a volume of which nothing is known",
        EVERY,
        lambda: {"volumes": [{}]},
        ("unknown", "not_collected"),
    ),
    Case(
        "an int too large",
        _must("agent.memory + 9223372036854775807 > 0"),
        _agent,
        ("error", "DL803"),
    ),
    Case(
        "the least int by -1",
        _must("-9223372036854775808 / (agent.memory - 8) > 0"),
        _agent,
        ("error", "DL803"),
    ),
    Case("a rest by 0", _must("1 % (agent.memory - 7) == 0"), _agent, ("error", "DL802")),
    Case(
        "an index of 2^62",
        _must("[agent.memory][4611686018427387904] == 7"),
        _agent,
        ("error", "DL804"),
    ),
    Case("a number of 1 MiB", _must("int(host.name) == 7"), _host("0" * HUGE), ("error", "DL805")),
    Case(
        "a duration of 1 MiB",
        _must('duration(host.name) == "1s"'),
        _host("0h" * (HUGE // 2)),
        ("error", "DL805"),
    ),
    Case(
        "not a number",
        _must("double(host.name) == double(host.name)"),
        _host("NaN"),
        ("fail", None),
    ),
)
"""One line a hostile input: add yours."""


# --- judging them -------------------------------------------------------------------------------


@cache
def pack() -> Pack:
    """One rule a case, checked and compiled as an author's pack is."""
    rules = [
        f"  - id: case-{number}\n    title: {case.name}\n    severity: low\n"
        "    controls: [ENC-01]\n    cite: {in_force: [164.312(b)]}\n"
        + "".join(f"    {line}\n" for line in case.body.splitlines())
        for number, case in enumerate(CASES)
    ]
    with TemporaryDirectory() as folder:
        Path(folder, "pack.yaml").write_text(PACK, encoding="utf-8")
        Path(folder, "rules.yaml").write_text(RULES + "".join(rules), encoding="utf-8")
        checked = check_pack(Path(folder), display=Path())
        errors = [str(problem) for problem in checked.problems if problem.level == "error"]
        if errors:
            raise RuntimeError(f"the hostile rules are no rules: {errors}")
        return build(checked)[0]


def judged(case: Case, growth: int = GROWTH) -> Caged:
    """What came of a case in a process of its own: verdict, code, and what a person reads."""
    rule = next(one for one in pack().rules if one.title == case.name)
    day = timedelta(days=1)
    readings = {n: Reading(n, Status.OK, form, NOW, day) for n, form in case.facts().items()}

    def work() -> list[str | None]:
        result = judge(replace(pack(), rules=(rule,)), readings, NOW, stopwatch=lambda: 0)[0]
        shown = [explain.sentence(rule, item.clause, item.seen) for item in result.items[:1]]
        return [str(result.verdict), result.why, "".join(shown)]

    return caged(work, growth)


def rows() -> list[Row]:
    """The slowest and the largest of all cases."""
    return extremes("B", "hostile inputs", {case.name: judged(case) for case in CASES})
