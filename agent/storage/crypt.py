"""Does this mapped device encrypt?

The kernel's own table decides; without it the header of a LUKS volume, which says how it is
opened. Without both the device is unread: a name proves nothing, and `cipher_null` is plaintext
under a LUKS header.

- A device whose table encrypts one whole piece with a real cipher is protected.
- Without the table the device must be exactly as long as its header says: one that was put
  together in another way is not what the header describes.
- A device whose key lies in clear beside it is unprotected (agent.storage.keys).
- One of several pieces may be half-way through a conversion: the header says, or it is unread.
"""

from dataclasses import dataclass, field, replace

from agent.host.base import Absent, Host, HostError, output
from agent.host.programs import Program
from agent.readers import crypttable, luks
from agent.readers.crypttable import Piece
from agent.readers.errors import ParseError
from agent.storage.blocks import Block, Blocks
from agent.storage.keys import NO_KEYS, Keys
from agent.storage.standing import Standing, unread
from rules.facts.base import Why
from rules.facts.volumes import Mechanism

_MECHANISMS: tuple[tuple[str, Mechanism], ...] = (
    ("CRYPT-LUKS1-", "luks1"),
    ("CRYPT-LUKS2-", "luks2"),
    ("CRYPT-PLAIN-", "dm_plain"),
    ("CRYPT-TCRYPT-", "veracrypt"),
    ("CRYPT-BITLK-", "bitlocker"),
)
_NEVER = ("LVM-", "mpath-", "CRYPT-VERITY-", "CRYPT-INTEGRITY-")
"""Mapped devices that are never of the kind `crypt`: no table is asked for their sake."""

_SECTOR = 512


@dataclass(slots=True)
class Crypt:
    """The encrypting devices of a machine; the table is asked for once, if at all."""

    host: Host
    blocks: Blocks
    keys: Keys = NO_KEYS
    _table: dict[str, tuple[Piece, ...]] | HostError | ParseError | None = field(default=None)

    def standing(self, block: Block) -> Standing | None:
        """How the data on this device stand by its own doing; None if it does not encrypt."""
        standing, name = self._encrypted(block), block.dm_name or ""
        if standing is None or standing.protection != "protected":
            return standing
        if doubt := self.keys.doubt(name):
            return unread(doubt, _mechanism(block))
        in_clear = name in self.keys.in_clear
        return replace(standing, protection="unprotected") if in_clear else standing

    def _encrypted(self, block: Block) -> Standing | None:
        uuid = block.dm_uuid
        if uuid is None or uuid.startswith(_NEVER):
            return None
        mechanism = _mechanism(block)
        try:
            pieces = self._pieces(block)
        except (HostError, ParseError) as error:
            return self._by_header(block, mechanism, error)
        if not pieces:
            # cryptsetup made it, and the kernel does not encrypt it: a disk that encrypts by
            # itself under a LUKS header (hw-opal), which cannot be seen from here, or a forgery
            return unread(Why.CONFLICT, mechanism) if mechanism else None
        return self._by_table(block, mechanism or "third_party", pieces)

    def _by_table(self, block: Block, mechanism: Mechanism, pieces: tuple[Piece, ...]) -> Standing:
        null = next((piece for piece in pieces if piece.cipher == "null_cipher"), None)
        if null:
            return Standing("unprotected", mechanism, "null_cipher")
        covered = sum(piece.length for piece in pieces) * _SECTOR
        if len(pieces) == 1 and covered == block.size:
            return Standing("protected", mechanism, pieces[0].cipher)
        try:
            header = self._header(block)
        except (HostError, ParseError) as error:
            return unread(_why(error), mechanism)
        if header and header.converting:
            return _converting(header, block, mechanism)
        whole = covered == block.size
        return Standing("protected" if whole else "unprotected", mechanism, pieces[0].cipher)

    def _by_header(
        self, block: Block, mechanism: Mechanism | None, untold: HostError | ParseError
    ) -> Standing:
        """The table was not told: a LUKS header says the cipher, any other device is unread."""
        if mechanism not in ("luks1", "luks2"):
            return unread(_why(untold), mechanism)
        try:
            header = self._header(block)
        except (HostError, ParseError) as error:
            return unread(_why(error), mechanism)
        if header is None:  # it lies elsewhere
            return unread(_why(untold), mechanism)
        if header.converting:
            return _converting(header, block, mechanism)
        if self._stated_size(header, block) != block.size:
            return unread(Why.CONFLICT, mechanism)
        return _as_stated(header, mechanism)

    def _stated_size(self, header: luks.Luks, block: Block) -> int:
        """The bytes that the open device has by its header: to the end of the disk, or fewer."""
        whole = self.blocks.at(block.below[0]).size
        stated = (segment.size or whole - segment.offset for segment in header.segments)
        return sum(stated)

    def _pieces(self, block: Block) -> tuple[Piece, ...]:
        if self._table is None:
            try:
                args = ("table", "--target", "crypt")
                self._table = crypttable.parse(output(self.host, Program.DMSETUP, *args))
            except (HostError, ParseError) as error:
                self._table = error
        if isinstance(self._table, HostError | ParseError):
            raise self._table
        return self._table.get(block.dm_name or "", ())

    def _header(self, block: Block) -> luks.Luks | None:
        """The LUKS header on the one device below; None if there is none on it."""
        if len(block.below) != 1:
            return None
        node = self.blocks.at(block.below[0]).node
        try:
            first = self.host.read(node, luks.FIRST, whole=False)
            size = luks.header_size(first)
            if size is None:
                return None
            rest = b"" if size == luks.FIRST else self.host.read(node, size, whole=False)
        except Absent as error:
            raise HostError(Why.CONFLICT, f"{node} is not there") from error
        return luks.parse(rest or first)


def _mechanism(block: Block) -> Mechanism | None:
    uuid = block.dm_uuid or ""
    if (block.dm_name or "").startswith("veracrypt"):
        return "veracrypt"
    return next((name for prefix, name in _MECHANISMS if uuid.startswith(prefix)), None)


def _why(error: HostError | ParseError) -> Why:
    return error.why if isinstance(error, HostError) else Why.PARSE_ERROR


def _as_stated(header: luks.Luks, mechanism: Mechanism) -> Standing:
    ciphers = {segment.cipher for segment in header.segments}
    if "null_cipher" in ciphers:
        return Standing("unprotected", mechanism, "null_cipher")
    if None in ciphers:
        return Standing("unprotected", mechanism)
    if "hardware" in ciphers:
        return unread(Why.UNRECOGNISED, "opal")
    return Standing("protected", mechanism, header.segments[0].cipher)


def _converting(header: luks.Luks, block: Block, mechanism: Mechanism) -> Standing:
    """How much is encrypted by now, rounded down: 100 is never said before it is done."""
    done = rest = 0
    for segment in header.segments:
        size = block.size - rest if segment.size is None else segment.size
        rest += size
        done += size if segment.cipher not in (None, "null_cipher") else 0
    ciphers = [segment.cipher for segment in header.segments if segment.cipher]
    percent = min(99, 100 * done // max(block.size, 1))
    return Standing("converting", mechanism, ciphers[0] if ciphers else None, percent)
