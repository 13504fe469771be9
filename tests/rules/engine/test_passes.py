"""What passes is looked at once more, for who asks: a few items, and what each was judged by."""

import pytest

from rules.engine.passes import is_asked, passing
from rules.engine.snapshot import Snapshot
from rules.engine.terms import plain
from rules.verdict import Verdict


@pytest.fixture
def passes(compile_rule, read, now):
    """The entries of what passes of a rule, as (item, clause, seen)."""

    def passes(body: str, limit: int = 5, **facts):
        rule = compile_rule(body).rules[0]
        readings = {name: read(name, form) for name, form in facts.items()}
        found = passing(rule, Snapshot(readings, now), now, plain(rule), limit)
        assert all(entry.verdict is Verdict.PASS for entry in found)
        return [(entry.item, entry.clause, dict(entry.seen)) for entry in found]

    return passes


EVERY = """
every: users
where: user.enabled
each_must:
  - {that: user.interactive, say: "${user.name} is no person"}
  - {that: not user.guest, say: "${user.name} is a guest"}
if_none: pass
"""


def person(name: str, **changed):
    return {"name": name, "enabled": True, "interactive": True, "guest": False, **changed}


def test_an_item_that_passes_shows_all_that_it_was_judged_by(passes) -> None:
    assert passes(EVERY, users=[person("dr_lee")]) == [
        ("dr_lee", 0, {"user.interactive": True, "user.guest": False, "user.name": "dr_lee"})
    ]


def test_what_is_not_selected_or_does_not_pass_is_not_shown(passes) -> None:
    users = [
        person("front_desk", enabled=False),
        person("msp_tech", guest=True),
        person("kiosk", interactive={"$unknown": "timeout"}),
    ]
    assert passes(EVERY, users=users) == []


def test_a_few_are_enough(passes) -> None:
    users = [person(f"user{number}") for number in range(9)]
    assert len(passes(EVERY, limit=3, users=users)) == 3


def test_clauses_about_the_machine_come_first(passes) -> None:
    body = """
must:
  - {that: agent.elevated, say: not all can be read}
  - {that: agent.memory > 1, say: no memory}
"""
    found = passes(body, agent={"elevated": True, "memory": 0})
    assert found == [(None, 0, {"agent.elevated": True})]


def test_of_no_nothing_is_shown_and_of_some_what_counts(passes) -> None:
    no = "no: users\nwhere: user.guest\nsay: a guest may sign in"
    some = "some: users\nwhere: user.admin\nsay: nobody can mend it"
    users = [person("dr_lee", admin=True), person("front_desk", admin=False)]
    assert passes(no, users=users) == []
    assert [entry[0] for entry in passes(some, users=users)] == ["dr_lee"]


def test_a_list_that_was_not_read_shows_nothing(passes) -> None:
    assert passes(EVERY, users={"$unknown": "timeout"}) == []


def test_a_rule_is_asked_where_its_condition_holds(compile_rule, read, now) -> None:
    body = 'when: host.os == "linux"\nmust:\n  - {that: agent.elevated, say: not all can be read}'
    rule = compile_rule(body).rules[0]
    for value, asked in (("linux", True), ("macos", False), ({"$unknown": "timeout"}, False)):
        snapshot = Snapshot({"host": read("host", {"os": value})}, now)
        assert is_asked(rule, snapshot, now, plain(rule)) is asked
