"""A patrol over this machine: it judges always, and seals what is new, and only that."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.errands import patrol, results
from agent.identity.binding import Binding
from agent.imaging.ledger import Ledger
from agent.outbox.store import Outbox
from agent.paths import Home
from evidence import report
from evidence.bodies import Delta, Facts, Full, LocalEvent
from rules.compiled import builtin
from rules.verdict import Verdict


def bodies(practice):
    keys = practice.identity.report_keys()
    with Outbox(practice.home.outbox, read_only=True) as outbox:
        return [report.unseal(sealed.envelope, keys).body for sealed in outbox.kept()]


def kinds(practice):
    return [type(body) for body in bodies(practice)]


def walk(home, capsys, *words):
    assert patrol.main(home, words) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def alone(tmp_path):
    """A machine that has not joined."""
    return Home(tmp_path / "op1")


def test_a_machine_that_never_joined_is_judged_and_seals_nothing(alone, capsys):
    line = walk(alone, capsys)

    assert line == {"enrolled": False, "agent": None, "waiting": 0}
    assert {*results.load(alone).verdicts} == {rule.id for rule in builtin.pack().rules}
    assert not alone.outbox.exists()


def test_keys_that_could_not_be_read_are_told_of_when_they_can_again(practice, capsys):
    key = practice.home.report_key.read_bytes()
    practice.home.report_key.unlink()
    for _ in range(2):
        assert not walk(practice.home, capsys, "--only=host")["enrolled"]
    practice.home.report_key.write_bytes(key)
    for _ in range(2):
        walk(practice.home, capsys, "--only=host")

    said = [body for body in bodies(practice) if isinstance(body, LocalEvent)]
    assert [(body.event, body.n) for body in said] == [("key_unreadable", 2)]


@pytest.mark.threat("cloned-machine")
def test_a_copy_finds_out_at_its_start_and_judges_on(practice, capsys):
    Binding("board-1", "install-1", "disk-1").save(practice.home.binding)

    assert walk(practice.home, capsys)["enrolled"]
    assert not walk(practice.home, capsys, "--cause=start")["enrolled"]
    assert not practice.home.report_key.exists()
    assert not walk(practice.home, capsys)["enrolled"]
    assert {*results.load(practice.home).verdicts} == {rule.id for rule in builtin.pack().rules}


def test_a_machine_whose_pack_is_damaged_judges_nothing_and_says_why(alone, capsys, tmp_path):
    (tmp_path / "compiled.json").write_bytes(builtin.data()[:-1])

    code = patrol.main(alone, (), lambda: builtin.carried(tmp_path / "compiled.json"))

    assert code == 1
    assert "install dentinel anew" in capsys.readouterr().err
    assert not alone.results.exists()


def test_the_first_patrol_of_a_machine_says_everything(practice, capsys):
    line = walk(practice.home, capsys, "--cause=start", "--event=agent_started=1")

    event, full, *facts = bodies(practice)
    assert event == LocalEvent(event="agent_started", code=None, ref=None, n=1)
    assert isinstance(full, Full)
    assert (full.cause, full.policy.state, full.policy.packs[0].pack) == (
        "epoch",
        "builtin",
        "dental-baseline",
    )
    assert [one.rule for one in full.verdicts] == [rule.id for rule in builtin.pack().rules]
    assert {name for body in facts for name in body.facts} >= {"host", "volumes", "agent"}
    assert line["agent"] == practice.identity.agent
    assert line["waiting"] == len(bodies(practice))


def test_an_unchanged_machine_seals_nothing_more(practice, capsys):
    # What else runs here may change this machine between two looks; not between each two.
    sealed = [0]
    while len(sealed) < 6 and sealed[-1] not in sealed[:-1]:
        walk(practice.home, capsys)
        sealed.append(len(bodies(practice)))

    assert sealed[-1] == sealed[-2] > 0, sealed


def test_a_start_and_a_new_day_say_everything_again(practice, capsys):
    walk(practice.home, capsys)
    walk(practice.home, capsys, "--cause=start")
    found = results.load(practice.home)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    results.save(practice.home, replaced(found, said=replaced(found.said, full_at=yesterday)))

    walk(practice.home, capsys)

    assert [body.cause for body in bodies(practice) if isinstance(body, Full)] == [
        "epoch",
        "start",
        "daily",
    ]


def replaced(found, **changed):
    return replace(found, **changed)


def test_a_changed_verdict_is_said_with_the_facts_it_rests_on(practice, capsys):
    walk(practice.home, capsys)
    count = len(bodies(practice))
    found = results.load(practice.home)
    older = {**found.said.verdicts, "volumes-encrypted": "another"}
    results.save(practice.home, replaced(found, said=replaced(found.said, verdicts=older)))

    walk(practice.home, capsys, "--only=volumes")

    facts, delta = bodies(practice)[count:]
    assert isinstance(facts, Facts)
    assert "volumes" in facts.facts
    assert isinstance(delta, Delta)
    assert [one.rule for one in delta.verdicts] == ["volumes-encrypted"]
    assert delta.imaging is None


def test_a_patrol_of_one_fact_judges_what_rests_on_it_alone(alone, capsys):
    walk(alone, capsys)
    before = results.load(alone)

    walk(alone, capsys, "--only=imaging")

    after = results.load(alone)
    assert after.readings["imaging"].observed_at > before.readings["imaging"].observed_at
    assert after.readings["patching"] == before.readings["patching"]
    assert after.verdicts["patches-current"] == before.verdicts["patches-current"]


def test_a_costly_fact_is_not_read_again_while_it_holds(alone, capsys):
    walk(alone, capsys)
    before = results.load(alone).readings

    walk(alone, capsys)

    after = results.load(alone).readings
    assert after["volumes"].observed_at > before["volumes"].observed_at
    assert after["patching"].observed_at == before["patching"].observed_at


def test_settings_that_cannot_be_used_never_let_an_imaging_rule_pass(alone, capsys):
    walk(alone, capsys)
    alone.settings.write_text('role = "dentist"')

    walk(alone, capsys)

    found = results.load(alone).verdicts
    verdicts = {found["images-encrypted"]["verdict"], found["exports-encrypted"]["verdict"]}
    assert verdicts == {Verdict.UNKNOWN}


def test_lost_keys_do_not_end_the_judging(practice, capsys):
    practice.home.report_key.unlink()

    line = walk(practice.home, capsys)

    assert line["enrolled"] is False
    assert results.load(practice.home).verdicts


def test_that_a_path_was_shown_is_sealed_once(practice, capsys):
    finding = "0f3ad1c2b4e5968778695a4b3c2d1e0f"
    with Ledger.open(practice.home.local) as ledger:
        ledger.findings.reveal(finding, 1000.0)

    walk(practice.home, capsys)
    walk(practice.home, capsys)

    said = [body for body in bodies(practice) if isinstance(body, LocalEvent)]
    assert [(event.event, event.ref) for event in said] == [("reveal", finding)]


def test_a_clock_that_was_set_is_said(practice, capsys):
    walk(practice.home, capsys)
    found = results.load(practice.home)
    clocks = replaced(found.clocks, at=found.clocks.at - timedelta(hours=2))
    results.save(practice.home, replaced(found, clocks=clocks))

    walk(practice.home, capsys)

    (event,) = [body for body in bodies(practice) if isinstance(body, LocalEvent)]
    assert event.event == "clock_changed"
    assert 7100 < event.n < 7300


def test_a_new_enrolment_begins_anew(practice, capsys):
    walk(practice.home, capsys)
    practice.join(new_identity=True)

    walk(practice.home, capsys)

    assert [body.cause for body in bodies(practice) if isinstance(body, Full)][-1] == "epoch"


@pytest.mark.parametrize(
    "word", ["--only=disks", "--cause=boredom", "--event=party=1", "--event=reveal=x", "now"]
)
def test_what_no_patrol_knows_is_wrong_use(alone, word):
    assert patrol.main(alone, [word]) == 2


def test_damaged_results_are_as_none(alone, capsys):
    walk(alone, capsys)
    alone.results.write_bytes(alone.results.read_bytes()[:-20])

    assert results.load(alone) == results.Results()
    walk(alone, capsys)
    assert results.load(alone).verdicts
