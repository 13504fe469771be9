"""A program is started once in a pass, and everybody is told the same."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from agent.facts.gather import gather
from agent.host import patience
from agent.host.base import HostError, Ran
from agent.host.once import Once
from agent.host.programs import Program
from agent.host.tree import TreeHost
from rules.facts.base import Why
from tests.agent.facts.clinic import about, op1
from tests.agent.facts.windows.clinic import services


@dataclass
class Counted(TreeHost):
    """A machine that counts what is run on it, and may be held while it runs."""

    started: list[str] = field(default_factory=list)
    held: Callable[[], object] = bool

    def run(self, program: Program, *args: str) -> Ran:
        self.started.append(" ".join((program, *args)))
        self.held()
        return super().run(program, *args)


def windows(**programs: object) -> Counted:
    return Counted({}, {f"probe {name}": said for name, said in programs.items()}, os="windows")


def test_the_second_to_ask_is_given_the_first_ones_answer() -> None:
    host = windows(services=services(), tpm="{}")
    once = Once(host)
    assert once.run(Program.PROBE, "services").out == once.run(Program.PROBE, "services").out
    once.run(Program.PROBE, "tpm")
    assert host.started == ["probe services", "probe tpm"]


def test_what_failed_once_is_not_started_again() -> None:
    host = windows(services={"error": "timeout"})
    once = Once(host)
    for _ in range(2):
        with pytest.raises(HostError) as caught:
            once.run(Program.PROBE, "services")
        assert caught.value.why is Why.TIMEOUT
    assert len(host.started) == 1


def test_what_was_killed_for_who_had_no_time_is_asked_anew_by_the_next() -> None:
    host = windows(services={"error": "timeout"})
    once = Once(host)
    with patience.within(0), pytest.raises(HostError):
        once.run(Program.PROBE, "services")
    with pytest.raises(HostError):
        once.run(Program.PROBE, "services")
    assert len(host.started) == 2


def test_who_asks_while_it_runs_waits_for_its_answer() -> None:
    is_running, may_end, answers = threading.Event(), threading.Event(), []
    host = windows(services=services())
    host.held = lambda: (is_running.set(), may_end.wait(5))
    once = Once(host)

    def ask() -> None:
        answers.append(once.run(Program.PROBE, "services").rc)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert is_running.wait(5)
    may_end.set()
    for thread in threads:
        thread.join()
    assert answers == [0, 0, 0]
    assert len(host.started) == 1


def test_files_are_asked_each_time() -> None:
    once = Once(Counted({"/etc/x": "a"}))
    assert once.read("/etc/x") == b"a"
    assert (once.os, once.elevated) == ("linux", True)
    assert [entry.name for entry in once.list("/etc")] == ["x"]
    assert once.stat("/etc/x").kind == "file"


def test_two_facts_that_rest_on_samba_start_testparm_once() -> None:
    host = Counted(op1().files, op1().programs)
    readings = gather(host, about(), ["smb", "shares"])
    assert [line for line in host.started if line.startswith("testparm")] == [
        "testparm -s -v --suppress-prompt"
    ]
    assert {readings[name].cost.spawned for name in ("smb", "shares")} == {0, 1}
