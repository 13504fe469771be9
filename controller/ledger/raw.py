"""How does an envelope stand in a stored payload?

As its frame, compressed with zstd and a dictionary: the bytes of the payload and of each signature
come back as they were received. The compressed bytes name their dictionary themselves; `dict_id`
of the row says the same, so that SQL can tell which are needed. Rows of the first release have
none. Nobody else packs or unpacks.
"""

import threading

import zstandard

from controller.ledger import dictionary
from evidence import frames
from evidence.envelope import Envelope

_LEVEL = 3
DAMAGED = zstandard.ZstdError
"""What unpacking bytes raises that no compressor wrote."""
_own = threading.local()


def pack(envelope: Envelope) -> bytes:
    """The bytes to store; BadDictionary if this release is not whole."""
    # A compressor is dear to make, and only one thread may use it.
    if not hasattr(_own, "compressor"):
        learned = dictionary.load(dictionary.NEWEST)
        _own.compressor = zstandard.ZstdCompressor(level=_LEVEL, dict_data=learned)
    packed: bytes = _own.compressor.compress(frames.write([envelope]))
    return packed


def dictionary_of(packed: bytes) -> int | None:
    """The number of the dictionary that stored bytes need, if any; DAMAGED if they are none."""
    return zstandard.get_frame_parameters(packed).dict_id or None


def unpack(packed: bytes) -> Envelope:
    """The envelope of a stored report.

    Malformed or DAMAGED if the bytes are not what was stored, BadDictionary if what they are
    packed with is lost or altered.
    """
    frame = _decompressor(dictionary_of(packed)).decompress(
        packed, max_output_size=frames.INFLATED_LIMIT
    )
    (envelope,) = frames.read(frame, most=1)
    return envelope


def _decompressor(number: int | None) -> zstandard.ZstdDecompressor:
    if not hasattr(_own, "decompressors"):
        _own.decompressors = {}
    if number not in _own.decompressors:
        learned = dictionary.load(number) if number is not None else None
        _own.decompressors[number] = zstandard.ZstdDecompressor(dict_data=learned)
    made: zstandard.ZstdDecompressor = _own.decompressors[number]
    return made
