"""What systemd says of services, in the words of the catalogue."""

from typing import Any

import pytest

from agent.facts.services import linux as services
from agent.host.base import HostError
from agent.host.tree import TreeHost
from agent.readers.errors import ParseError
from tests.agent.facts.clinic import SYSTEMCTL, UNITS, about


def found(answer: Any) -> list[tuple[Any, ...]]:
    items = services.linux(TreeHost({}, {SYSTEMCTL: answer}), about()).items
    return [(one.name, one.state, one.start) for one in items]


def test_a_service_that_is_not_started_by_itself_may_be_by_hand() -> None:
    assert found(UNITS) == [
        ("ssh.service", "running", "auto"),
        ("vsftpd.service", "stopped", "manual"),
    ]


@pytest.mark.parametrize(
    ("active", "state"),
    [
        ("active", "running"),
        ("failed", "stopped"),
        ("activating", "other"),
        ("what-comes-next-year", "other"),
    ],
)
def test_what_is_on_its_way_neither_runs_nor_rests(active, state) -> None:
    assert found(f"Id=x.service\nActiveState={active}\nUnitFileState=static\n")[0][1] == state


@pytest.mark.parametrize(
    ("file", "start"),
    [("masked", "disabled"), ("static", "manual"), ("generated", "auto"), ("", "other")],
)
def test_only_a_masked_one_cannot_start(file, start) -> None:
    assert found(f"Id=x.service\nActiveState=active\nUnitFileState={file}\n")[0][2] == start


@pytest.mark.parametrize("answer", ["", "\n", UNITS[:-20], UNITS.replace("Id=", "Kennung=")])
def test_a_list_that_is_cut_or_strange_is_no_list(answer) -> None:
    with pytest.raises(ParseError):
        found(answer)


def test_without_systemd_there_is_no_answer() -> None:
    with pytest.raises(HostError):
        found({"rc": 1})
