"""How does a file leave, piece by piece, without ever standing in memory whole?

Django's own streaming answer reads a synchronous iterator to its end before the first byte goes
out of an ASGI server; this one does not.
"""

from collections.abc import AsyncIterator
from typing import BinaryIO, Self

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

_PIECE = 64 * 1024


class _Pieces:
    """A file, read on; closed when the answer is over, however that ends."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self.read()
        if not piece:
            raise StopIteration
        return piece

    def read(self) -> bytes:
        """The next piece; empty at the end."""
        return self._file.read(_PIECE)

    def close(self) -> None:
        """Done with it."""
        self._file.close()


class Flow(StreamingHttpResponse):
    """A file that is open for reading, to be saved under a name."""

    def __init__(self, file: BinaryIO, name: str, kind: str) -> None:
        self._pieces = _Pieces(file)
        super().__init__(self._pieces, content_type=kind)
        self["Content-Disposition"] = f'attachment; filename="{name}"'
        self["Content-Length"] = str(_left(file))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces, each read in a thread."""
        while piece := await sync_to_async(self._pieces.read)():
            yield piece


def _left(file: BinaryIO) -> int:
    here = file.tell()
    end = file.seek(0, 2)
    file.seek(here)
    return end - here
