"""The demo of an MSP holds what it shows, asked by its own `--check` in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = Path(__file__).with_name("small.py")
HOUSE = Path(__file__).parents[5]


@pytest.mark.slow
def test_the_demo_of_an_msp_opens_for_everybody_and_is_proven() -> None:
    done = subprocess.run(
        [sys.executable, str(SMALL), "demo", "--practice", "--check"],
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document["pages"].values()) == {200}
    assert document["evidence"]["outcome"] == "proven"
    assert (document["rebuilt"], document["audit"], document["practices"]) == (True, True, 2)
