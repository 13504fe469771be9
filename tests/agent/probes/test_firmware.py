"""A variable of the firmware is one byte, and a right is asked for by its number."""

import pytest

from agent.probes import firmware
from agent.probes.base import ProbeError
from agent.probes.calls import privilege


@pytest.mark.parametrize("value", [0, 1, 255])
def test_the_byte_is_the_number(value) -> None:
    assert firmware.told(bytes([value])) == {"setup_mode": value}


@pytest.mark.parametrize("data", [b"", b"\0\0"])
def test_another_size_is_no_such_variable(data) -> None:
    with pytest.raises(ProbeError) as error:
        firmware.told(data)
    assert error.value.number == 13


def test_one_right_is_enabled_and_no_other() -> None:
    request = privilege.wanted(privilege.Luid(22, 0))
    assert bytes(request) == bytes([1, 0, 0, 0, 22, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0])
