"""What happened at which practice in these ninety days?

The stories that are told are named below, by practice and computer; the rest is what happens
everywhere: a restart put off, a firewall turned off for a visit, an antivirus that fell behind.
The same seed gives the same days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from controller.cli.demo.msp.cast import Box, Ward
from controller.cli.demo.msp.troubles import Trouble

DAYS = 90
PERFECT = "Lakeside Endodontics"
SILENT = ("Harbor Dental", "FRONT1", timedelta(days=9))
RENEWED = ("Red Rock Dental", "OP2", timedelta(days=1), timedelta(minutes=50))
"""Last heard so long ago, and set up anew so long ago: it waits for approval."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story: where, what, how many days ago it began, and ended if it did."""

    ward: str
    host: str
    kind: str
    began: float
    ended: float | None = None


STORIES = (
    Told("Bright Smiles", "OP3", "suspended", 4.1),
    Told("Bright Smiles", "SCAN1", "usb_open", 61),
    Told("Bright Smiles", "FRONT2", "screen_stays", 88, 52),
    Told("Harbor Dental", "OP2", "nobody_known", 1.2),
    Told("Old Mill Dental", "PANO-01", "backup_late", 1.3),
    Told("Old Mill Dental", "OP1", "unencrypted", 90, 71),
    Told("Willow Creek Dental", "PANO-01", "restore_due", 84),
    Told("Willow Creek Dental", "SRV1", "restore_due", 84),
    Told("Willow Creek Dental", "OP4", "firewall_off", 0.3),
    Told("Juniper Family Dentistry", "OP1", "patches_late", 41, 20),
    Told("Juniper Family Dentistry", "OP2", "patches_late", 41, 12),
    Told("Juniper Family Dentistry", "OP3", "patches_late", 41, 3.2),
    Told("Juniper Family Dentistry", "SRV1", "patches_late", 41, 0.4),
    Told("Juniper Family Dentistry", "OP4", "patches_late", 41),
    Told("Juniper Family Dentistry", "FRONT1", "patches_late", 33),
    Told("Summit Oral Surgery", "PANO-01", "end_of_support", 90),
    Told("Bayview Pediatric Dentistry", "OP2", "signatures_old", 2.6),
    Told("Mission Street Dental", "PANO-01", "exports_readable", 2.2),
    Told("Mission Street Dental", "FRONT1", "unencrypted", 90, 47),
    Told("Alder Periodontics", "OP1", "restart_due", 3.1),
)

_MISHAPS = (
    ("restart_due", 1, 6),
    ("signatures_old", 1, 4),
    ("firewall_off", 0.1, 2),
    ("screen_stays", 1, 15),
    ("clock_off", 0.5, 4),
    ("smb_unsigned", 8, 30),
)
_AT_FIRST = (("unencrypted", 8, 45), ("smb_unsigned", 10, 40), ("screen_stays", 5, 30))
_QUIET_DAYS = 5


def unheard(ward: Ward, box: Box, *, is_renewed: bool = False) -> timedelta:
    """For how long nothing has come from it when the story ends; not so if it joined again."""
    for name, host, ago in (SILENT, RENEWED[:3]):
        if (name, host) == (ward.name, box.host) and not is_renewed:
            return ago
    return timedelta()


def troubles(ward: Ward, box: Box, now: datetime, random: Random) -> tuple[Trouble, ...]:
    """Everything that goes wrong on a computer until now; nothing at the perfect practice."""
    if ward.name == PERFECT:
        return ()
    told = [
        _trouble(one.kind, now, one.began, one.ended)
        for one in STORIES
        if (one.ward, one.host) == (ward.name, box.host)
    ]
    if box.system == "linux":
        return tuple(told)
    return (*told, *_at_first(now, random), *_mishaps(now, random))


def _at_first(now: datetime, random: Random) -> list[Trouble]:
    """How it was before anybody looked: it was mended in the first weeks."""
    return [
        _trouble(kind, now, DAYS, DAYS - random.uniform(least, most))
        for kind, least, most in _AT_FIRST
        if random.random() < 0.3
    ]


def _mishaps(now: datetime, random: Random) -> list[Trouble]:
    made = []
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        kind, least, most = random.choice(_MISHAPS)
        lasted = random.uniform(least, most)
        ended = random.uniform(_QUIET_DAYS, DAYS - lasted)
        made.append(_trouble(kind, now, ended + lasted, ended))
    return made


def _trouble(kind: str, now: datetime, began: float, ended: float | None) -> Trouble:
    until = None if ended is None else now - timedelta(days=ended)
    return Trouble(kind, now - timedelta(days=began), until)
