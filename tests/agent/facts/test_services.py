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


def unit(load: str = "loaded", active: str = "active", file: str = "static") -> str:
    return f"Id=x.service\nLoadState={load}\nActiveState={active}\nUnitFileState={file}\n"


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
    assert found(unit(active=active))[0][1] == state


@pytest.mark.parametrize(
    ("file", "start"),
    [("masked", "disabled"), ("static", "manual"), ("generated", "auto"), ("", "other")],
)
def test_only_a_masked_one_cannot_start(file, start) -> None:
    assert found(unit(file=file))[0][2] == start


def test_a_name_that_no_file_describes_is_no_service_until_it_runs() -> None:
    gone, rest = unit(load="not-found", active="inactive"), unit(load="not-found", file="")
    assert found(gone + "\n" + rest) == [("x.service", "running", "other")]


@pytest.mark.parametrize("answer", ["", "\n", UNITS[:-20], UNITS.replace("Id=", "Kennung=")])
def test_a_list_that_is_cut_or_strange_is_no_list(answer) -> None:
    with pytest.raises(ParseError):
        found(answer)


def test_without_systemd_there_is_no_answer() -> None:
    with pytest.raises(HostError):
        found({"rc": 1})
