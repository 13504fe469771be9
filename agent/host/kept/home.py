"""What of the agent's own home stands in a recording of its machine?

Only what the ports of the machine answered, at a place that is the same in every recording. All
else there is about the agent, and tells of folders with patients' images.
"""

from collections.abc import Mapping
from pathlib import Path

from agent.host.recording import Answer, Call
from agent.paths import Home

PLACE = Home(Path("/dentinel"))
"""The home of the agent in a recording, wherever it was."""


def moved(calls: Mapping[Call, Answer], home: Home) -> dict[Call, Answer]:
    """The calls without those to that home, but for the one file, which is in `PLACE` now."""
    ours = _plain(home.root)
    kept = {}
    for call, answer in calls.items():
        is_path = call.op not in ("run", "registry")
        if is_path and _plain(call.subject) == _plain(home.probed):
            kept[Call(call.op, PLACE.probed.as_posix(), call.args)] = answer
        elif not (is_path and f"{_plain(call.subject)}/".startswith(f"{ours}/")):
            kept[call] = answer
    return kept


def _plain(path: str | Path) -> str:
    return str(path).replace("\\", "/").rstrip("/").lower()
