"""What can be wrong with a rule, where it is, and what to do about it.

    RulesError
    ├── PackRefused      a compiled pack is damaged, too big, or not for this release
    ├── TailoringRefused a compiled tailoring is damaged, or does not fit its pack
    └── Misused          a caller asked for what cannot be answered (no such rule, no such file)

A `Problem` is no exception: checking collects all of them and never stops at the first. An id
keeps its meaning for ever.
"""

from typing import Literal, NamedTuple

Level = Literal["error", "warning"]


class Place(NamedTuple):
    """Where in a source file: line and columns in code points, from 1; `end` is exclusive.

    A tuple, as `Node` is: a pack of two hundred rules has ten thousand of each.
    """

    file: str
    line: int = 1
    column: int = 1
    end: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One thing that an author should mend; `rule` is the rule that it is in, if any.

    `notes` are lines that show more of it, at most 72 columns each: what a test expected and got.
    """

    id: str
    message: str
    place: Place
    help: str = ""
    rule: str = ""
    of_shipped: bool = False
    notes: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        """DL4 are warnings, all else errors; a pack that we ship must have its tests."""
        return "warning" if self.id.startswith("DL4") and not self.of_shipped else "error"


class RulesError(Exception):
    """Anything that the room `rules` gives up on."""


class PackRefused(RulesError):
    """A compiled pack is refused whole; `code` is a DL7 id, `because` a sentence.

    `which` names the pack for the reader, such as the path of its file.
    """

    def __init__(self, code: str, because: str, which: str = "the pack") -> None:
        super().__init__(f"{code}: {which} is refused: {because}")
        self.code = code
        self.because = because


class TailoringRefused(RulesError):
    """A compiled tailoring is refused whole; `code` is a DL6 or DL7 id, `because` a sentence."""

    def __init__(self, code: str, because: str) -> None:
        super().__init__(f"{code}: the tailoring is refused: {because}")
        self.code = code
        self.because = because


class Misused(RulesError):
    """What was asked for does not exist; the sentence says what does."""
