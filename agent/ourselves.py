"""How is another part of the agent started: by Python, or by the frozen program that we are?

A frozen program has no `-m`: there the first word `agent` chooses the parts (packaging/windows).
"""

import sys
from typing import Final

PROGRAM: Final[tuple[str, ...]] = (
    (sys.executable, "agent")
    if getattr(sys, "frozen", False)
    else (sys.executable, "-I", "-m", "agent")
)
"""Words that `run`, `patrol`, `probe` and the other parts of agent/__main__.py follow."""
