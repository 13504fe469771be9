"""P17: how many reports a second does the offline verifier check?

Bar: at least 5,000 reports a second: signature, place in the chain, place in the log, and marks.
"""

import importlib.util
import io
import sys
import time
from pathlib import Path
from types import ModuleType

from benchmarks.measure import Row, spread
from evidence.verify.run import verify

MACHINES, REPORTS, ROUNDS = 12, 400, 3
CLINIC = Path(__file__).parents[1] / "tests/evidence/clinic.py"


def rows() -> list[Row]:
    """The rate over a bundle of twelve machines."""
    clinic = _clinic()
    bright_smiles = clinic.BrightSmiles()
    for number in range(MACHINES):
        machine = bright_smiles.enroll(f"OP{number + 1}")
        for _ in range(REPORTS):
            bright_smiles.send(machine, clinic.full())
    bundle, rates = bright_smiles.export(), []
    for _ in range(ROUNDS):
        started = time.process_time()
        outcome = verify(io.BytesIO(bundle), bright_smiles.policy)
        rates.append(MACHINES * REPORTS / (time.process_time() - started))
        assert outcome.exit_code == 0
    return [
        Row(
            "P17",
            f"offline verify, {MACHINES * REPORTS:,} reports",
            spread(rates, "reports/s"),
            "",
            "5,000/s",
            max(rates) >= 5_000,
        )
    ]


def _clinic() -> ModuleType:
    """The clinic that the tests of evidence tell their stories with."""
    spec = importlib.util.spec_from_file_location("clinic", CLINIC)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["clinic"] = module
    spec.loader.exec_module(module)
    return module
