"""Whatever dies in the middle of its work, every sealed report arrives once and the chain holds."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from controller.cli.demo import files

CUTS = 30
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("power-cuts")]


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text().split()] if path.exists() else []


def all_arrived(operatory, bright_smiles) -> bool:
    return bool(operatory.sealed()) and bright_smiles.reports(operatory.id) == operatory.sealed()


def open_findings(bright_smiles) -> int:
    return bright_smiles.rows("SELECT count(*) FROM finding WHERE known_to IS NULL")[0][0]


def test_power_cuts_lose_nothing_and_repeat_nothing(
    operatory, bright_smiles, tmp_path, wait_until
) -> None:
    dice = random.Random(20261122)
    export = tmp_path / "export"
    operatory.guard.start()
    wait_until(lambda: all_arrived(operatory, bright_smiles))
    for cut in range(CUTS):
        (export / f"bitewing-{cut}.dcm").write_bytes(files.bitewing() + bytes([cut]))
        time.sleep(dice.uniform(0.1, 2.5))
        victim = ("controller", "guard", "errand")[cut % 3]
        if victim == "controller":
            bright_smiles.process.kill()
            bright_smiles.start()
        elif victim == "guard":
            operatory.guard.kill()
            operatory.guard.start()
        else:
            for child in children(operatory.guard.child.pid):
                os.kill(child, signal.SIGKILL)
    (export / "last.dcm").write_bytes(files.bitewing())

    wait_until(lambda: open_findings(bright_smiles) == CUTS + 1, 300)
    wait_until(lambda: all_arrived(operatory, bright_smiles), 300)

    arrived = bright_smiles.reports(operatory.id)
    assert len(arrived) == len(set(arrived))
    assert [seq for epoch, seq, _ in arrived if epoch == 1] == list(range(1, len(arrived) + 1))
