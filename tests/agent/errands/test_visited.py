"""What a visit left is read as root: whatever it is, the patrol goes on."""

import json
from pathlib import Path

import pytest

from agent.errands import visited
from agent.host.local import LocalHost
from agent.paths import Home


@pytest.mark.threat("lying-host")
@pytest.mark.parametrize(
    "left",
    [
        "[" * 4000,
        '{"form": 1, "at": 7, "why": null, "pin": null}',
        '{"form": 1, "at": [], "why": [], "pin": {}}',
        '{"form": Infinity}',
        json.dumps({"form": 1, "at": "2026-11-23T09:00:00Z", "why": {}, "pin": None}),
    ],
)
def test_what_no_visit_wrote_is_as_none(tmp_path: Path, left: str) -> None:
    home = Home(tmp_path / "op1")
    home.create()
    home.visited("nas").write_text(left)

    assert visited.read(home, LocalHost(), "nas") is None
