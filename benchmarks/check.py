"""P12: what does `dentinel rules check` of 100 rules cost, the whole process?

Bar: at most 0.5 s of CPU. The rules are those that we ship, with their params, texts and comments,
copied under other ids until there are a hundred.
"""

import re
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measure import Row, interleaved, spread
from rules.compiled import builtin

RULES, ROUNDS = 100, 9
_ID = re.compile(r"^(  - id: [a-z0-9-]+)$", re.MULTILINE)


def rows() -> list[Row]:
    """The CPU time of the command, and of the same command with one rule."""
    with tempfile.TemporaryDirectory() as room:
        many, one = Path(room, "many"), Path(room, "one")
        counts = write(many, RULES), write(one, 1)
        command = [sys.executable, "-m", "agent.cli.app", "rules", "check"]
        floor, whole = interleaved(ROUNDS, [*command, str(one)], [*command, str(many)])
    cost = [run.cpu for run in whole]
    return [
        Row(
            "P12",
            f"rules check of {counts[0]} rules, CPU",
            spread(cost, "ms", 1000),
            f"of {counts[1]} rules {median(run.cpu for run in floor) * 1000:.0f} ms",
            "500 ms",
            median(cost) <= 0.5 and all(run.rc == 0 for run in [*floor, *whole]),
        )
    ]


def write(folder: Path, wanted: int) -> int:
    """Write a pack of at least so many rules, and say how many they are."""
    folder.mkdir()
    shipped = sorted(builtin.FOLDER.glob("*.yaml"))
    texts = {path.stem: path.read_text(encoding="utf-8") for path in shipped}
    topics = [name for name, text in texts.items() if "\ndentinel: rules/v1" in f"\n{text}"]
    (folder / "pack.yaml").write_text(texts["pack"], encoding="utf-8")
    written = 0
    for copy in range(wanted):
        for topic in topics:
            if written < wanted:
                text, found = _ID.subn(rf"\1-{copy}", texts[topic])
                (folder / f"{topic}-{copy}.yaml").write_text(text, encoding="utf-8")
                written += found
    return written
