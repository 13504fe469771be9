"""Which keys does the controller hold, and where do they come from?

From one seed of 32 bytes: key = HKDF-SHA256 (RFC 5869) of the seed, salt `dentinel/v1`, info
purpose, 0, name, 0, generation. Nothing private is in the database, a lost key is derived again,
and one sheet of paper recovers them all.
"""

import hashlib
from base64 import b32decode, b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from controller.errors import HomeProblem, Refusal
from controller.identity.home import ControllerHome, is_open_to_others, write_private
from evidence.keys import SigningKey

SEED_BYTES = 32
ONE_USE = bytes(12)
"""The nonce of a key that locks one message only."""
_SALT = b"dentinel/v1"
_CHECK_CHARACTERS = 4
# Order of the group of P-256 (SP 800-186, section 3.2.1.3).
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Keys:
    """The controller's keys, derived when asked for; `generation` is that of the receipt key."""

    seed: bytes = field(repr=False)
    generation: int = 1

    @classmethod
    def load(cls, home: ControllerHome) -> Self:
        """The keys of a home; HomeProblem if the seed is absent, unreadable or open to others."""
        try:
            seed = home.seed.read_bytes()
        except FileNotFoundError as error:
            raise HomeProblem(
                f"there are no keys in {home.root}",
                help=f"run `dentinel-controller init --home {home.root}` first",
            ) from error
        except OSError as error:
            raise HomeProblem(
                f"{home.seed} cannot be read: {error.strerror}",
                help="run as the user who owns it, or name another home with --home DIR",
            ) from error
        if len(seed) != SEED_BYTES:
            raise HomeProblem(
                f"{home.seed} holds {len(seed)} bytes instead of {SEED_BYTES}",
                help="restore it from the recovery sheet",
            )
        if is_open_to_others(home.seed):
            raise HomeProblem(
                f"{home.seed} can be read by others than its owner",
                help=f"run `chmod 600 {home.seed}` and consider the keys known to them",
            )
        return cls(seed, home.generation())

    @classmethod
    def make(cls, home: ControllerHome, random: Callable[[int], bytes]) -> Self:
        """The keys of a home, with a new seed if it has none yet."""
        if not home.seed.exists():
            write_private(home.seed, random(SEED_BYTES))
        return cls.load(home)

    def derive(self, purpose: str, name: str, generation: int = 1, length: int = 32) -> bytes:
        """The secret bytes for one purpose and name."""
        info = b"\0".join((purpose.encode(), name.encode(), str(generation).encode()))
        return HKDF(SHA256(), length, _SALT, info).derive(self.seed)

    def receipt(self, generation: int | None = None) -> SigningKey:
        """The key that signs answers, enrolments, notices and bundles; the newest, or an older."""
        return SigningKey.from_seed(self.derive("receipt", "", generation or self.generation))

    def receipt_generation(self, public: str) -> int:
        """The generation of a receipt key, by its public hex; Refusal if it is none of ours."""
        for generation in range(self.generation, 0, -1):
            if self.receipt(generation).public.hex == public:
                return generation
        raise Refusal("a receipt key that is none of this controller's", help="see `keys show`")

    def log(self, log: UUID, generation: int, number: int = 1) -> SigningKey:
        """A key that signs the checkpoints of one generation of a log: its first, or a later."""
        name = str(log) if number == 1 else f"{log}/{number}"
        return SigningKey.from_seed(self.derive("log", name, generation))

    def fact_key(self, clinic: UUID) -> bytes:
        """The key of a clinic's keyed hashes, so that one stick is the same on two machines."""
        return self.derive("facts", str(clinic))

    def hardware_salt(self, clinic: UUID) -> bytes:
        """16 bytes under which the agents of a clinic hash their hardware values."""
        return self.derive("hardware", str(clinic), length=16)

    def request_lock(self, machine: UUID) -> AESGCM:
        """What locks away the request by which a machine joined: the secret of its token is in it.

        Each machine has one request and a key of its own, so the nonce may always be `ONE_USE`.
        """
        return AESGCM(self.derive("request", str(machine)))

    def secrets_lock(self) -> AESGCM:
        """What locks away the secrets that lie in the database: seeds of codes, of channels."""
        return AESGCM(self.derive("secrets", ""))

    def authority(self, generation: int = 1) -> ec.EllipticCurvePrivateKey:
        """The key of the built-in CA: P-256, by extra random bits (FIPS 186-5, A.2.1)."""
        drawn = int.from_bytes(self.derive("ca", "", generation, length=48), "big")
        return ec.derive_private_key(drawn % (_P256_ORDER - 1) + 1, ec.SECP256R1())


def recovery_sheet(keys: Keys, controller: UUID) -> str:
    """What to print and put into the safe: the seed as 52 letters and digits, and their check."""
    letters = _letters(keys.seed)
    groups = [letters[at : at + 4] for at in range(0, len(letters), 4)]
    rows = ["   " + " ".join(groups[at : at + 7]) for at in range(0, len(groups), 7)]
    return "\n".join(
        (
            "DENTINEL CONTROLLER: RECOVERY SHEET",
            "",
            f"Controller {controller}",
            "Whoever has these characters holds every key of this controller.",
            "Print this sheet, keep it in the safe, and keep no copy on a computer.",
            "",
            *rows,
            f"   check {_check(letters)}",
            "",
        )
    )


def seed_of_sheet(characters: str, check: str) -> bytes:
    """The seed that a sheet holds; Refusal if a character was copied wrongly."""
    letters = "".join(characters.split()).upper()
    if _check(letters) != check.strip().upper():
        raise Refusal(
            "these characters do not match their check",
            help="compare each group of four with the sheet; 0, 1, 8 and 9 do not occur",
        )
    return b32decode(letters + "=" * (-len(letters) % 8))


def _letters(data: bytes) -> str:
    return b32encode(data).decode("ascii").rstrip("=")


def _check(letters: str) -> str:
    return _letters(hashlib.sha256(letters.encode()).digest())[:_CHECK_CHARACTERS]
