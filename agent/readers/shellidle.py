"""After how long does a shell end when nobody types? (bash(1), TMOUT)

The variable is set in files that are programs: a value that is computed, or taken back, cannot be
told from reading, so it is a conflict. Of several the longest counts.
"""

import re
from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.text import lines

SHELLS = frozenset({"bash", "rbash", "ksh", "ksh93", "mksh", "zsh"})
"""Those that know the variable: to dash and fish it means nothing."""

_SET = re.compile(r"(?:^|[;&\s])TMOUT=[\"']?([0-9]{1,9})[\"']?(?=$|[;&\s])")
_FIXED = re.compile(r"(?:readonly|(?:declare|typeset)\s+-[a-z]*r[a-z]*)\s+(?:-x\s+)?TMOUT\b")
_OTHER = re.compile(r"\bTMOUT\b")
_HARMLESS = re.compile(r"(?:export|readonly|(?:declare|typeset)\s+-[a-z]+)\s+(?:-x\s+)?TMOUT\b")


@dataclass(frozen=True, slots=True)
class Idle:
    """Seconds until the shell ends; 0 is never, None: not set. `fixed`: nobody can change it."""

    seconds: int | None
    fixed: bool


def parse(*files: bytes) -> Idle:
    """The setting over files that are read one after another; ParseError if it cannot be told."""
    seen: list[int] = []
    fixed = False
    for data in files:
        for line in lines(data):
            if not _OTHER.search(line):
                continue
            values = [int(value) for value in _SET.findall(line)]
            fixed = fixed or bool(_FIXED.search(line))
            rest = _HARMLESS.sub("", _SET.sub(" ", line))
            if _OTHER.search(rest):
                raise ParseError("TMOUT is not simply set")
            seen.extend(values)
    if not seen:
        return Idle(None, fixed=False)
    return Idle(0 if 0 in seen else max(seen), fixed=fixed)
