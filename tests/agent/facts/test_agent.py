"""The fact `agent`: known where an agent has run, not collected where none has."""

from datetime import UTC, datetime

import pytest

from agent.errands import patrol
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.guard import state
from agent.host.local import LocalHost
from agent.paths import Home
from agent.settings import Settings


def read(home):
    about = About(Settings(), home, Memory.none(), datetime.now(UTC))
    return gather(LocalHost(), about, ["agent"])["agent"].value


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "op1")


def test_where_no_agent_has_run_nothing_of_it_is_made_up(home):
    value = read(home)

    unread = {name for name, leaf in value.items() if leaf == {"$unknown": "not_collected"}}
    assert unread == {"facts_unknown", "over_budget", "cpu_day", "memory"}
    assert value["controller_seen"] is None
    assert value["rules_state"] == "builtin"


def test_after_a_patrol_the_unread_facts_are_counted(home):
    patrol.main(home, [])

    value = read(home)

    assert isinstance(value["facts_unknown"], int)
    assert value["over_budget"] == []


def test_what_waits_is_counted(practice):
    practice.seal(3)

    value = read(practice.home)

    assert value["outbox_waiting"] == 3
    assert value["outbox_oldest"] is not None


def test_a_running_guard_is_weighed(home):
    home.create()
    record = state.Record(home)
    record.keep({}, {}, 1000.0, at_once=True)

    value = read(home)

    assert value["memory"] > 1 << 20
    assert value["cpu_day"].endswith("s")


def test_a_guard_that_has_stopped_costs_nothing_known(home):
    home.create()
    record = state.Record(home)
    record.keep({}, {}, 1000.0, at_once=True)
    record.close(1001.0)

    assert read(home)["cpu_day"] == {"$unknown": "not_collected"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"readings": 3}', '{"readings": {"host": {}}}'])
def test_damaged_files_are_unknown_and_never_healthy(home, text):
    home.create()
    home.results.write_text(text)
    home.guard.write_text(text)

    value = read(home)

    assert value["memory"] in ({"$unknown": "parse_error"}, {"$unknown": "not_collected"})
    assert value["facts_unknown"] in ({"$unknown": "parse_error"}, 1)
