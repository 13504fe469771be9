"""Every machine that was written by hand, recorded."""

from agent.facts.gather import gather
from agent.facts.index import afar
from agent.host.kept.home import moved
from agent.host.recorded import Recorder
from rules.facts.base import Reading
from tests.agent.facts.clinic import about
from tests.agent.facts.test_no_failure_passes import MACHINES, made
from tests.agent.storage.stacks import STACKS

NAMES = (*MACHINES, *STACKS)


def recorded(machine: str) -> tuple[Recorder, dict[str, Reading]]:
    """A machine without settings that was asked all facts, and what it answered."""
    recorder = Recorder(made(machine).host)
    readings = gather(recorder, about(), None, afar(recorder.os))
    recorder.calls = moved(recorder.calls, about().home)
    return recorder, readings
