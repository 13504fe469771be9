r"""Does a driver of another maker stand between file systems and disks, that may encrypt them?

Such drivers are filters of a class of devices (`Control\Class\{…}!UpperFilters`, `LowerFilters`):
of volumes, or of disks below them. What Windows brings itself is known by name; any other may
encrypt, and only its own tools tell. Names of drivers that are known to copy and not to encrypt
make nothing better: a volume below them stands as BitLocker says.
"""

from dataclasses import dataclass

from agent.host.base import Host
from agent.host.registry import SYSTEM, opened
from rules.facts.volumes import Mechanism

_CLASS = rf"{SYSTEM}\Control\Class"
_VOLUMES = rf"{_CLASS}\{{71a27cdd-812a-11d0-bec7-08002be2092f}}"
_DISKS = rf"{_CLASS}\{{4d36e967-e325-11ce-bfc1-08002be10318}}"

_WINDOWS = frozenset(
    {
        *("bttflt", "ehstorclass", "fvevol", "iorate", "partmgr", "rdyboost", "uwfvol", "volsnap"),
        *("volume", "volmgr", "volmgrx"),
    }
)
_COPIES = frozenset(
    {
        *("fltsrv", "snapman", "tdrpman", "tib", "vidsflt", "vsflt53"),  # Acronis
        *("mrcbt", "stcvsm", "veeamfct", "veeamvolcbt"),
    }
)
"""Drivers of backup programs that note which blocks have changed; from their makers' pages."""

_NAMED: dict[str, Mechanism] = {"veracrypt": "veracrypt"}


@dataclass(frozen=True, slots=True)
class Between:
    """What stands above the disks, and what below a volume's own start; None: nothing."""

    volumes: Mechanism | None
    disks: Mechanism | None


def between(host: Host) -> Between:
    """The filters of both classes; HostError, ParseError."""
    return Between(_stranger(host, _VOLUMES), _stranger(host, _DISKS))


def _stranger(host: Host, key: str) -> Mechanism | None:
    found = opened(host, key)
    names = {
        name.lower()
        for value in ("UpperFilters", "LowerFilters")
        for name in found.texts(value) or ()
        if name
    }
    strangers = names - _WINDOWS - _COPIES
    known = [_NAMED[name] for name in sorted(strangers) if name in _NAMED]
    if known:
        return known[0]
    return "third_party" if strangers else None
