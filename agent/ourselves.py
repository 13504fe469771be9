"""Which words start a part of the agent, by Python or by the frozen program that we are?

A frozen program has no `-m`: there the first word `agent` chooses the parts (packaging/frozen).
"""

import sys
from collections.abc import Sequence
from typing import Final

PROGRAM: Final[tuple[str, ...]] = (
    (sys.executable, "agent")
    if getattr(sys, "frozen", False)
    else (sys.executable, "-I", "-m", "agent")
)
"""Words that `run`, `patrol`, `probe` and the other parts of agent/__main__.py follow."""


def chosen_home(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """What `--home` names, wherever it stands among the words, and the other words."""
    home: str | None = None
    rest: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            return home, [*rest, word, *waiting]
        if word == "--home" and waiting:
            home = waiting.pop(0)
        elif word.startswith("--home="):
            home = word.removeprefix("--home=")
        else:
            rest.append(word)
    return home, rest
