"""How does an envelope stand in `report.raw`?

As its frame, compressed with zstd: the bytes of the payload and of each signature come back as
they were received. `dict_id` is null: no dictionary is trained yet.
"""

import threading

import zstandard

from evidence import frames
from evidence.envelope import Envelope

_LEVEL = 3
DAMAGED = zstandard.ZstdError
"""What unpacking bytes raises that no compressor wrote."""
_own = threading.local()


def pack(envelope: Envelope) -> bytes:
    """The bytes to store."""
    # A compressor is dear to make, and only one thread may use it.
    if not hasattr(_own, "compressor"):
        _own.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    packed: bytes = _own.compressor.compress(frames.write([envelope]))
    return packed


def unpack(raw: bytes) -> Envelope:
    """The envelope of a stored report; Malformed if the bytes are damaged."""
    frame = zstandard.ZstdDecompressor().decompress(
        bytes(raw), max_output_size=frames.INFLATED_LIMIT
    )
    (envelope,) = frames.read(frame, most=1)
    return envelope
