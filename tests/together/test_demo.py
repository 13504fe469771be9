"""The demo does what the README says of it: true verdicts, a verified report, a finding."""

import json
import os
import subprocess
import sys

import pytest

from rules.compiled import builtin

pytestmark = pytest.mark.xdist_group("demo")


@pytest.mark.slow
def test_the_demo_checks_itself_and_leaves_nothing_behind(tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "controller.cli.app", "demo", "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document.keys() == {
        "machine",
        "report_verified",
        "verdicts",
        "finding_seconds",
        "page_status",
    }
    assert document["report_verified"] is True
    assert document["page_status"] == 200
    assert set(document["verdicts"]) == {rule.id for rule in builtin.pack().rules}
    assert document["verdicts"]["exports-encrypted"] == "fail"
    assert list(tmp_path.iterdir()) == []
