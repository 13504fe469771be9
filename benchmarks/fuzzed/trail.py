"""Where does an input lead that none has led before?

Steps from line to line are watched in the rooms of the project alone, by the interpreter's own
tracing: what a library does inside is not ours to explore.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, TypeAlias

_HERE = Path(__file__).parents[2]
_ROOMS = tuple(f"{_HERE / room}/" for room in ("agent", "rules", "evidence"))

Step: TypeAlias = tuple[CodeType, int, int]


@dataclass(slots=True)
class Trail:
    """All steps that were ever taken: code, the line before, the line."""

    known: set[Step] = field(default_factory=set)

    def leads_on(self, run: Callable[[bytes], None], data: bytes) -> bool:
        """Run it; was a step among it that is new? What it raises passes through."""
        before, watched = len(self.known), sys.gettrace()
        sys.settrace(self._entered)
        try:
            run(data)
        finally:
            sys.settrace(watched)
        return len(self.known) > before

    def _entered(self, frame: FrameType, _event: str, _arg: object) -> Any:  # noqa: ANN401
        code, known, last = frame.f_code, self.known, 0
        if not code.co_filename.startswith(_ROOMS):
            return None

        def went(inner: FrameType, event: str, _arg: object) -> Any:  # noqa: ANN401
            nonlocal last
            if event == "line":
                known.add((code, last, inner.f_lineno))
                last = inner.f_lineno
            return went

        return went
