"""Rules on their way to a machine: fetched without privilege, installed without a network."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errands import courier, fetch_packs, install_packs, patrol, results
from agent.outbox.mailbag import Mailbag
from agent.outbox.store import Outbox
from agent.packs.rules import in_force
from evidence import report
from evidence.bodies import Full, LocalEvent
from evidence.messages import ReadToken
from rules.compiled import builtin
from tests.agent.packs.conftest import Machine, op1, repository  # noqa: F401 - fixtures
from tests.agent.packs.repository import Repository, sha256
from tests.agent.wire import Says


@pytest.fixture
def ruled(op1: Machine, repository: Repository) -> Machine:  # noqa: F811
    """OP1, whose controller serves rules over TLS to who has the token of its last answer."""
    controller = op1.practice.controller
    controller.read = ReadToken(token="t" * 20, until=op1.now + timedelta(hours=1))
    controller.repository = repository
    repository.publish("9.0.0")
    return op1


def bodies(machine):
    keys = machine.identity.report_keys()
    with Outbox(machine.home.outbox, read_only=True) as outbox:
        return [report.unseal(sealed.envelope, keys).body for sealed in outbox.kept()]


def events(machine):
    return [
        (body.event, body.code, body.n) for body in bodies(machine) if isinstance(body, LocalEvent)
    ]


def judged_by(machine):
    rules = in_force(machine.home, machine.identity, machine.now, builtin.pack)
    return [pack.version for pack in rules.packs]


def walk(machine, capsys):
    assert patrol.main(machine.home, ["--only=agent"]) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def updated(machine, capsys):
    """Courier, fetch, install, patrol: what the guard does, one after the other."""
    assert courier.main(machine.home) == 0
    assert fetch_packs.main(machine.home) == 0
    code = install_packs.main(machine.home)
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    return code, said, walk(machine, capsys)


def test_the_courier_says_that_there_are_other_rules(ruled, capsys):
    courier.main(ruled.home)

    assert json.loads(capsys.readouterr().out)["packs"] is True
    assert ruled.home.packs_wanted.exists()


def test_rules_come_from_the_controller_into_the_next_report(ruled, capsys):
    code, said, line = updated(ruled, capsys)

    assert (code, said) == (0, {"patrol": True})
    assert line["every"] == 3600
    assert events(ruled) == [("pack_installed", None, 1)]
    (full,) = [body for body in bodies(ruled) if isinstance(body, Full)]
    assert full.policy.state == "fresh"
    assert [pack.version for pack in full.policy.packs] == ["9.0.0"]
    assert full.policy.packs[0].sha256 == sha256(ruled.repository.packs["9.0.0"])


def test_a_courier_that_holds_the_newest_rules_asks_for_none(ruled, capsys):
    updated(ruled, capsys)

    courier.main(ruled.home)

    assert "packs" not in json.loads(capsys.readouterr().out)


def test_the_same_rules_again_are_said_once(ruled, capsys):
    updated(ruled, capsys)
    before = len(bodies(ruled))
    ruled.repository.sign_online()

    _, said, _ = updated(ruled, capsys)

    assert said == {"patrol": False}
    assert len(bodies(ruled)) == before


def test_a_refused_pack_is_said_with_its_code_and_leaves_the_old_one(ruled, capsys):
    updated(ruled, capsys)
    ruled.repository.packs = {"9.1.0": ruled.repository.packs["9.0.0"]}
    ruled.repository.assign()

    code, said, _ = updated(ruled, capsys)

    assert (code, said) == (1, {"patrol": True})
    assert judged_by(ruled) == ["9.0.0"]
    assert events(ruled)[-1] == ("pack_rejected", "DL704", 0)


def test_a_new_pack_is_a_full_report_with_its_cause(ruled, capsys):
    updated(ruled, capsys)
    ruled.repository.publish("9.1.0")

    updated(ruled, capsys)

    causes = [body.cause for body in bodies(ruled) if isinstance(body, Full)]
    assert causes == ["epoch", "pack"]


def test_what_is_refused_on_the_way_is_said_by_the_patrol(ruled, capsys):
    walk(ruled, capsys)
    thief = ruled.repository.stolen()
    thief.keys["targets"] = thief.keys["timestamp"]
    thief.publish("9.1.0")
    ruled.practice.controller.repository = thief
    courier.main(ruled.home)

    assert fetch_packs.main(ruled.home) == 1
    walk(ruled, capsys)

    assert ("pack_rejected", None, 1) in events(ruled)
    assert judged_by(ruled) == [builtin.pack().version]


def test_without_leave_to_read_nothing_is_asked(ruled, capsys):
    assert fetch_packs.main(ruled.home) == 75

    assert "A804" in capsys.readouterr().err
    assert not any(heard.path.startswith("/tuf/") for heard in ruled.practice.door.heard)


def test_a_token_that_is_over_is_not_sent(ruled, capsys):
    ruled.practice.controller.read = ReadToken(
        token="t" * 20,
        until=ruled.now - timedelta(seconds=1),
    )
    courier.main(ruled.home)

    assert fetch_packs.main(ruled.home) == 75


def test_an_alien_answer_for_rules_is_tried_later(ruled, capsys):
    courier.main(ruled.home)
    ruled.practice.controller.mangle = lambda *_: Says(302, b"", {"Location": "http://login/"})

    assert fetch_packs.main(ruled.home) == 75

    with Mailbag(ruled.home.courier, ruled.identity.anchor) as bag:
        assert bag.doubts() == {}


def test_a_machine_that_never_joined_fetches_and_installs_nothing(tmp_path: Path, capsys):
    from agent.paths import Home

    home = Home(tmp_path / "alone")

    assert fetch_packs.main(home) == 0
    assert install_packs.main(home) == 0
    assert "dentinel enroll" in capsys.readouterr().err


def test_a_machine_that_joined_before_there_was_a_root_is_told_to_join_again(practice, capsys):
    assert install_packs.main(practice.home) == 75

    assert "join again" in capsys.readouterr().err


def test_rules_that_expire_are_said_once_and_judged_by(ruled, capsys):
    updated(ruled, capsys)
    shorten(ruled)

    walk(ruled, capsys)
    walk(ruled, capsys)

    assert events(ruled).count(("packs_expired", None, 0)) == 1
    (*_, full) = [body for body in bodies(ruled) if isinstance(body, Full)]
    assert (full.cause, full.policy.state) == ("pack", "expired")
    assert results.load(ruled.home).policy["state"] == "expired"


def shorten(machine):
    """As if the end of root and targets had come."""
    from dataclasses import replace

    from agent.packs.record import Record

    record = Record.load(machine.home)
    past = machine.now - timedelta(days=1)
    replace(record, rules=replace(record.rules, expires_at=past)).save(machine.home)


@pytest.mark.parametrize("errand", [fetch_packs, install_packs])
def test_words_that_an_errand_does_not_know_are_wrong_use(errand, practice, capsys):
    assert errand.main(practice.home, ["--force"]) == 2
