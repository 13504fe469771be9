"""What would that computer say of what it offers to others: network, programs, images, backups?"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from controller.cli.demo.msp.cast import Box
from rules.facts.antivirus import Antivirus, Product
from rules.facts.backups import Backups, Copy
from rules.facts.base import Items
from rules.facts.firewall import Firewall, Profile
from rules.facts.imaging import Counts, Coverage, Imaging, MassChange, Root
from rules.facts.listeners import Listener
from rules.facts.remote_access import RemoteAccess
from rules.facts.services import Service
from rules.facts.shares import Share
from rules.facts.smb import Smb
from rules.facts.software import App
from rules.facts.tls_policy import TlsPolicy
from rules.facts.types import Version

if TYPE_CHECKING:
    from rules.facts.imaging import RootRole

_STORED, _EXPORTED = 41_280, 36


def picture(box: Box, now: datetime) -> dict[str, Any]:
    """These facts of this computer when nothing is wrong with it."""
    tls = Version.parse("1.2")
    return {
        "firewall": _firewall(box),
        "antivirus": _antivirus(box, now),
        "listeners": Items(tuple(_listeners(box))),
        "services": Items((Service(name="Spooler", state="running", start="auto"),)),
        "remote_access": _remote(box),
        "tls_policy": TlsPolicy(client_minimum=tls, server_minimum=tls, fips_mode=False),
        "smb": Smb(
            server=box.is_server,
            smb1_server=False,
            smb1_client=False,
            signing_required=True,
            encryption_required=box.is_server,
            guest=False,
        ),
        "shares": Items(tuple(_shares(box))),
        "software": Items(tuple(_software(box))),
        "backups": _backups(box, now),
        "imaging": _imaging(box, now),
    }


def _firewall(box: Box) -> Firewall:
    names = ("all",) if box.system == "linux" else ("domain", "private", "public")
    profiles = (Profile(name=n, enabled=True, inbound="block", source="policy") for n in names)  # type: ignore[arg-type]
    return Firewall(enabled=True, product=None, profiles=Items(tuple(profiles)))


def _antivirus(box: Box, now: datetime) -> Antivirus:
    if box.system == "linux":
        return Antivirus(products=Items())
    defender = Product(
        name="Microsoft Defender Antivirus",
        enabled=True,
        realtime=True,
        signatures=now - timedelta(hours=7),
        mode="active",
        tamper_protection=True,
    )
    return Antivirus(products=Items((defender,)))


def _listeners(box: Box) -> Iterator[Listener]:
    ports = {"imaging_server": (445, 2762), "server": (445, 3389), "nas": (22, 445)}
    for port in ports.get(box.role, (445,)):
        is_dicom = port == 2762
        yield Listener(
            process="orthanc" if is_dicom else "System",
            address="0.0.0.0",  # noqa: S104 - of a made-up machine; it does not leave it
            port=port,
            transport="tcp",
            exposure="lan",
            dicom="tls" if is_dicom else "no",
            tls_version=Version.parse("1.3") if is_dicom else None,
        )


def _remote(box: Box) -> RemoteAccess:
    is_linux = box.system == "linux"
    return RemoteAccess(
        rdp=box.role == "server",
        rdp_network_auth=not is_linux,
        rdp_idle_limit=timedelta(minutes=15),
        ssh=is_linux,
        ssh_passwords=False,
        ssh_root=False,
        vnc=False,
        apple_remote=False,
        second_factor_hints=Items(() if is_linux else ("hello",)),
        tools=Items(),
    )


def _shares(box: Box) -> Iterator[Share]:
    if box.role in ("imaging_server", "nas"):
        yield Share(
            name="images",
            path="images",
            kind="smb",
            everyone="none",
            guest=False,
            encrypted=True,
            holds_imaging=True,
            hidden=False,
        )


def _software(box: Box) -> Iterator[App]:
    if box.system == "linux":
        return
    yield _app("Microsoft Edge", "Microsoft Corporation", "142.0.3595.80")
    if box.role == "imaging_server":
        yield _app("SIDEXIS 4", "Dentsply Sirona", "4.4.2", "sidexis")
    elif box.role != "server":
        yield _app("OpenDental", "Open Dental Software", "24.3.28", "open_dental")


def _app(name: str, vendor: str, version: str, product: str | None = None) -> App:
    return App(
        name=name,
        vendor=vendor,
        version=Version.parse(version),
        version_text=version,
        product=product,  # type: ignore[arg-type]
        source="registry",
    )


def _backups(box: Box, now: datetime) -> Backups:
    copies = (_copy("nightly-nas", now, is_away=False), _copy("cloud", now, is_away=True))
    return Backups(
        copies=Items(copies if box.is_server else ()),
        last_restore_test=now - timedelta(days=31) if box.is_server else None,
    )


def _copy(name: str, now: datetime, *, is_away: bool) -> Copy:
    return Copy(
        name=name,
        product="veeam",
        destination="cloud" if is_away else "nas",
        last_success=now - timedelta(hours=9),
        ok=True,
        encrypted=True,
        offsite=is_away,
        immutable=is_away,
        covers_images=True,
        covers_database=True,
        shrunk=False,
    )


def _imaging(box: Box, now: datetime) -> Imaging:
    roots: tuple[Root, ...] = ()
    if box.role == "imaging_server":
        roots = (root("sidexis", "store", _STORED, now), root("referrals", "export", 0, now))
    elif box.role == "nas":
        roots = (root("archive", "store", _STORED, now),)
    elif box.host == "SCAN1":
        roots = (root("exports", "export", 0, now),)
    return Imaging(
        roots=Items(roots),
        exposed=Items(),
        coverage=Coverage(complete=True, as_of=now, overflowed=False),
        mass_change=MassChange(
            state="none", since=None, files="under_100", note=False, expected=False
        ),
    )


def root(label: str, role: "RootRole", plaintext: int, now: datetime) -> Root:
    """One watched folder on a protected volume; what lies in an export is encrypted itself."""
    sealed = 0 if role == "store" else _EXPORTED
    return Root(
        label=label,
        role=role,
        path="images",
        present=True,
        watched=True,
        complete=True,
        as_of=now,
        owner="here",
        served_by=None,
        protection="protected",
        protection_since=None,
        cloud_sync="none",
        placeholders=0,
        files=plaintext + sealed,
        counts=Counts(
            plaintext=plaintext,
            encrypted=sealed,
            weak_encrypted=0,
            encrypted_no_secret=0,
            partly_encrypted=0,
            unknown=0,
            not_content=0,
        ),
        exposed=0 if role == "store" else plaintext,
        unproven=0,
        excluded=12,
        unreadable=0,
        must_be_deidentified=False,
        identified=0,
        secrets=0,
        names_exposed=0,
        past_retention=None,
        silently_changed=None,
    )
