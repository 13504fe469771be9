"""P4: what does one patrol cost, from its start to its end, with every collector real?

Bar: CPU at most 0.5 s and peak resident set at most 45 MiB, children included. The first patrol of
a machine reads everything; a later one, of the same machine unchanged, reads what is cheap.
"""

import sys
import tempfile
from statistics import median

from benchmarks.measure import Row, Run, interleaved, spread

ROUNDS = 5


def rows() -> list[Row]:
    """CPU and memory of `python -m agent patrol` on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        first, later = f"{folder}/first", f"{folder}/later"
        anew = f"rm -rf {first}; exec {sys.executable} -m agent --home {first} patrol --cause=start"
        again = [sys.executable, "-m", "agent", "--home", later, "patrol"]
        runs = interleaved(ROUNDS, ["/bin/sh", "-c", anew], again)
    return [*_rows("the first patrol", runs[0]), *_rows("a later patrol", runs[1])]


def _rows(what: str, runs: list[Run]) -> list[Row]:
    cpu, rss = [run.cpu for run in runs], [run.rss for run in runs]
    return [
        Row("P4", f"{what}, CPU", spread(cpu, "s", digits=2), "", "0.5 s", median(cpu) <= 0.5),
        Row("P4", f"{what}, peak RSS", spread(rss, "MiB"), "", "45 MiB", median(rss) <= 45),
    ]
