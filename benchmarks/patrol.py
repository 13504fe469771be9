"""P4: what does one patrol cost, from its start to its end, with every collector real?

Bar: CPU at most 0.5 s and peak resident set at most 45 MiB, children included.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.measure import Row, interleaved, spread

ROUNDS = 5


def rows() -> list[Row]:
    """CPU and memory of `python -m agent patrol` on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir(mode=0o700)
        # As at its start: later patrols do not read dear facts again while they hold.
        command = [sys.executable, "-m", "agent", "--home", str(home), "patrol", "--cause=start"]
        (runs,) = interleaved(ROUNDS, command)
    cpu, rss = [run.cpu for run in runs], [run.rss for run in runs]
    return [
        Row("P4", "one patrol, CPU", spread(cpu, "s", digits=2), "", "0.5 s", median(cpu) <= 0.5),
        Row("P4", "one patrol, peak RSS", spread(rss, "MiB"), "", "45 MiB", median(rss) <= 45),
    ]
