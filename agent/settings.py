"""What has the practice decided for this machine?

`agent.toml` in the home, `/etc/dentinel/agent.toml` for the home of the package. A file that is
not there decides nothing: no role, no imaging folders.

- Mistakes are reported all at once, each with its key, its value and what to write instead.
- Nothing here is believed to exist: whether a folder is there is asked by those who watch it.
- Only the label of an imaging folder ever leaves the machine.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from agent import tables
from agent.errors import SettingsError
from agent.paths import Home
from agent.tables import Keys, Reading

Role: TypeAlias = Literal[
    "workstation", "operatory", "front_desk", "server", "imaging_server", "nas"
]
RootRole: TypeAlias = Literal["store", "export", "backup", "outbox"]
LabelSays: TypeAlias = Literal["plaintext", "not_content", "encrypted"]
Destination: TypeAlias = Literal["local", "usb", "nas", "share", "cloud", "tape"]
BackupBy: TypeAlias = Literal["veeam", "windows_server_backup", "time_machine", "zfs_send", "other"]

MOST_HOSTS = 64  # that one machine visits
_ROLES = get_args(Role)
_ROOT_ROLES = get_args(RootRole)
_SAYS = get_args(LabelSays)
_DESTINATIONS = get_args(Destination)
_BACKUPS_BY = get_args(BackupBy)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootSetting:
    """An imaging folder: `label` is its name in reports, `quiet` when it may be read at leisure.

    `batch`: hours in which the practice itself converts files in numbers. `keep_years`: how long
    it keeps images; older ones are counted. `integrity`: contents are summed.
    """

    label: str
    path: Path
    role: RootRole
    quiet: tuple[time, time] | None = None
    must_be_deidentified: bool = False
    audited: bool = False
    batch: tuple[time, time] | None = None
    keep_years: int | None = None
    integrity: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSetting:
    """What files like `match` are, by somebody's word; `encrypted` is believed until a day."""

    match: str
    says: LabelSays
    by: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A folder inside a root that is not judged, counted all the same, and the reason."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupSetting:
    """A copy of the images: in a folder (`path`), or on a machine that is not looked into (`host`).

    `by` names the program where its files do not; `encrypted` is somebody's word, None: nobody's;
    `restored` is the last day on which a file was brought back from it and opened.
    """

    name: str
    destination: Destination
    offsite: bool
    immutable: bool
    images: bool
    database: bool
    path: Path | None = None
    host: str | None = None
    by: BackupBy | None = None
    encrypted: bool | None = None
    restored: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSetting:
    """A machine that carries no agent: where it is, how we get in, which keys it may show.

    `pins` are lines like `ssh-ed25519 SHA256:…`; without any, it is not signed in to.
    """

    name: str
    address: str
    user: str
    port: int = 22
    key_file: Path | None = None
    pins: tuple[str, ...] = ()
    ssh_agent: bool = False
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that agent.toml can say; to `never_probe` nobody speaks DICOM.

    Without `defer_sweeps` folders are swept while the machine is busy or on battery.
    """

    role: Role | None = None
    roots: tuple[RootSetting, ...] = ()
    labels: tuple[LabelSetting, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    backups: tuple[BackupSetting, ...] = ()
    hosts: tuple[HostSetting, ...] = ()
    never_probe: tuple[int, ...] = ()
    patrol_every: timedelta = timedelta(hours=1)
    sync_every: timedelta = timedelta(minutes=5)
    visit_every: timedelta = timedelta(hours=1)
    proxy: str | None = None
    defer_sweeps: bool = True


def load(home: Home) -> Settings:
    """Read the settings of a home; SettingsError names every mistake in the file at once."""
    try:
        text = home.settings.read_bytes().decode()
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{home.settings} is not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise SettingsError(
            f"{home.settings} cannot be read: {error.strerror}",
            "run as root, or as the user who owns the file",
        ) from error
    return parse(text, str(home.settings))


def parse(text: str, name: str = "agent.toml") -> Settings:
    """Read settings from TOML text; SettingsError names every mistake. `name` is the file's."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{name} is no TOML: {error}",
            "texts and paths stand in quotes, a Windows path in single ones: path = 'C:\\PDATA'",
        ) from error
    reading = Reading([])
    settings = _settings(reading, document)
    if settings is None or reading.mistakes:
        said = "".join(f"\n  {mistake}" for mistake in reading.mistakes)
        raise SettingsError(f"{name} cannot be used:{said}", "correct it; nothing of it is used")
    return settings


def _settings(reading: Reading, document: Mapping[str, Any]) -> Settings | None:
    imaging = document.get("imaging", {})
    if not isinstance(imaging, dict):
        reading.mistake("imaging", imaging, "write [[imaging.root]] above the folder's lines")
        return None
    lists = {f"imaging.{key}": value for key, value in imaging.items()}
    lists |= {key: value for key, value in document.items() if key in _LISTS}
    top = {key: value for key, value in document.items() if key != "imaging" and key not in lists}
    whole = reading.table(Settings, top, _TOP, "")
    read: dict[str, Any] = {}
    for key, value in lists.items():
        if key not in _LISTS:
            known = [name.removeprefix("imaging.") for name in _LISTS if "." in name]
            reading.mistake(key, value, f"known are {', '.join(known)}")
            continue
        field, record, keys = _LISTS[key]
        read[field] = reading.tables(record, value, keys, key)
    reading.told_apart("imaging.root.label", [one.label for one in read.get("roots", ())])
    reading.told_apart("backup.name", [one.name for one in read.get("backups", ())])
    reading.told_apart("host.name", [one.name for one in read.get("hosts", ())])
    reading.at_most(MOST_HOSTS, "host", read.get("hosts", ()))
    for number, backup in enumerate(read.get("backups", ())):
        if (backup.path is None) is (backup.host is None):
            reading.mistake(f"backup[{number}]", backup.name, "give either its path or its host")
    _have_an_end(reading, read.get("labels", ()))
    return None if whole is None else replace(whole, **read)


def _have_an_end(reading: Reading, labels: Iterable[LabelSetting]) -> None:
    for label in labels:
        if label.says == "encrypted" and label.until is None:
            reading.mistake("imaging.label", label.match, "write until = a day, its last")


_LISTS: Mapping[str, tuple[str, type, Keys]] = {
    "imaging.root": (
        "roots",
        RootSetting,
        Keys(
            {
                "label": tables.label,
                "path": tables.folder,
                "role": partial(tables.one_of, _ROOT_ROLES),
                "quiet": tables.hours,
                "must_be_deidentified": tables.yes_or_no,
                "audited": tables.yes_or_no,
                "batch": tables.hours,
                "keep_years": tables.years,
                "integrity": tables.yes_or_no,
            },
            required=("label", "path", "role"),
        ),
    ),
    "imaging.label": (
        "labels",
        LabelSetting,
        Keys(
            {
                "match": tables.text,
                "says": partial(tables.one_of, _SAYS),
                "by": tables.text,
                "until": tables.near_day,
            },
            required=("match", "says", "by"),
        ),
    ),
    "imaging.exclude": (
        "excludes",
        Exclusion,
        Keys({"path": tables.folder, "why": tables.text}, required=("path", "why")),
    ),
    "backup": (
        "backups",
        BackupSetting,
        Keys(
            {
                "name": tables.label,
                "path": tables.folder,
                "host": partial(
                    tables.matching, r"[A-Za-z0-9][A-Za-z0-9.:-]{0,252}", "write a name or address"
                ),
                "destination": partial(tables.one_of, _DESTINATIONS),
                "offsite": tables.yes_or_no,
                "immutable": tables.yes_or_no,
                "images": tables.yes_or_no,
                "database": tables.yes_or_no,
                "by": partial(tables.one_of, _BACKUPS_BY),
                "encrypted": tables.yes_or_no,
                "restored": tables.day,
            },
            required=("name", "destination", "offsite", "immutable", "images", "database"),
        ),
    ),
    "host": (
        "hosts",
        HostSetting,
        Keys(
            {
                "name": tables.label,
                "address": partial(
                    tables.matching,
                    r"[A-Za-z0-9:][A-Za-z0-9.:%-]{0,252}",
                    "write a name or address",
                ),
                "port": tables.port,
                "user": partial(
                    tables.matching, r"[A-Za-z_][A-Za-z0-9._@-]{0,63}", "write the account's name"
                ),
                "key_file": tables.folder,
                "pins": tables.pins,
                "ssh_agent": tables.yes_or_no,
                "role": partial(tables.one_of, _ROLES),
            },
            required=("name", "address", "user"),
        ),
    ),
}
_TOP = Keys(
    {
        "role": partial(tables.one_of, _ROLES),
        "patrol_every": partial(tables.span, timedelta(minutes=5), timedelta(days=1)),
        "visit_every": partial(tables.span, timedelta(minutes=5), timedelta(days=1)),
        "sync_every": partial(tables.span, timedelta(minutes=1), timedelta(hours=1)),
        "proxy": partial(
            tables.matching, r"http://[A-Za-z0-9.-]+:[0-9]{1,5}", 'write it as "http://HOST:PORT"'
        ),
        "never_probe": tables.ports,
        "defer_sweeps": tables.yes_or_no,
    },
    tables=("imaging", *(name for name in _LISTS if "." not in name)),
)
