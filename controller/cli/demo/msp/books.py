"""What stands in the registers of the made-up practices, and who wrote it there?

Each practice keeps the same few lists well; three have one thing open: the practice whose owner
signs in has a course that runs out, one has a vendor without an agreement, and one a person who
left and can still sign in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from controller.cli.demo.msp import plot
from controller.cli.demo.msp.history import Act, Place, Story

if TYPE_CHECKING:
    from controller.people.models import User


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: its register, who writes it when, what is typed, and its days, so long ago.

    `only` is the one practice in whose list it stands, empty: in each; `but` lack it.
    """

    register: str
    who: str
    written: int
    typed: Mapping[str, str]
    days: Mapping[str, int] = field(default_factory=dict)
    only: str = ""
    but: tuple[str, ...] = ()

    def stands_at(self, ward: str) -> bool:
        """Is it in the list of that practice?"""
        return self.only in ("", ward) and ward not in self.but

    def values(self, ends: datetime) -> dict[str, str]:
        """Everything as it is typed when the story ends."""
        days = {name: str((ends - timedelta(days=ago)).date()) for name, ago in self.days.items()}
        return {**self.typed, **days}


_SYSTEMS = "SIDEXIS 4, Open Dental, Microsoft 365"
STAFF = ("DL", "RD", "MK", "TS")
ENDED = "Bright Smiles"
"""Where somebody left, and whose access ended on the same day."""


def _staff(who: str, role: str, since: int, accounts: str) -> Line:
    typed = {"reference": who, "role": role, "accounts": accounts}
    return Line("people", "office", 86, typed, {"started": since})


def _left(only: str, who: str, last: int, **ended: int) -> Line:
    typed = {"reference": who, "role": "Assistant", "accounts": "SIDEXIS 4, Open Dental"}
    return Line("people", "office", last, typed, {"started": 900, "left": last, **ended}, only)


def _course(who: str, done: int, again: int = 280, only: str = "") -> Line:
    typed = {"person": who, "course": "Handling X-rays and passwords", "score": "9"}
    return Line("training", "office", min(done, 85), typed, {"done": done, "again": -again}, only)


def _vendor(name: str, service: str, software: str = "", only: str = "", **days: int) -> Line:
    typed = {"name": name, "service": service, "reaches_images": "yes", "software": software}
    return Line("vendors", "owner", 84, typed, days, only)


def _copy(name: str, medium: str, where: str, away: str) -> Line:
    typed = {"name": name, "medium": medium, "where": where, "offsite": away, "immutable": away}
    kept = {"encrypted": "yes", "holds": "SIDEXIS 4 images, Open Dental database"}
    return Line("backups", "technician", 82, typed | kept | {"key_kept": "the MSP's vault"})


def _restored(ago: int, took: str, but: tuple[str, ...] = ()) -> Line:
    typed = {"copy": "nightly-nas", "opened": "yes", "took": took, "age": "9h", "who": "Sam Ortiz"}
    return Line("restore-tests", "technician", ago, typed, {"done": ago}, but=but)


def _read(ago: int) -> Line:
    typed = {"systems": _SYSTEMS, "who": "Sam Ortiz"}
    return Line("log-reviews", "technician", ago, typed, {"done": ago})


LINES = (
    _staff("DL", "Dentist", 2900, _SYSTEMS),
    _staff("RD", "Office manager", 2100, _SYSTEMS),
    _staff("MK", "Hygienist", 1300, "SIDEXIS 4, Open Dental"),
    _staff("TS", "Front desk", 400, "Open Dental"),
    _left(ENDED, "JP", 33, access_ended=33),
    _left("Mission Street Dental", "AV", 3),
    _course("DL", 120),
    _course("RD", 120),
    _course("TS", 70),
    _course("MK", 352, again=13, only="Bright Smiles"),
    _vendor("North Quay IT", "Support of the computers", agreement_signed=700),
    _vendor("Dentsply Sirona", "Imaging software", "SIDEXIS 4", agreement_signed=500),
    _vendor("Open Dental Software", "Practice software", "OpenDental", agreement_signed=480),
    _vendor("Veeam", "Backup software", "veeam", agreement_signed=300),
    _vendor("Pacific Dental Lab", "Laboratory", only="Juniper Family Dentistry"),
    _copy("nightly-nas", "nas", "server closet", "no"),
    _copy("cloud", "cloud", "another region", "yes"),
    _restored(83, "2h"),
    _restored(41, "95m", but=("Bright Smiles", "Willow Creek Dental")),
    Line(
        "recovery-goals",
        "owner",
        81,
        {
            "system": "SIDEXIS 4 and its images",
            "weight": "first",
            "recovery_time": "4h",
            "recovery_point": "24h",
            "who": "Owner and office manager",
        },
        {"agreed": 81},
    ),
    Line(
        "moves",
        "technician",
        26,
        {
            "equipment": "PANO-01",
            "holds_images": "yes",
            "from": "server closet",
            "to": "the new rack in the office",
            "who": "Sam Ortiz",
            "copy": "nightly-nas",
        },
        {"moved": 26, "backed_up": 27, "arrived": 26},
        "Bright Smiles",
    ),
    Line(
        "walkthroughs",
        "office",
        61,
        {
            "rooms": "Operatories, Front desk, Server closet",
            "screens": "yes",
            "locked": "yes",
            "servers": "yes",
            "who": "the office manager",
        },
        {"done": 61},
    ),
    _read(68),
    _read(37),
    _read(12),
    Line(
        "access-reviews",
        "owner",
        48,
        {
            "systems": _SYSTEMS,
            "lines": "14",
            "reviewed": "14",
            "revoked": "1",
            "who": "Owner and office manager",
        },
        {"due": 45, "done": 48},
    ),
    Line(
        "risks",
        "owner",
        80,
        {
            "risk": "A laptop with images is stolen",
            "likelihood": "low",
            "impact": "high",
            "measure": "Every disk is encrypted, and no images are kept on laptops",
        },
        {"found": 80, "done": 66},
    ),
    Line(
        "policies",
        "owner",
        84,
        {"title": "Security policies", "version": "October edition", "where": "the office's safe"},
        {"effective": 84, "reviewed": 84},
    ),
    Line(
        "incidents",
        "owner",
        85,
        {
            "what": "A referral went to the wrong practice, which deleted it unread",
            "kind": "misdirected",
            "affected": "1",
            "assessment": "low_probability",
            "learned": "Addresses are chosen from the list, no longer typed",
        },
        {"happened_on": 88, "discovered_on": 87, "closed_on": 85},
        "Bright Smiles",
    ),
)
"""In the order of the page of registers; those of one practice beside those of all."""


def _flow(source: str, target: str, way: str, *shown_by: str) -> Line:
    typed = {"source": source, "target": target, "what": "X-ray images", "way": way}
    return Line(
        "dataflow", "owner", 83, {**typed, "encrypted": "yes", "shown_by": "\n".join(shown_by)}
    )


_FLOWS = {
    "PANO-01": (
        _flow("Sensors and panoramic unit", "PANO-01", "SIDEXIS, DICOM over TLS",
              "PANO-01/folder/sidexis", "PANO-01/dicom/2762"),
        _flow("PANO-01", "Operatories", "SMB, encrypted", "PANO-01/share/share-1"),
        _flow("PANO-01", "NAS in the closet", "Veeam, each night", "PANO-01/copy/nightly-nas"),
        _flow("PANO-01", "Backup cloud", "Veeam, each night", "PANO-01/copy/cloud"),
        _flow("PANO-01", "Referring practices", "the referral portal", "PANO-01/folder/referrals"),
    ),
    "SRV1": (
        _flow("SRV1", "NAS in the closet", "Veeam, each night", "SRV1/copy/nightly-nas"),
        _flow("SRV1", "Backup cloud", "Veeam, each night", "SRV1/copy/cloud"),
    ),
    "nas": (
        _flow("PANO-01", "nas", "SMB, encrypted", "nas/folder/archive", "nas/share/share-1"),
        _flow("nas", "Backup cloud", "its own copy", "nas/copy/nightly-nas", "nas/copy/cloud"),
    ),
}  # fmt: skip
"""What each practice declared of the way of images, by the computers that it has.

Nobody thought of the scanner's folder: it is seen, and not declared.
"""


def _flows(place: Place) -> Iterator[Line]:
    for box in place.ward.boxes:
        yield from _FLOWS.get(box.host, ())
    yield _flow("Front desk", "Laboratory", "its portal")


_BEFORE_PAPERS = timedelta(hours=6)


def kept(story: Story, users: dict[str, "User"]) -> Iterator[Act]:
    """An act for each entry of each practice."""
    for place in story.places:
        lines = (*LINES, *_flows(place))
        for number, line in enumerate(lines):
            if line.stands_at(place.ward.name):
                day = story.ends - timedelta(days=min(line.written, plot.DAYS - 3))
                at = day - _BEFORE_PAPERS + timedelta(minutes=number)
                yield at, _Entry(story, place, line, users)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry that is written when its time comes."""

    story: Story
    place: Place
    line: Line
    users: dict[str, "User"]

    def __call__(self, at: datetime) -> None:
        from controller.cli.demo.msp import people
        from controller.ledger.actions import By
        from controller.paperwork import fields, lists
        from controller.paperwork.registers.index import BY_ID
        from controller.tenants.scope import Place as Where

        clinic, register = self.place.clinic, BY_ID[self.line.register]
        filled = fields.fill(register.fields, self.line.values(self.story.ends))
        if filled.wrong:
            raise ValueError(f"{register.id}: {filled.wrong}")
        user = people.of(self.users, self.place.ward, self.line.who)
        where = Where(clinic.org_id).clinic(clinic.id)
        entering = lists.Entering(where, clinic.id, register, None, filled.values)
        by = By(user.email, "192.0.2.10", at, user.pk)
        lists.enter(self.story.opened.home, entering, by)
