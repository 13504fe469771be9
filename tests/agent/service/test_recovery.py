"""The command of a service names its program in quotes."""

import pytest

from agent.service.recovery import quoted

PROGRAM = r"C:\Program Files\dentinel\dentinel.exe"


@pytest.mark.parametrize("given", [PROGRAM, PROGRAM.lower()])
def test_a_path_with_spaces_is_quoted(given):
    assert quoted(f"{given} agent service", PROGRAM) == f'"{given}" agent service'


@pytest.mark.parametrize("given", [f'"{PROGRAM}" agent service', r"C:\other.exe agent service"])
def test_what_is_quoted_or_another_program_stays(given):
    assert quoted(given, PROGRAM) == given
