"""A stranger checks what a clinic's controller exported, and one changed byte is named."""

import json
import re
import subprocess
import sys
import zipfile

import pytest

pytestmark = pytest.mark.xdist_group("evidence")


@pytest.fixture
def bundle(operatory, bright_smiles, tmp_path, wait_until):
    """Evidence of a clinic whose machine has reported, and the controller's policy."""
    for _ in range(2):
        assert operatory.errand("patrol", "--cause=start").returncode == 0
    assert operatory.errand("courier").returncode == 0
    wait_until(lambda: bright_smiles.reports(operatory.id) == operatory.sealed())
    exported, policy = tmp_path / "bright-smiles.dentinel-evidence", tmp_path / "policy"
    bright_smiles.command("evidence", "export", str(exported))
    policy.write_text(bright_smiles.command("evidence", "policy"), encoding="utf-8")
    return exported, policy


def verify(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evidence", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_a_true_bundle_is_proven_with_the_policy_and_incomplete_without(bundle, operatory) -> None:
    exported, policy = bundle
    proven = verify(str(exported), "--policy", str(policy))
    assert proven.returncode == 0, proven.stdout
    assert proven.stdout.startswith("PROVEN")
    assert verify(str(exported)).returncode == 2
    command = operatory.command(
        "verify", str(exported), "--policy", str(policy), "--format", "json"
    )
    assert json.loads(command.stdout)["outcome"] == "proven"


@pytest.mark.slow
def test_one_flipped_byte_in_a_report_is_found_and_the_report_named(bundle, tmp_path) -> None:
    exported, policy = bundle
    forged = tmp_path / "forged.dentinel-evidence"
    with zipfile.ZipFile(exported) as true, zipfile.ZipFile(forged, "w") as changed:
        for member in true.infolist():
            data = true.read(member)
            if member.filename.startswith("reports/"):
                data = flip(data)
            changed.writestr(member, data)
    checked = verify(str(forged), "--policy", str(policy))
    assert checked.returncode == 1
    assert checked.stdout.startswith("FALSE")
    assert re.search(r"\b1:1\b", checked.stdout)


def flip(lines: bytes) -> bytes:
    """One bit of the payload of the first report, still base64 and still JSON."""
    first, _, rest = lines.partition(b"\n")
    document = json.loads(first)
    payload = document["payload"]
    other = "A" if payload[100] != "A" else "B"
    document["payload"] = payload[:100] + other + payload[101:]
    return json.dumps(document, separators=(",", ":")).encode() + b"\n" + rest
