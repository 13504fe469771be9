"""P1: what does `dentinel audit` cost beside `oscap xccdf eval`, every collector real?

Bar: CPU and peak resident set each at most a quarter of OpenSCAP's, children included. How many
rules each had to judge, and how many of them it could, stands beside the figures.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from statistics import median

from benchmarks import openscap
from benchmarks.measure import Row, Run, interleaved, spread

ROUNDS = 5
SHARE = 0.25


def rows() -> list[Row]:
    """Both in turn on this machine; without the peer our own figures alone."""
    with tempfile.TemporaryDirectory() as folder:
        ours = [sys.executable, "-m", "agent.cli.app", "--home", f"{folder}/home", "audit"]
        what = f"one audit, {_judged(ours)}"
        reason = openscap.missing()
        if reason:
            (mine,) = interleaved(ROUNDS, ours)
            return _rows(what, mine, [], reason)
        copied = openscap.content(Path(folder))
        peer = f"oscap, {_evaluated(openscap.results(copied).values())}:"
        mine, theirs = interleaved(ROUNDS, ours, openscap.command(copied))
        return _rows(what, mine, theirs, peer)


def _rows(what: str, mine: list[Run], theirs: list[Run], peer: str) -> list[Row]:
    return [
        _row(f"{what}, CPU", [one.cpu for one in mine], [one.cpu for one in theirs], peer, "s"),
        _row(
            f"{what}, peak RSS", [one.rss for one in mine], [one.rss for one in theirs], peer, "MiB"
        ),
    ]


def _row(what: str, mine: list[float], theirs: list[float], peer: str, unit: str) -> Row:
    """One figure beside the peer's; not judged where there is none."""
    digits = 2 if unit == "s" else 1
    shown = spread(mine, unit, digits=digits)
    if not theirs:
        return Row("P1", what, shown, peer, f"{SHARE} x oscap", None)
    share = median(mine) / median(theirs)
    beside = f"{peer} {spread(theirs, unit, digits=digits)}"
    return Row("P1", what, f"{shown}, {share:.2f} x", beside, f"{SHARE} x", share <= SHARE)


def _judged(command: list[str]) -> str:
    """How many rules we judge here, and how many of them apply and could be told."""
    words = [*command, "--format", "json"]
    said = json.loads(subprocess.run(words, capture_output=True, check=False).stdout)
    return _evaluated([one["verdict"] for one in said["results"]])


def _evaluated(verdicts: Collection[str]) -> str:
    told = sum(one in ("pass", "fail") for one in verdicts)
    return f"{len(verdicts)} rules, {told} judged"
