"""The agent on a real Python for Windows, under Wine, which enforces no access list."""

import json

import pytest

pytestmark = pytest.mark.slow


def test_the_guard_is_a_service_that_starts_errands_and_stops_cleanly(pc):
    command = f"{pc.python} -I -m agent --home C:\\op1 service"
    assert pc.ask("sc", "create", "dentinel", "start=", "demand", "binPath=", command)[0] == 0
    assert pc.ask("sc", "start", "dentinel")[0] == 0

    pc.until(lambda: "patrol" in pc.guard().get("errands", {}))
    key = pc.ask("reg", "query", r"HKLM\System\CurrentControlSet\Services\dentinel")[1]
    assert f'"{pc.python}" -I' in key, "its path is quoted, whoever made it"

    assert pc.ask("sc", "stop", "dentinel")[0] == 0
    assert pc.until(lambda: pc.guard().get("stopped_at") and pc.guard())["errands"] == {}
    pc.until(lambda: "STOPPED" in pc.ask("sc", "query", "dentinel")[1])


def test_a_key_is_wrapped_and_opens_here_alone(pc):
    code = (
        "from pathlib import Path; from agent.identity import keyfile;"
        "from evidence.keys import SigningKey;"
        "key = SigningKey.from_seed(bytes(range(32))); at = Path('C:/report.key');"
        "keyfile.write(at, key, 'report'); assert keyfile.read(at, 'report').seed == key.seed"
    )
    done = pc.wine.run(pc.python, "-I", "-c", code)

    assert done == b""
    kept = json.loads((pc.drive / "report.key").read_text())
    assert "seed" not in kept
    assert bytes(range(32)).hex() not in kept["dpapi"]


def test_a_home_is_made_with_its_join_string_and_purged(pc):
    home = pc.drive / "op2"

    assert pc.agent("--home", "C:\\op2", "settle", "--join", "dentinel1.x@y")[0] == 0
    assert (home / "join").read_text() == "dentinel1.x@y\n"
    assert pc.agent("--home", "C:\\op2", "settle", "--purge")[0] == 0
    assert not home.exists()
