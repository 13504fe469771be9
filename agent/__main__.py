"""`python -m agent run|patrol|…`: which part of the agent is this process to be?

The service starts `run`, the guard its errands, the host its probes. Each part loads its own
packages only: so nothing is imported here before it has been chosen. What any of them makes is
the owner's alone, unless it is handed over on purpose (agent.paths); what it says of a fault that
nobody foresaw holds no name (agent.faults).
"""

import os
import sys
from collections.abc import Sequence

_PARTS = {
    "run": "agent.guard.start",
    "service": "agent.service.main",
    "patrol": "agent.errands.patrol",
    "inspect": "agent.errands.inspect",
    "courier": "agent.errands.courier",
    "fetch-packs": "agent.errands.fetch_packs",
    "install-packs": "agent.errands.install_packs",
    "visit": "agent.errands.visit",
    "enroll": "agent.enrol.left",
    "settle": "agent.service.settle",
    "probe": "agent.probes.main",
}
_STAY = ("run", "service")
"""They stay in memory, and are to be small."""
_USAGE = f"usage: python -m agent [--home DIR] {'|'.join(_PARTS)} ...\n"


def main(argv: Sequence[str]) -> int:
    """Run one part; 2 for wrong use or for an error that a person must mend."""
    from agent.ourselves import chosen_home
    from agent.paths import Home

    chosen, rest = chosen_home(argv)
    if not rest or rest[0] not in _PARTS:
        sys.stderr.write(_USAGE)
        return 2
    from importlib import import_module

    from agent import faults
    from agent.errors import AgentError

    faults.begin(f"dentinel {rest[0]}", logs=rest[0] not in _STAY)
    os.umask(0o077)
    part = import_module(_PARTS[rest[0]])
    try:
        return int(part.main(Home.at(chosen), rest[1:]))
    except AgentError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
