"""What of a text reaches the shell? Nothing that moves its cursor, colours it or answers for it.

Whoever types here is root, or nearly. What a person typed into a page, or a machine called itself,
stands in lists and errors of these commands; an escape sequence in it (ECMA-48) would be obeyed by
the terminal. So both streams are replaced once, before the first command writes, and no command
has to think of it.
"""

import io
import sys
from typing import TextIO

from controller.legible import legible


class Shown(io.TextIOWrapper):
    """A stream of text of which everything is seen."""

    def write(self, text: str, /) -> int:
        """Write it with U+FFFD for what is not seen; how long the text was."""
        super().write(legible(text))
        return len(text)


def begin() -> None:
    """From now on, whatever is written to standard output and standard error."""
    sys.stdout, sys.stderr = _over(sys.stdout), _over(sys.stderr)


def wipe(line: str = "") -> None:
    """Write over the last line of the terminal that standard error is."""
    sys.stderr.flush()
    sys.stderr.buffer.write(f"\r\x1b[K{legible(line)}".encode(errors="replace"))
    sys.stderr.buffer.flush()


def _over(stream: TextIO) -> TextIO:
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
