"""What would a well-kept computer of a practice say of itself?

All facts of the catalogue, in their own types, of a Windows PC, a Windows server or a storage box
that does everything right at that moment. Nothing of it was read anywhere: a demo says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

from controller.cli.demo.msp import offers
from controller.cli.demo.msp.cast import Box
from rules.facts.agent import Agent
from rules.facts.audit_policy import AuditPolicy, Category
from rules.facts.base import Items
from rules.facts.boot_security import BootSecurity
from rules.facts.clock import Clock
from rules.facts.host import Host
from rules.facts.password_policy import PasswordPolicy
from rules.facts.patching import Patching
from rules.facts.types import Version
from rules.facts.usb_storage import Layer, UsbStorage
from rules.facts.users import Lock, User
from rules.facts.volumes import Volume

Picture: TypeAlias = dict[str, Any]
"""Facts by name: records of the catalogue, which `rules.facts.form.encode` writes."""

_DISK_BYTES = 512_110_190_592
_RECORDED: tuple[Literal["account_logon", "account_management", "logon_logoff"], ...] = (
    "account_logon",
    "account_management",
    "logon_logoff",
)
_KNOWN_SINCE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Release:
    """A release of an operating system, as the fact `host` names it."""

    family: str
    distribution: str
    version: str
    edition: str | None


RELEASES = {
    "windows": Release("windows", "Windows 11", "10.0.26100", "Professional"),
    "windows_server": Release("windows", "Windows Server 2022", "10.0.20348", "Standard"),
    "linux": Release("linux", "debian", "12.11", None),
}


def picture(box: Box, now: datetime) -> Picture:
    """All facts of this computer when nothing is wrong with it."""
    return {
        "host": _host(box, now),
        "volumes": Items(tuple(_volumes(box, now))),
        "usb_storage": _usb(),
        "users": Items(tuple(_users(box, now))),
        "patching": _patching(now),
        "password_policy": _passwords(box),
        "audit_policy": _audit(now),
        "clock": Clock(
            synced=True,
            source="ntp",
            offset=timedelta(),
            last_sync=now - timedelta(minutes=20),
        ),
        "boot_security": BootSecurity(
            firmware="uefi",
            secure_boot=True,
            setup_mode=False,
            tpm_version=Version.parse("2.0"),
            sip=None,
        ),
        "agent": _agent(now),
        **offers.picture(box, now),
    }


def _host(box: Box, now: datetime) -> Host:
    release = RELEASES[box.system]
    is_linux = box.system == "linux"
    return Host(
        name=box.host,
        os=release.family,  # type: ignore[arg-type]
        distribution=release.distribution,
        os_version=Version.parse(release.version),
        edition=release.edition,
        arch="x86_64",
        role=box.role,
        portable=False,
        virtual="none",
        joined="none" if is_linux else "entra",
        boot_time=now - timedelta(hours=30 if box.is_server else 1),
        vendor="Supermicro" if is_linux else "Dell Inc.",
        model="A2SDi" if is_linux else "OptiPlex 7010",
        serial=f"DEMO-{box.host}",
    )


def _volumes(box: Box, now: datetime) -> list[Volume]:
    names = ["/", "/srv"] if box.system == "linux" else ["C:"]
    if box.role == "imaging_server":
        names.append("D:")
    return [_volume(box, name, now) for name in names]


def _volume(box: Box, name: str, now: datetime) -> Volume:
    is_linux, is_system = box.system == "linux", name in ("C:", "/")
    return Volume(
        name=name,
        mount=name,
        kind="fixed",
        role="system" if is_system else "data",
        holds_imaging=not is_system,
        protection="protected",
        mechanism="luks2" if is_linux else "bitlocker",
        cipher="xts_aes_256",
        percent=None,
        protectors=Items(("password",) if is_linux else ("tpm", "recovery_password")),
        suspend_reboots=None,
        state_since=now - _KNOWN_SINCE,
        used_space_only=None if is_linux else False,
        hardware_encryption=False,
        filesystem="ext4" if is_linux else "NTFS",
        size=_DISK_BYTES if is_system else 4 * _DISK_BYTES,
    )


def _usb() -> UsbStorage:
    layers = (Layer(name="removable_policy", effective=True),)
    return UsbStorage(control="blocked", gaps=Items(), layers=Items(layers), devices=Items())


def _users(box: Box, now: datetime) -> list[User]:
    people = [_user("admin", now, is_admin=True)]
    if not box.is_server:
        people.append(_user("staff", now, is_admin=False))
    return people


def _user(name: str, now: datetime, *, is_admin: bool) -> User:
    return User(
        name=name,
        id=f"S-1-5-21-{name}",
        kind="local",
        enabled=True,
        interactive=True,
        admin=is_admin,
        built_in_admin=False,
        guest=False,
        generic_name=False,
        signed_in=not is_admin,
        blank_password=False,
        last_seen=now - (timedelta(days=6) if is_admin else timedelta(minutes=5)),
        lock=Lock(
            after=timedelta(minutes=5),
            asks_password=True,
            on_wake=True,
            enforced=True,
            source="machine_policy",
        ),
    )


def _patching(now: datetime) -> Patching:
    return Patching(
        supported=True,
        support_ends=None,
        extended_support=None,
        automatic="managed",
        last_scan=now - timedelta(hours=5),
        last_security_install=now - timedelta(days=9),
        reboot_required=False,
        reboot_since=None,
        kernel_current=True,
        pending=Items(),
    )


def _passwords(box: Box) -> PasswordPolicy:
    return PasswordPolicy(
        min_length=14,
        history=24,
        max_age=None,
        lockout_after=10,
        lockout_for=timedelta(minutes=15),
        complexity=True,
        blank_allowed=False,
        auto_logon=False,
        auto_logon_secret=False,
        source="pam" if box.system == "linux" else "local",
    )


def _audit(now: datetime) -> AuditPolicy:
    return AuditPolicy(
        running=True,
        categories=Items(
            tuple(Category(name=kind, success=True, failure=True) for kind in _RECORDED)
        ),
        log_max_size=256 * 1024 * 1024,
        oldest_record=now - timedelta(days=120),
        last_cleared=None,
        forwarded=False,
    )


def _agent(now: datetime) -> Agent:
    return Agent(
        version=Version.parse("0.1.0"),
        elevated=True,
        rules_state="builtin",
        pack_version=None,
        controller_seen=now - timedelta(minutes=5),
        outbox_waiting=0,
        outbox_oldest=None,
        facts_unknown=0,
        over_budget=Items(),
        cpu_day=timedelta(seconds=41),
        memory=14 * 1024 * 1024,
        full_disk_access=None,
    )
