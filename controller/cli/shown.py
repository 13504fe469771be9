"""What of a text reaches the shell? Nothing that moves its cursor, colours it or answers for it.

Whoever types here is root, or nearly. What a person typed into a page, or a machine called itself,
stands in lists and errors of these commands; an escape sequence in it (ECMA-48) would be obeyed by
the terminal. So both streams are replaced once, before the first command writes, and no command
has to think of it.
"""

import io
import sys
from typing import Any, TextIO

from controller.legible import legible


class Shown(io.TextIOWrapper):
    """A stream of text of which everything is seen.

    It shows nobody the bytes below it: on a Windows terminal click would write to those, past us.
    """

    buffer: Any = None

    def write(self, text: str, /) -> int:
        """Write it with U+FFFD for what is not seen; how long the text was."""
        super().write(legible(text))
        return len(text)

    def steer(self, text: str) -> None:
        """Write it as it is: the words of a terminal, and nobody's name."""
        super().write(text)


def begin() -> None:
    """From now on, whatever is written to standard output and standard error."""
    sys.stdout, sys.stderr = guarded(sys.stdout), guarded(sys.stderr)


def wipe(line: str = "") -> None:
    """Write over the last line of the terminal that standard error is."""
    steer = sys.stderr.steer if isinstance(sys.stderr, Shown) else sys.stderr.write
    steer(f"\r\x1b[K{legible(line)}")
    sys.stderr.flush()


def guarded(stream: TextIO) -> TextIO:
    """The same stream, guarded; as it is where a test has put one of its own."""
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, Shown):
        return stream
    stream.flush()
    return Shown(
        stream.buffer,
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
