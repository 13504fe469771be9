"""Hosts that carry no agent are judged by what visits left, and said apart from this machine."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.cli import status
from agent.cli.health import Health
from agent.errands import patrol, results, visit
from agent.errands import visited as left
from agent.errands.hosts import MOST_BYTES
from agent.host.base import Ran
from agent.host.recording import Call
from agent.host.recording import read as read_recording
from agent.host.recording import write as recorded
from agent.host.ssh import line
from agent.outbox.store import Outbox
from agent.paths import Home
from evidence import report
from evidence.bodies import SELF, Delta, Facts, Full, LocalEvent
from rules.facts.form import instant, timestamp
from rules.verdict import Verdict
from tests.agent.errands.test_visit import visited, written
from tests.agent.host.ssh.machine import needs_sshd, sshd

pytestmark = needs_sshd
OTHER_KEY = "ssh-ed25519 SHA256:" + "A" * 43


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with sshd(tmp_path_factory.mktemp("server")) as server:
        yield server


def bodies(practice):
    keys = practice.identity.report_keys()
    with Outbox(practice.home.outbox, read_only=True) as outbox:
        return [report.unseal(sealed.envelope, keys).body for sealed in outbox.kept()]


def remote(practice):
    """What was said of hosts."""
    return [body for body in bodies(practice) if getattr(body, "subject", SELF) != SELF]


def walk(home, capsys, *words):
    capsys.readouterr()
    assert patrol.main(home, words) == 0
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture(scope="module")
def visits(server, tmp_path_factory):
    """The folder that one visit left: every test begins with a copy of it."""
    home = Home(tmp_path_factory.mktemp("visited"))
    home.create()
    written(home, server.setting(role="nas"))
    assert visited(home, "nas") == 0
    return home.visits


@pytest.fixture
def nas(practice, server, visits):
    """OP1 that visits a NAS, and has just been there."""
    practice.home.create()
    written(practice.home, server.setting(role="nas"))
    shutil.copytree(visits, practice.home.visits, dirs_exist_ok=True)
    return practice


def test_a_visited_host_is_said_under_a_name_and_an_id_of_its_own(nas, capsys) -> None:
    walk(nas.home, capsys)

    full, *facts = remote(nas)
    assert isinstance(full, Full)
    assert full.subject.kind == "remote"
    assert full.subject.label == "nas"
    assert {rule.rule for rule in full.verdicts} >= {"volumes-encrypted", "firewall-on"}
    assert {one.subject for one in facts} == {full.subject}
    assert {name for one in facts for name in one.facts} >= {"host", "volumes", "listeners"}


def test_its_address_and_its_users_leave_in_no_report(nas, server, capsys) -> None:
    walk(nas.home, capsys)
    with Outbox(nas.home.outbox, read_only=True) as outbox:
        sealed = b"".join(one.envelope.payload for one in outbox.kept())
    assert b"127.0.0.1" not in sealed
    assert str(server.folder).encode() not in sealed


def test_a_name_planted_on_a_host_stays_on_this_machine(nas, capsys) -> None:
    canary = b"canary_smith_1987"
    row = canary + b":x:4711:4711:" + canary + b",,,:/home/" + canary + b":/bin/bash\n"
    calls = read_recording(nas.home.recording("nas").read_text())[1]
    for call in [call for call in calls if call.subject == "/etc/passwd" and call.op == "read"]:
        change(nas.home, call, calls[call] + row)
    walk(nas.home, capsys)
    with Outbox(nas.home.outbox, read_only=True) as outbox:
        sealed = b"".join(one.envelope.payload for one in outbox.kept())
    assert canary in nas.home.judged("nas").read_bytes()
    assert canary not in sealed


def test_status_tells_how_each_host_is(nas, server, capsys) -> None:
    walk(nas.home, capsys)
    health = Health.of(nas.home)
    assert health.hosts["nas"].why is None
    assert sum(health.hosts["nas"].counts.values()) == len(verdicts(nas.home))
    assert any(line.startswith("host        nas: visited") for line in status._lines(health))

    written(nas.home, server.setting(pins=(OTHER_KEY,)))
    visited(nas.home, "nas")
    walk(nas.home, capsys)
    health = Health.of(nas.home)
    assert any("the host nas shows another key" in fault for fault in health.faults)
    assert json.dumps(health.to_json()["hosts"]["nas"]["why"]) == '"untrusted_host"'


def test_this_machines_own_report_is_sealed_before_and_is_no_other(nas, capsys) -> None:
    walk(nas.home, capsys)
    said = bodies(nas)
    kinds = [getattr(body, "subject", SELF) == SELF for body in said]
    assert kinds == sorted(kinds, reverse=True)
    assert next(body.subject for body in said if isinstance(body, Full)) == SELF


def test_an_unchanged_host_seals_nothing_more_and_keeps_its_id(nas, capsys) -> None:
    walk(nas.home, capsys)
    (full,) = [body for body in remote(nas) if isinstance(body, Full)]
    before = len(remote(nas))
    walk(nas.home, capsys)
    assert len(remote(nas)) == before
    nas.home.judged("nas").unlink()
    walk(nas.home, capsys)
    again = [body for body in remote(nas) if isinstance(body, Full)]
    assert [one.subject for one in again] == [full.subject] * len(again)


def change(home, call: Call, answer) -> None:
    """What the NAS answers becomes another, as if it had been visited again later."""
    path = home.recording("nas")
    header, calls = read_recording(path.read_text())
    at = header.taken_at + timedelta(seconds=1)
    header = type(header)(header.os, header.elevated, at)
    path.write_text(recorded(header, {**calls, call: answer}))
    said = json.loads(home.visited("nas").read_text())
    home.visited("nas").write_text(json.dumps(said | {"at": timestamp(at)}))


def verdicts(home) -> dict:
    found = results.load_from(home.judged("nas"))
    return {rule: one["verdict"] for rule, one in found.verdicts.items()}


def test_what_changes_on_it_is_a_delta_on_its_own_basis(nas, capsys) -> None:
    walk(nas.home, capsys)
    change(nas.home, Call("read", "/proc/1/mountinfo", ("0", "8388608", "whole")), b"nonsense\n")
    walk(nas.home, capsys)
    (full,) = [body for body in remote(nas) if isinstance(body, Full)]
    (delta,) = [body for body in remote(nas) if isinstance(body, Delta)]
    with Outbox(nas.home.outbox, read_only=True) as outbox:
        sealed = outbox.at((1, delta.basis.seq))
    keys = nas.identity.report_keys()
    assert report.unseal(sealed.envelope, keys).body == full
    assert delta.subject == full.subject
    assert Verdict.PASS not in {one.verdict for one in delta.verdicts}


@pytest.mark.threat("lying-host")
def test_a_lying_host_makes_no_verdict_of_this_machine_other(nas, capsys) -> None:
    walk(nas.home, capsys)
    before = results.load(nas.home).verdicts
    for call in read_recording(nas.home.recording("nas").read_text())[1]:
        if call.op == "run":
            change(nas.home, call, Ran(0, b"all is well"))
    walk(nas.home, capsys, "--only=host")
    after = results.load(nas.home).verdicts
    assert {rule: one["verdict"] for rule, one in before.items()} == {
        rule: one["verdict"] for rule, one in after.items()
    }


@pytest.mark.parametrize("said", [b"", b"\xff\xfe", b"{}\n" * 9, b"[" * 100_000])
def test_a_recording_that_is_none_leaves_the_host_unknown_and_the_patrol_whole(
    nas, capsys, said
) -> None:
    nas.home.recording("nas").write_bytes(said)
    walk(nas.home, capsys)
    assert set(verdicts(nas.home).values()) <= {"unknown", "not-applicable"}


def test_a_pipe_in_place_of_a_recording_holds_nobody(nas, capsys) -> None:
    nas.home.recording("nas").unlink()
    os.mkfifo(nas.home.recording("nas"))
    walk(nas.home, capsys)
    assert set(verdicts(nas.home).values()) <= {"unknown", "not-applicable"}


def test_a_recording_of_another_visit_is_not_taken_for_this_one(nas, capsys) -> None:
    said = json.loads(nas.home.visited("nas").read_text())
    later = timestamp(instant(said["at"]) + timedelta(seconds=5))
    nas.home.visited("nas").write_text(json.dumps(said | {"at": later}))
    walk(nas.home, capsys)
    found = results.load_from(nas.home.judged("nas"))
    assert {one.reasons[0].code for one in found.readings.values() if one.reasons} >= {
        "stale_source"
    }
    assert "pass" not in verdicts(nas.home).values()


def test_a_recording_grows_stale(nas, capsys) -> None:
    walk(nas.home, capsys)
    path = nas.home.judged("nas")
    found = results.load_from(path)
    long_ago = {
        name: one._replace(observed_at=one.observed_at - timedelta(days=3))
        for name, one in found.readings.items()
    }
    results.save_to(path, replace(found, readings=long_ago))
    walk(nas.home, capsys)
    assert "pass" not in verdicts(nas.home).values()
    whys = {one["why"] for one in results.load_from(path).verdicts.values()}
    assert "stale_source" in whys


@pytest.mark.threat("lying-host")
def test_a_changed_key_is_an_event_once_and_nothing_is_believed(nas, server, capsys) -> None:
    walk(nas.home, capsys)
    written(nas.home, server.setting(pins=(OTHER_KEY,)))
    for _ in range(2):
        assert visited(nas.home, "nas") == 1
        walk(nas.home, capsys)
    events = [one for one in bodies(nas) if isinstance(one, LocalEvent)]
    (full, *_) = remote(nas)
    (event,) = [one for one in events if one.event == "visit_failed"]
    assert (event.code, event.ref) == ("untrusted_host", full.subject.id.replace("-", ""))
    assert set(verdicts(nas.home).values()) <= {"unknown", "not-applicable"}
    assert isinstance(remote(nas)[-1], Delta)


def test_a_host_that_left_the_settings_is_judged_no_more(nas, capsys) -> None:
    walk(nas.home, capsys)
    written(nas.home)
    walk(nas.home, capsys)
    last = remote(nas)[-1]
    assert isinstance(last, Full)
    assert last.verdicts == ()
    assert not nas.home.judged("nas").exists()
    assert not nas.home.recording("nas").exists()


def test_a_host_that_was_never_visited_is_not_spoken_of(practice, server, capsys) -> None:
    practice.home.create()
    written(practice.home, server.setting())
    walk(practice.home, capsys)
    assert remote(practice) == []


def test_a_machine_that_never_joined_judges_its_hosts_all_the_same(
    tmp_path, server, visits, capsys
) -> None:
    home = Home(tmp_path / "op1")
    home.create()
    written(home, server.setting())
    shutil.copytree(visits, home.visits, dirs_exist_ok=True)
    walk(home, capsys)
    assert verdicts(home)["volumes-encrypted"] in set(Verdict)


def test_the_facts_of_hosts_have_numbers_of_their_own(nas, capsys) -> None:
    walk(nas.home, capsys)
    of_host = [
        body.facts["users"]
        for body in remote(nas)
        if isinstance(body, Facts) and "users" in body.facts
    ]
    value = of_host[0]["value"]
    items = value["$items"] if isinstance(value, dict) else value
    assert items[0]["name"] == "user-1"


CRAMMED = {
    "calls without end": b'{"op":"stat","path":"/x","error":"absent"}\n' * 400_000,
    "one call without end": b'{"op":"list","path":"/x","entries":[' + b"0," * 9_000_000 + b"0]}",
    "more bytes than may be": b" " * (MOST_BYTES + 1),
}
BOUNDED = """
import resource, sys
from pathlib import Path
from agent.errands import patrol
from agent.paths import Home
most = 256 << 20
resource.setrlimit(resource.RLIMIT_DATA, (most, most))
sys.exit(patrol.main(Home(Path(sys.argv[1])), ()))
"""


@pytest.mark.threat("lying-host")
@pytest.mark.parametrize("said", CRAMMED.values(), ids=CRAMMED)
def test_a_recording_that_is_crammed_costs_that_host_alone(nas, said) -> None:
    header = nas.home.recording("nas").read_bytes().partition(b"\n")[0]
    nas.home.recording("nas").write_bytes(header + b"\n" + said)
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, str(nas.home.root)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert set(verdicts(nas.home).values()) <= {"unknown", "not-applicable"}
    assert "pass" in {one["verdict"] for one in results.load(nas.home).verdicts.values()}


def asked_for_two_seconds(practice, server) -> None:
    """As a visit does it, with less patience."""
    seen = visit.visit(server.setting(), practice.home, limit=2.0)
    visit._record(practice.home, "nas", seen)
    left.leave(practice.home, "nas", left.Visited(seen.at, None, seen.pin))


@pytest.mark.parametrize(
    "command",
    ["while :; do echo drip; sleep 0.1; done", "sleep 60", "kill -9 $PPID", "cat", "yes"],
    ids=["drips", "is mute", "dies", "says what it is told", "never stops"],
)
def test_a_server_that_answers_oddly_passes_nothing_and_is_said(
    practice, tmp_path, capsys, command
) -> None:
    practice.home.create()
    (tmp_path / "odd").mkdir()
    with sshd(tmp_path / "odd", f"ForceCommand {command}") as server:
        written(practice.home, server.setting())
        began = time.monotonic()
        asked_for_two_seconds(practice, server)
        assert time.monotonic() - began < 15
    walk(practice.home, capsys)
    assert set(verdicts(practice.home).values()) <= {"unknown", "not-applicable"}
    assert isinstance(remote(practice)[0], Full)


def test_a_host_that_is_off_is_unreachable_at_once_and_known_again_when_it_is_back(
    nas, server, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(line, "RETRIES", 0)
    walk(nas.home, capsys)
    before = verdicts(nas.home)
    written(nas.home, server.setting(port=1))
    assert visited(nas.home, "nas") == 1
    walk(nas.home, capsys)
    whys = {one["why"] for one in results.load_from(nas.home.judged("nas")).verdicts.values()}
    assert "unreachable" in whys
    assert "pass" not in verdicts(nas.home).values()

    written(nas.home, server.setting(role="nas"))
    assert visited(nas.home, "nas") == 0
    walk(nas.home, capsys)
    assert verdicts(nas.home) == before
