"""A source says where a fact was read, and never whose folder it was."""

import pytest

from agent.host.base import Absent
from agent.host.tree import TreeHost
from agent.host.witness import Witness


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/etc/ssh/sshd_config", "/etc/ssh"),
        ("/srv/Praxis-Meier/2026", "/srv"),
        ("/proc/812/fd/3", "/proc/PID/fd/PID"),
        (r"C:\Users\lee\NTUSER.DAT", r"C:\Users"),
        (r"D:\Praxis-Meier\2026", "D:"),
        ("D:/Praxis-Meier/2026", "D:"),
        ("D:", "D:"),
    ],
)
def test_a_source_is_the_place_of_a_call_and_no_more(path, place) -> None:
    witness = Witness(TreeHost({}, os="linux" if path.startswith("/") else "windows"))
    with pytest.raises(Absent):
        witness.read(f"{path}")
    assert [source.call for source in witness.sources] == [f"read:{place}"]
