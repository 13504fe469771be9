"""A NAS without an agent: visited by a guard, judged by its patrol, and shown by the controller."""

import json
import re
import subprocess
import sys

import pytest

from tests.agent.host.ssh.machine import Server, keygen, needs_sshd, sshd

pytestmark = [pytest.mark.xdist_group("visits"), needs_sshd]

CLINIC = "/north-quay/c/bright-smiles/"


def host_lines(server: Server) -> str:
    seen = server.setting()
    return (
        f'\n[[host]]\nname = "nas"\naddress = "{seen.address}"\nport = {seen.port}\n'
        f'user = "{seen.user}"\nkey_file = "{seen.key_file}"\npins = {json.dumps(seen.pins)}\n'
        'role = "nas"\n'
    )


@pytest.fixture
def nas(tmp_path):
    (tmp_path / "nas").mkdir()
    with sshd(tmp_path / "nas") as server:
        yield server


@pytest.fixture
def visited(operatory, bright_smiles, nas, wait_until):
    """The guard runs, has been at the NAS, and Dr. Lee sees it in her clinic's list."""
    with (operatory.home / "agent.toml").open("a", encoding="utf-8") as settings:
        settings.write(host_lines(nas))
    operatory.guard.start()
    browser = bright_smiles.signed_in()
    wait_until(lambda: nas_path(browser))
    return browser


def nas_path(browser) -> str | None:
    """The address of the NAS's page, while it stands in the clinic's list of machines."""
    listed = browser.get(CLINIC)[1].partition('id="machines"')[2].partition("</section>")[0]
    found = re.search(rf'href="({CLINIC}m/[0-9a-f-]+/)">nas</a>', listed)
    return found[1] if found else None


@pytest.mark.slow
def test_a_nas_stands_in_the_clinics_list_with_verdicts_of_its_own(
    visited, operatory, bright_smiles, nas, wait_until, tmp_path
) -> None:
    path = nas_path(visited)
    wait_until(lambda: visited.machine(path).verdicts)
    status, page = visited.get(path)
    assert status == 200
    assert "asks it over SSH and speaks for it" in page
    assert {"volumes-encrypted", "firewall-on"} <= set(visited.machine(path).verdicts)
    assert f"127.0.0.1:{nas.port}" not in page
    own = visited.get(f"{CLINIC}m/{operatory.id}/")[1]
    assert 'id="hosts"' in own
    assert all(str(nas.folder).encode() not in raw for raw in bright_smiles.raw())

    another_key(nas)
    assert operatory.errand("visit", "nas").returncode == 1
    wait_until(lambda: 'data-refused="untrusted_host"' in visited.get(path)[1])
    assert set(visited.machine(path).verdicts.values()) <= {"unknown", "not-applicable"}
    told = bright_smiles.rows("SELECT count(*) FROM report WHERE kind = 'local_event'")
    assert told[0][0] >= 2

    settings = operatory.home / "agent.toml"
    settings.write_text(settings.read_text().partition("\n[[host]]")[0])
    wait_until(lambda: nas_path(visited) is None)
    assert operatory.guard.stop() == 0

    bundle, policy = tmp_path / "evidence", tmp_path / "policy"
    bright_smiles.command("evidence", "export", str(bundle))
    policy.write_text(bright_smiles.command("evidence", "policy"), encoding="utf-8")
    words = [sys.executable, "-m", "evidence", str(bundle), "--policy", str(policy)]
    proven = subprocess.run(words, capture_output=True, text=True, check=False)
    assert proven.returncode == 0, proven.stdout


def another_key(nas: Server) -> None:
    """Somebody answers in the place of the NAS: the server's next session shows another key."""
    for path in nas.folder.glob("host_*"):
        path.unlink()
    keygen(nas.folder / "host_ed25519")
    nas.reload()
