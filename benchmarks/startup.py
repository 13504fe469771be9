"""P2: does the command line answer at once? `--help` and `--version` against bare Python.

Bar: CPU at most twice that of `python3 -c pass`, plus 40 ms; jsonschema, paramiko, Django, YAML
and cryptography stay unloaded (tests/house/test_weight.py holds that).
"""

import sys
from pathlib import Path
from statistics import median

from benchmarks.measure import Row, interleaved, spread

ROUNDS = 9


def rows() -> list[Row]:
    """One row for `--help`, one for `--version`."""
    dentinel = str(Path(sys.executable).with_name("dentinel"))
    bare, help_, version = interleaved(
        ROUNDS, [sys.executable, "-c", "pass"], [dentinel, "--help"], [dentinel, "--version"]
    )
    floor = median(run.cpu for run in bare)
    limit = 2 * floor + 0.040
    return [
        Row(
            "P2",
            f"`dentinel {what}`, CPU",
            spread([run.cpu for run in runs], "ms", 1000),
            f"bare Python {floor * 1000:.1f} ms",
            f"{limit * 1000:.0f} ms",
            median(run.cpu for run in runs) <= limit,
        )
        for what, runs in (("--help", help_), ("--version", version))
    ]
