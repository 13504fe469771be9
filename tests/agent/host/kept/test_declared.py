"""Each program says what of its output may be kept: one that does not is kept empty."""

import pytest

from agent.host.kept import probes, programs
from agent.host.kept.forms import Nothing
from agent.host.kept.programs import OUTPUTS
from agent.host.programs import Program
from agent.probes.index import PROBES


@pytest.mark.parametrize("program", [one for one in Program if one != "probe"])
def test_a_program_says_what_of_its_output_may_be_kept(program) -> None:
    assert program in OUTPUTS, "add its row to agent/host/kept/programs.py"


@pytest.mark.parametrize("probe", PROBES)
def test_a_probe_says_what_of_its_document_may_be_kept(probe) -> None:
    assert probe in probes.PROBES, "add its fields to agent/host/kept/probes.py"


def test_of_a_probe_that_says_nothing_nothing_is_kept() -> None:
    assert isinstance(programs.form("probe", ("unheard-of",)), Nothing)
