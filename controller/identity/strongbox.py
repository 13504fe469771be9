"""How is a long file sealed so that only who holds the controller's seed can open it?

AES-256-GCM over pieces of a mebibyte, as STREAM has it (Hoang, Reyhanitabar, Rogaway, Vizar 2015):
the nonce counts the pieces and marks the last, so that none can be cut off, moved or left out.
The key is derived from the seed and a salt of the file's own. Nothing is read back as good before
its piece was checked, and a file without its last piece is refused.

- So the recovery sheet in the safe opens every backup, and no passphrase lies beside one.
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from controller.errors import Refusal
from controller.identity.secrets import Keys

MAGIC = b"dentinel-backup/1\n"
SALT_BYTES = 32
PIECE = 1 << 20
_TAG = 16
_COUNTER = 11
_DAMAGED = "the file is damaged, was changed, or was sealed with another controller's seed"


class Sealing(io.RawIOBase):
    """Writes into a file what only the seed opens; whole only after `close`."""

    def __init__(self, out: BinaryIO, keys: Keys, salt: bytes) -> None:
        super().__init__()
        self._out, self._piece, self._count = out, bytearray(), 0
        self._box, self._head = _box(keys, salt), MAGIC + salt
        out.write(self._head)

    def writable(self) -> bool:
        """It is for writing alone."""
        return True

    def write(self, data: object, /) -> int:
        """Take more; whole pieces are sealed at once."""
        given = bytes(data)  # type: ignore[call-overload]
        self._piece += given
        while len(self._piece) > PIECE:
            self._seal(self._piece[:PIECE], is_last=False)
            del self._piece[:PIECE]
        return len(given)

    def close(self) -> None:
        """Seal the last piece, which may be empty; the file below stays open."""
        if not self.closed:
            self._seal(self._piece, is_last=True)
        super().close()

    def _seal(self, piece: bytearray, *, is_last: bool) -> None:
        nonce = _nonce(self._count, is_last=is_last)
        self._out.write(self._box.encrypt(nonce, bytes(piece), self._head))
        self._count += 1


class Opening(io.RawIOBase):
    """Reads such a file; Refusal as soon as a piece is not as it was sealed."""

    def __init__(self, file: BinaryIO, keys: Keys) -> None:
        super().__init__()
        head = file.read(len(MAGIC) + SALT_BYTES)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + SALT_BYTES:
            raise Refusal(
                "this is no backup of a dentinel controller",
                help="name a file that `dentinel-controller backup FILE` wrote",
            )
        self._pieces = _opened(file, _box(keys, head[len(MAGIC) :]), head)
        self._held = b""

    def readable(self) -> bool:
        """It is for reading alone."""
        return True

    def readinto(self, buffer: object, /) -> int:
        """Fill a buffer with what was sealed."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if not self._held:
            self._held = next(self._pieces, b"")
        part = self._held[: len(view)]
        view[: len(part)] = part
        self._held = self._held[len(part) :]
        return len(part)


def _opened(file: BinaryIO, box: AESGCM, head: bytes) -> Iterator[bytes]:
    count, sealed = 0, file.read(PIECE + _TAG)
    while True:
        following = file.read(PIECE + _TAG)
        try:
            yield box.decrypt(_nonce(count, is_last=not following), sealed, head)
        except InvalidTag:
            raise Refusal(_DAMAGED, help="take another backup, or another recovery sheet") from None
        if not following:
            return
        count, sealed = count + 1, following


def _box(keys: Keys, salt: bytes) -> AESGCM:
    return AESGCM(keys.derive("backup", salt.hex()))


def _nonce(count: int, *, is_last: bool) -> bytes:
    return count.to_bytes(_COUNTER, "big") + bytes([is_last])
