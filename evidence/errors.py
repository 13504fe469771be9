"""What can be wrong with evidence, and whose fault is it?

    EvidenceError
    ├── Malformed E101          the bytes are not what they claim to be
    │   ├── TooLarge E102       more than this kind of bytes may hold
    │   └── NoBundle E103       a file of another kind than an evidence bundle
    ├── Refused E200            read, and not believed
    │   ├── BadSignature E201   nobody with that key signed these bytes
    │   ├── UnknownKey E202     signed by a key that is not known here
    │   ├── WeakKey E203        a key under which anybody can sign
    │   ├── WrongType E204      a true message at a door that is not its own
    │   └── WrongSigners E205   more or fewer signatures than this message carries
    ├── BadProof E301           a Merkle proof does not lead to the root
    ├── LeavesTooMuch E401      a value that must stay on its machine
    └── BadJoin E500
        ├── DamagedJoin E501    a join string that was not copied whole
        └── WrongPin E502       somebody else answers at the controller's address

What an agent sent may hold a name, so no message here ever quotes it: a message names the place,
in words of our own schema, and what is wrong there.
"""

from typing import ClassVar


class EvidenceError(Exception):
    """Anything wrong with evidence; `code` is stable and never reused."""

    code: ClassVar[str] = "E100"


class Malformed(EvidenceError):
    """The bytes are not what they claim to be."""

    code = "E101"


class TooLarge(Malformed):
    """More than this kind of bytes may hold."""

    code = "E102"


class NoBundle(Malformed):
    """A file of another kind than an evidence bundle: nothing can be said of it."""

    code = "E103"


class Refused(EvidenceError):
    """Read, and not believed."""

    code = "E200"


class BadSignature(Refused):
    """Nobody with that key signed these bytes."""

    code = "E201"


class UnknownKey(Refused):
    """Signed by a key that is not known here."""

    code = "E202"


class WeakKey(Refused):
    """A public key under which anybody can sign."""

    code = "E203"


class WrongType(Refused):
    """A true message at a door that is not its own."""

    code = "E204"


class WrongSigners(Refused):
    """More or fewer signatures than this message carries, or not those of whom it names."""

    code = "E205"


class BadProof(EvidenceError):
    """A Merkle proof does not lead to the root."""

    code = "E301"


class LeavesTooMuch(EvidenceError):
    """A value that must stay on its machine stands where it would leave, or has left."""

    code = "E401"


class BadJoin(EvidenceError):
    """Joining cannot go on."""

    code = "E500"


class DamagedJoin(BadJoin):
    """The join string was not copied whole."""

    code = "E501"


class WrongPin(BadJoin):
    """The welcome document is not the one that the join string was made for."""

    code = "E502"
