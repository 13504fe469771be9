"""Does `rules check` stay quick, small and alive, whatever lies in the file that it reads?

Bar (language.md, section 16): each hostile file is told by its id within 200 ms of CPU and 64 MiB.
Each is read, checked and written as a report in a process of its own that may grow by 64 MiB and
no more. `tests/rules/language/test_hostile_files.py` holds outcomes and memory; the time is
measured here.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cage import GROWTH, Caged, caged, extremes
from benchmarks.measure import Row
from rules.workbench.check import check
from rules.workbench.reports.base import Look
from rules.workbench.reports.index import FORMATS

MIB = 1024 * 1024
HEAD = "dentinel: rules/v1\npack: hostile\nrules:\n"
RULE = """  - id: {id}
    title: A hostile rule
    severity: low
    controls: [ENC-01]
    cite: {{in_force: [164.312(b)]}}
"""
BOMB = "a: &a [x,x]\n" + "".join(
    f"{name}: &{name} [*{last},*{last},*{last},*{last},*{last},*{last},*{last}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@dataclass(frozen=True, slots=True)
class Case:
    """What lies in a file (text, bytes, or who writes it), and the ids that must be told of it."""

    name: str
    content: str | bytes | Callable[[Path], None]
    told: tuple[str, ...]


def _leaf(leaf: str) -> str:
    body = f"    must:\n      - that: '{leaf}'\n        say: it is so\n"
    return HEAD + RULE.format(id="a-rule") + body


def _sparse(path: Path) -> None:
    with path.open("wb") as opened:
        opened.truncate(1024 * MIB)


def _keys(line: str, times: int) -> str:
    return HEAD + RULE.format(id="a-rule") + "".join(line.format(n=n) for n in range(times))


def _say(text: str) -> str:
    return _leaf("agent.elevated").replace("it is so", f'"{text}"')


def _title(text: str) -> str:
    return _leaf("agent.elevated").replace("A hostile rule", f'"{text}"')


WORDS = ",".join(['"linus"'] * 440)
TANGLE = [f'(host.os != "linux" or host.name == "a{number}")' for number in range(40)]
TEST = "dentinel: rule-tests/v1\npack: hostile\ntests:\n"
CASES = (
    Case("100,000 brackets", "[" * 100_000, ("DL003",)),
    Case("20,000 nested maps", "{a: " * 20_000, ("DL003",)),
    Case("1 MiB of dashes", "- " * (MIB // 2), ("DL003",)),
    Case("60,000 entries", "- x\n" * 60_000, ("DL003",)),
    Case("500,000 entries in brackets", "[" + "x," * 500_000 + "]", ("DL003",)),
    Case("an alias bomb", BOMB, ("DL004",)),
    Case("an anchor in itself", "x: &a [*a]\n", ("DL004",)),
    Case("a tag of Python", "x: !!python/object/apply:os.system [id]\n", ("DL004",)),
    Case("20,000 tags", "".join(f"k{n}: !x y\n" for n in range(20_000)), ("DL003", "DL004")),
    Case("a file of 1 GiB", _sparse, ("DL001",)),
    Case("one byte more than 1 MiB", "x" * (MIB + 1), ("DL001",)),
    Case("bytes that are no UTF-8", b"a: b\n" * 100_000 + b"\xff", ("DL001",)),
    Case("a NUL", b"a: b\n" * 100_000 + b"\x00", ("DL001",)),
    Case("UTF-16", ("a: b\n" * 100_000).encode("utf-16"), ("DL001",)),
    Case("1 MiB of ends of lines", "\n" * MIB, ("DL006",)),
    Case("1 MiB of comments", "# x\n" * (MIB // 4), ("DL006",)),
    Case("a text of 1 MiB", "a: " + "x " * (MIB // 2 - 2), ("DL108",)),
    Case("a key of 1 MiB", "x" * (MIB - 8) + ": a\n", ("DL002",)),
    Case("100,000 colons", "a: b: c\n" * 100_000, ("DL002",)),
    Case("a quote that never ends", "a: '" + "x\n  " * 200_000, ("DL002",)),
    Case("100,000 escapes", 'a: "' + "\\x41" * 100_000 + '"\n', ("DL108",)),
    Case("100,000 documents", "--- a\n" * 100_000, ("DL006",)),
    Case("40,000 keys twice", HEAD + "a: b\n" * 20_000, ("DL003", "DL005")),
    Case("20,000 keys that are none", _keys("    sevarity{n}: x\n", 20_000), ("DL003", "DL101")),
    Case(
        "20,000 controls that are none",
        HEAD
        + RULE.format(id="a").replace(
            "[ENC-01]", f"[{', '.join(f'ENC-{n}' for n in range(20_000))}]"
        ),
        ("DL003", "DL109"),
    ),
    Case("5,000 parentheses", _leaf("(" * 4_000), ("DL003",)),
    Case("4,000 times not", _leaf("!" * 4_000), ("DL003",)),
    Case("4,000 minus signs", _leaf("-" * 4_000), ("DL003",)),
    Case("4,000 square brackets", _leaf("[" * 4_000), ("DL003",)),
    Case("an index of an index, 1,300 times", _leaf("a" + "[0]" * 1_300), ("DL003",)),
    Case("a field of a field, 2,000 times", _leaf("a" + ".b" * 2_000), ("DL003",)),
    Case("20,000 times and", _leaf("a" + " && a" * 20_000), ("DL003",)),
    Case("600 times and", _leaf("a" + " && a" * 600), ("DL003",)),
    Case("a leaf of 1 MiB", _leaf("a and " * (MIB // 6 - 100) + "a"), ("DL003",)),
    Case("a text of 1 MiB that names values", _say("${host.nam} " * (MIB // 14)), ("DL103",)),
    Case("a title of 1 MiB that opens braces", _title("${" * (MIB // 2 - 200)), ("DL103",)),
    Case("440 words that no enum has", _leaf(f"host.os in [{WORDS}]"), ("DL306",)),
    Case("2,000 escapes that are none", _leaf('host.name == "' + "\\q" * 2_000 + '"'), ("DL203",)),
    Case("2,000 times =", _leaf("= " * 2_000), ("DL201",)),
    Case("40 conditions that hang together", _leaf(" and ".join(TANGLE)), ()),
    Case("30 loops in one another", _leaf("users.all(u, " * 30 + "true" + ")" * 30), ("DL313",)),
    Case("60 choices in one another", _leaf("(agent.elevated ? 1 : " * 60 + "2"), ("DL003",)),
    Case("a name of 4,000 letters", _leaf("a" * 4_000), ("DL301",)),
    Case("1,000 names that are none", _leaf(" < ".join(f"hst{n}" for n in range(60))), ("DL301",)),
    Case(
        "a pattern of patterns",
        _leaf(
            'host.name.matches("((a{{1,99}}){{1,99}}){{1,99}}")'.replace("{{", "{").replace(
                "}}", "}"
            )
        ),
        ("DL207",),
    ),
    Case(
        "two rules with one id",
        HEAD
        + "".join(
            RULE.format(id="a") + "    must:\n      - {that: agent.elevated, say: x}\n"
            for _ in "ab"
        ),
        ("DL105",),
    ),
    Case("zero rules", HEAD.replace("rules:\n", "rules: []\n"), ("DL107",)),
    Case("tests that test nothing", TEST.replace("tests:\n", "tests: []\n"), ("DL107",)),
    Case(
        "500 tests of no rule",
        TEST
        + "".join(
            f"  - {{name: t{n}, rule: no-{n}, expect: {{verdict: pass}}}}\n" for n in range(500)
        ),
        ("DL501",),
    ),
)
"""One line a hostile file: add yours."""


def judged(case: Case) -> Caged:
    """The ids that are told of a case, and the length of the longest line that says so."""
    with tempfile.TemporaryDirectory() as room:
        path = Path(room, "rules.yaml")
        if isinstance(case.content, str | bytes):
            content = case.content
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        else:
            case.content(path)

        def work() -> list[object]:
            report = check([Path(room)])
            said = FORMATS["text"](report.outcome, Look())
            ids = sorted({one.id for one in report.problems if one.level == "error"})
            return [ids, len(report.problems), max(map(len, said.splitlines()))]

        return caged(work, GROWTH)


def rows() -> list[Row]:
    """The slowest and the largest of all cases."""
    return extremes("B", "hostile files", {case.name: judged(case) for case in CASES})
