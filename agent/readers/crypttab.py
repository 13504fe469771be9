"""Which volumes are opened at the start of the system, and by which key files? (crypttab(5))

A line names the device that opens, what lies below it, its key, and options. What the key file
holds is never read.
"""

from dataclasses import dataclass

from agent.readers.errors import ParseError

_ASKED = frozenset(("none", "-", ""))
_RANDOM = frozenset(("/dev/urandom", "/dev/random", "/dev/hw_random"))
_NOT_A_FILE = ("keyscript=", "tpm2-device=", "fido2-device=", "pkcs11-uri=")


@dataclass(frozen=True, slots=True)
class Opened:
    """One device. `key`: the path of its key file; None: somebody or something else is asked."""

    name: str
    key: str | None
    by_other_means: bool = False


def parse(data: bytes) -> tuple[Opened, ...]:
    """All lines; ParseError for one that is none."""
    found = []
    for line in data.decode(errors="surrogateescape").splitlines():
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        if len(fields) < 2:
            raise ParseError("a line of crypttab without a device")
        found.append(_opened(*fields[:4]))
    return tuple(found)


def _opened(name: str, _: str, key: str = "none", options: str = "") -> Opened:
    if key in _RANDOM or any(word.startswith(_NOT_A_FILE) for word in options.split(",")):
        return Opened(name, None, by_other_means=True)
    if key in _ASKED:
        return Opened(name, None)
    if not key.startswith("/"):
        raise ParseError("a key in crypttab that is no path")
    return Opened(name, key)
