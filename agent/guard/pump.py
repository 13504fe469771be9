"""How is a pipe read that cannot be asked whether it holds anything?

On Windows a pipe has no `select` and no reading without waiting: a thread waits in our place.
"""

import os
import threading
from queue import Empty, SimpleQueue
from typing import IO

_BYTES = 64 * 1024


class Pump:
    """Reads a pipe to its end on a thread of its own."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._chunks: SimpleQueue[bytes] = SimpleQueue()
        self._has_ended = False
        threading.Thread(target=self._run, args=(pipe.fileno(),), daemon=True).start()

    def read(self) -> bytes | None:
        """The next that has come: None for nothing yet, empty, again and again, at the end."""
        if self._has_ended:
            return b""
        try:
            chunk = self._chunks.get_nowait()
        except Empty:
            return None
        self._has_ended = not chunk
        return chunk

    def _run(self, descriptor: int) -> None:
        chunk = b" "
        while chunk:
            try:
                chunk = os.read(descriptor, _BYTES)
            except OSError:
                chunk = b""
            self._chunks.put(chunk)
