"""Make a test of a recording: `python -m tests.agent.facts.recorded FILE.jsonl`.

What `dentinel facts --record` wrote is read, and the facts that come of it are written beside it.
Whoever adds both to recordings/ has looked at them: test_recordings.py holds every later collector
to what was known then.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.facts.gather import gather
from agent.facts.index import afar
from agent.host.kept.home import PLACE
from agent.host.recorded import RecordedHost
from rules.facts.base import Why
from tests.agent.facts.clinic import about

FOLDER = Path(__file__).parent / "recordings"


def expected(recording: Path) -> Path:
    """Where the facts of a recording stand."""
    return recording.with_suffix(".json")


def facts(recording: Path) -> dict[str, Any]:
    """The values of all facts of a recording; what it does not hold is `not_collected`."""
    host = replace(RecordedHost.load(recording), unrecorded=Why.NOT_COLLECTED)
    known = replace(about(), home=PLACE, now=host.taken_at)
    readings = gather(host, known, None, afar(host.os))
    return {name: reading.value for name, reading in readings.items()}


def main() -> int:
    """Write the facts of each recording named; 2 for wrong use."""
    if len(sys.argv) < 2:
        sys.stderr.write("usage: python -m tests.agent.facts.recorded FILE.jsonl…\n")
        return 2
    for name in sys.argv[1:]:
        path = Path(name)
        text = json.dumps(facts(path), indent=1, ensure_ascii=False)
        expected(path).write_text(text + "\n", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
