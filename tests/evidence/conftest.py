"""A clinic with two machines that have reported for a while."""

import pytest

from tests.evidence.clinic import STARTED, BrightSmiles, full


@pytest.fixture
def clinic() -> BrightSmiles:
    """Bright Smiles: OP1 and PANO-01 joined, and sent three and two reports."""
    clinic = BrightSmiles()
    op1, pano = clinic.enroll("OP1"), clinic.enroll("PANO-01")
    for machine, body in ((op1, STARTED), (pano, STARTED), (op1, full()), (pano, full())):
        clinic.send(machine, body)
    clinic.send(op1, full())
    return clinic
