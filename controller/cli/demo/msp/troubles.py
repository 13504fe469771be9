"""What goes wrong on the computers of a practice, and how does it show in their facts?

One function a trouble, and one line in `TROUBLES`. Each changes the picture of a well-kept
computer, given since when it lasts and what time it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from controller.cli.demo.msp.offers import root
from controller.cli.demo.msp.well import Picture
from rules.facts.base import Items, Why
from rules.facts.imaging import Finding
from rules.facts.patching import Patch
from rules.facts.usb_storage import Device, Layer
from rules.facts.users import User
from rules.facts.volumes import Volume

_LEFT = (
    "7c1f0a5e94b24d0fa3e8d1c65b20f741",
    "0b9d63c2f8174e5aa1d7c04e92b8563f",
    "d24e8b70915c4f36b8a9e3d7f1604c2a",
)
"""The ids of three findings: random, as everywhere."""

Change: TypeAlias = Callable[[Picture, datetime, datetime], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong from an instant on, until it is mended; None: it still is."""

    kind: str
    since: datetime
    until: datetime | None = None

    def lasts(self, now: datetime) -> bool:
        """Is it so at that time?"""
        return self.since <= now and (self.until is None or now < self.until)


def troubled(picture: Picture, troubles: tuple[Trouble, ...], now: datetime) -> Picture:
    """The picture with every trouble that lasts at that time."""
    for one in troubles:
        if one.lasts(now):
            TROUBLES[one.kind](picture, one.since, now)
    return picture


def _disks(picture: Picture, **changed: object) -> None:
    volumes: tuple[Volume, ...] = picture["volumes"].items
    picture["volumes"] = Items(tuple(replace(one, **changed) for one in volumes))  # type: ignore[arg-type]


def _suspended(picture: Picture, since: datetime, _now: datetime) -> None:
    """A firmware update paused BitLocker, and nobody resumed it."""
    _disks(picture, protection="suspended", state_since=since, suspend_reboots=0)


def _unencrypted(picture: Picture, since: datetime, _now: datetime) -> None:
    _disks(
        picture,
        protection="unprotected",
        mechanism="none",
        cipher=None,
        protectors=Items(),
        state_since=since,
    )


def _usb_open(picture: Picture, since: datetime, _now: datetime) -> None:
    """The scanner's maker wants its calibration stick read."""
    stick = Device(
        name="usb-1",
        serial="DEMO-CALIBRATION",
        vendor_id="0951",
        product_id="1666",
        allowed=True,
        protection="unprotected",
        attached=False,
        first_seen=since,
    )
    picture["usb_storage"] = replace(
        picture["usb_storage"],
        control="open",
        gaps=Items(("phone",)),
        layers=Items((Layer(name="removable_policy", effective=False),)),
        devices=Items((stick,)),
    )


def _patches_late(picture: Picture, since: datetime, _now: datetime) -> None:
    waiting = since - timedelta(days=31)
    late = Patch(
        id="KB5068861",
        title="Cumulative Update for Windows 11 (KB5068861)",
        security=True,
        severity="critical",
        released=waiting,
        waiting_since=waiting,
    )
    picture["patching"] = replace(
        picture["patching"], last_security_install=waiting, pending=Items((late,))
    )


def _restart_due(picture: Picture, since: datetime, _now: datetime) -> None:
    begun = since - timedelta(days=7)
    picture["patching"] = replace(picture["patching"], reboot_required=True, reboot_since=begun)


def _end_of_support(picture: Picture, _since: datetime, now: datetime) -> None:
    """The CBCT's maker froze its PC on a release that gets no updates any more."""
    ended = now.replace(year=2025, month=10, day=14, hour=0, minute=0, second=0, microsecond=0)
    picture["patching"] = replace(
        picture["patching"],
        supported=False,
        support_ends=ended,
        extended_support=False,
        last_security_install=ended,
    )


def _signatures_old(picture: Picture, since: datetime, _now: datetime) -> None:
    products = picture["antivirus"].products.items
    old = (replace(one, signatures=since - timedelta(days=3)) for one in products)
    picture["antivirus"] = replace(picture["antivirus"], products=Items(tuple(old)))


def _firewall_off(picture: Picture, _since: datetime, _now: datetime) -> None:
    profiles = picture["firewall"].profiles.items
    off = (replace(p, enabled=p.name != "private", source="local") for p in profiles)
    picture["firewall"] = replace(picture["firewall"], profiles=Items(tuple(off)))


def _screen_stays(picture: Picture, _since: datetime, _now: datetime) -> None:
    users: tuple[User, ...] = picture["users"].items
    open_ = (
        one
        if one.admin
        else replace(one, lock=replace(one.lock, after=None, enforced=False, source="preference"))  # type: ignore[type-var]
        for one in users
    )
    picture["users"] = Items(tuple(open_))


def _smb_unsigned(picture: Picture, _since: datetime, _now: datetime) -> None:
    picture["smb"] = replace(
        picture["smb"], server=True, signing_required=False, encryption_required=False
    )


def _clock_off(picture: Picture, since: datetime, _now: datetime) -> None:
    picture["clock"] = replace(
        picture["clock"], synced=False, offset=timedelta(minutes=4), last_sync=since
    )


def _nobody_known(picture: Picture, _since: datetime, _now: datetime) -> None:
    """Nobody is signed in, so that settings of users cannot be read: unknown, and no pass."""
    users: tuple[User, ...] = picture["users"].items
    picture["users"] = Items(users, missing=Why.NOT_LOGGED_IN)


def _restore_due(picture: Picture, since: datetime, _now: datetime) -> None:
    """The last restore test was this long ago; it fails when the practice's limit is over."""
    picture["backups"] = replace(picture["backups"], last_restore_test=since)


def _backup_late(picture: Picture, since: datetime, _now: datetime) -> None:
    copies = picture["backups"].copies.items
    late = (
        one if one.offsite else replace(one, ok=False, last_success=since - timedelta(hours=26))
        for one in copies
    )
    picture["backups"] = replace(picture["backups"], copies=Items(tuple(late)))


def _exports_readable(picture: Picture, _since: datetime, now: datetime) -> None:
    """Three X-rays were exported for a referral, and lie there as they are."""
    imaging = picture["imaging"]
    roots = tuple(
        root(one.label, "export", len(_LEFT), now) if one.role == "export" else one
        for one in imaging.roots.items
    )
    label = next(str(one.label) for one in roots if one.role == "export")
    found = (
        Finding(
            id=identity,
            root=label,
            role="export",
            verdict="plaintext",
            kind="dicom",
            reason="content",
            volume="protected",
            reach="local",
            state="open",
        )
        for identity in _LEFT
    )
    picture["imaging"] = replace(imaging, roots=Items(roots), exposed=Items(tuple(found)))


TROUBLES: Mapping[str, Change] = {
    "suspended": _suspended,
    "unencrypted": _unencrypted,
    "usb_open": _usb_open,
    "patches_late": _patches_late,
    "restart_due": _restart_due,
    "end_of_support": _end_of_support,
    "signatures_old": _signatures_old,
    "firewall_off": _firewall_off,
    "screen_stays": _screen_stays,
    "smb_unsigned": _smb_unsigned,
    "clock_off": _clock_off,
    "nobody_known": _nobody_known,
    "restore_due": _restore_due,
    "backup_late": _backup_late,
    "exports_readable": _exports_readable,
}
