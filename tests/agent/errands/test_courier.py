"""The courier as the guard starts it: a process, its last line, its exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errands import courier
from agent.outbox import standing
from agent.paths import Home
from tests.agent.controller import problem
from tests.agent.practice import Practice
from tests.agent.wire import Authority, Says, opened

ROOT = Path(__file__).parents[3]


def run(home: Path, **environment: str) -> tuple[int, dict, str]:
    """As a process: exit code, the last line of standard output, what was complained of."""
    done = subprocess.run(
        [sys.executable, "-m", "agent", "--home", str(home), "courier"],
        capture_output=True, text=True, cwd=ROOT, env={"PATH": "/usr/bin:/bin", **environment},
        check=False,
    )  # fmt: skip
    assert done.stdout.count("\n") == 1, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]):
    """The same in this process."""

    def run_here(home: Path) -> tuple[int, dict, str]:
        code = courier.main(Home(home))
        told = capsys.readouterr()
        assert told.out.count("\n") == 1
        return code, json.loads(told.out), told.err

    return run_here


def test_what_waits_is_sent_and_the_guard_is_told(practice: Practice) -> None:
    practice.seal(3)
    code, line, complaints = run(practice.home.root)

    assert (code, line) == (0, {"waiting": 0, "next_s": 300, "patrol": False})
    assert complaints == ""
    assert practice.states() == ["stored"] * 3


def test_a_machine_that_never_joined_has_nothing_to_send(tmp_path: Path, here) -> None:
    code, line, complaints = here(tmp_path)

    assert (code, line) == (0, {"waiting": 0, "next_s": None, "patrol": False})
    assert "dentinel enroll" in complaints


def test_an_unreachable_controller_is_tried_later(practice: Practice, here) -> None:
    practice.seal(2)
    practice.controller.mangle = lambda *_: problem(503, "busy")
    code, line, _ = here(practice.home.root)

    assert code == courier.LATER == 75
    assert line["waiting"] == 2
    assert 1 <= line["next_s"] <= 30


def test_a_pause_that_has_begun_is_kept(practice: Practice, here) -> None:
    practice.seal(1)
    practice.controller.mangle = lambda *_: Says(503, b"", {"Retry-After": "3600"})
    here(practice.home.root)
    asked = len(practice.door.heard)
    code, line, _ = here(practice.home.root)

    assert (code, len(practice.door.heard)) == (75, asked)
    assert 3500 < line["next_s"] <= 3600


def test_a_rejected_report_wakes_the_patrol(practice: Practice, here) -> None:
    practice.seal(1)
    practice.controller.rejects = lambda _: "schema"
    _, line, _ = here(practice.home.root)

    assert line["patrol"]
    assert practice.home.patrol_wanted.exists()


def test_a_lost_courier_key_is_said_and_ends_nothing(practice: Practice, here) -> None:
    practice.home.courier_key.write_bytes(b"rubbish")
    code, line, complaints = here(practice.home.root)

    assert (code, line["patrol"]) == (75, False)
    assert "A303" in complaints
    assert practice.home.courier_key.read_bytes() == b"rubbish"


@pytest.mark.threat("foreign-ca")
def test_the_environment_lends_no_trust(practice: Practice, tmp_path: Path) -> None:
    """Another CA, put where other programs look for one: nothing is said to its server."""
    practice.seal(1)
    inspector = Authority(name="Inspecting Proxy CA")
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(inspector.pem)
    with opened(inspector, tmp_path, practice.controller) as door:
        trust = practice.identity.trust
        practice.home.trust.write_bytes(
            practice.home.trust.read_bytes().replace(
                f'"port":{trust.port}'.encode(), f'"port":{door.port}'.encode()
            )
        )
        code, _, _ = run(
            practice.home.root, SSL_CERT_FILE=str(bundle), REQUESTS_CA_BUNDLE=str(bundle),
            SSL_CERT_DIR=str(tmp_path),
        )  # fmt: skip

    assert (code, door.heard) == (75, [])
    stands = standing.read(practice.home)
    assert "Inspecting Proxy CA" in stands.said
    assert stands.waiting == 1


def test_a_proxy_of_the_settings_is_used_and_no_way_around_it(practice: Practice, here) -> None:
    practice.home.settings.write_text('proxy = "http://127.0.0.1:9"\n')
    heard = len(practice.door.heard)
    code, _, _ = here(practice.home.root)

    assert (code, len(practice.door.heard)) == (75, heard)
    assert "nothing listens" in standing.read(practice.home).said


def test_a_proxy_of_the_environment_is_not_used(practice: Practice) -> None:
    nowhere = "http://127.0.0.1:9"
    code, _, _ = run(practice.home.root, HTTPS_PROXY=nowhere, https_proxy=nowhere)

    assert code == 0


def test_settings_with_a_mistake_do_not_keep_reports_back(practice: Practice, here) -> None:
    practice.seal(1)
    practice.home.settings.write_text("proxy = 7\n")
    code, line, complaints = here(practice.home.root)

    assert (code, line["waiting"]) == (0, 0)
    assert "agent.toml" in complaints


def test_the_boot_is_what_the_guard_says(practice: Practice, here) -> None:
    practice.home.guard.write_text('{"boot": "00112233445566ff"}')
    here(practice.home.root)

    assert b'"boot":"00112233445566ff"' in practice.door.heard[-1].body


def test_without_a_guard_the_boot_is_a_word_that_stays(practice: Practice, here) -> None:
    here(practice.home.root)
    here(practice.home.root)

    first, second = (h.body.split(b'"boot":"')[1][:16] for h in practice.door.heard[-2:])
    assert first == second


def test_it_loads_neither_facts_nor_yaml_nor_typer(practice: Practice) -> None:
    code = (
        "import sys, agent.errands.courier;"
        "print(*sorted(m for m in sys.modules if m.split('.')[0] in "
        "{'yaml', 'typer', 'psutil', 'jsonschema'} or m.startswith(('agent.facts', 'agent.host',"
        "'agent.imaging', 'rules.engine', 'rules.language'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert done.stdout.strip() == ""


@pytest.mark.parametrize("joined", [True, False])
def test_standing_makes_no_file(practice: Practice, joined: bool) -> None:
    if not joined:
        practice.home.enrolled.unlink()
    before = sorted(practice.home.root.rglob("*"))

    stands = standing.read(practice.home)
    assert (stands.waiting, stands.head, stands.said) == (0, None, None)
    assert sorted(practice.home.root.rglob("*")) == before


def test_standing_says_what_waits_and_since_when(practice: Practice) -> None:
    practice.seal(3)
    stands = standing.read(practice.home)
    assert (stands.waiting, stands.oldest_at, stands.head) == (3, practice.now, (1, 3))

    practice.deliver()
    stands = standing.read(practice.home)
    assert (stands.waiting, stands.oldest_at, stands.state) == (0, None, "active")
    assert stands.seen_at is not None
