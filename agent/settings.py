"""What has the practice decided for this machine?

`agent.toml` in the home, `/etc/dentinel/agent.toml` for the home of the package. A file that is
not there decides nothing: no role, no imaging folders.

- Mistakes are reported all at once, each with its key, its value and what to write instead.
- Nothing here is believed to exist: whether a folder is there is asked by those who watch it.
- Only the label of an imaging folder ever leaves the machine.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypeVar

from agent.errors import SettingsError
from agent.paths import Home

Role: TypeAlias = Literal[
    "workstation", "operatory", "front_desk", "server", "imaging_server", "nas"
]
RootRole: TypeAlias = Literal["store", "export", "backup", "outbox"]
LabelSays: TypeAlias = Literal["plaintext", "not_content", "encrypted"]

_ROLES = ("workstation", "operatory", "front_desk", "server", "imaging_server", "nas")
_ROOT_ROLES = ("store", "export", "backup", "outbox")
_SAYS = ("plaintext", "not_content", "encrypted")


@dataclass(frozen=True, slots=True, kw_only=True)
class RootSetting:
    """An imaging folder: `label` is its name in reports, `quiet` when it may be read at leisure."""

    label: str
    path: Path
    role: RootRole
    quiet: tuple[time, time] | None = None
    must_be_deidentified: bool = False
    audited: bool = False


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
class Settings:
    """All that agent.toml can say."""

    role: Role | None = None
    roots: tuple[RootSetting, ...] = ()
    labels: tuple[LabelSetting, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    patrol_every: timedelta = timedelta(hours=1)
    sync_every: timedelta = timedelta(minutes=5)
    proxy: str | None = None


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing in the file that cannot be meant: where it stands, and what to write instead."""

    key: str
    value: str
    write: str

    def __str__(self) -> str:
        return f"{self.key} = {self.value}: {self.write}"


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
    reading = _Reading([])
    settings = reading.settings(document)
    if settings is None or reading.mistakes:
        said = "".join(f"\n  {mistake}" for mistake in reading.mistakes)
        raise SettingsError(f"{name} cannot be used:{said}", "correct it; nothing of it is used")
    return settings


_T = TypeVar("_T")
_Reader: TypeAlias = Callable[[object], Any]
"""Reads one value; raises ValueError with the words that say what to write instead."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One reading of a document, and the mistakes that it met."""

    mistakes: list[Mistake]

    def settings(self, document: Mapping[str, Any]) -> Settings | None:
        imaging = document.get("imaging", {})
        if not isinstance(imaging, dict):
            self._mistake("imaging", imaging, "write [[imaging.root]] above the folder's lines")
            return None
        top = {key: value for key, value in document.items() if key != "imaging"}
        whole = self._table(Settings, top, _TOP, "")
        lists: dict[str, Any] = {}
        for key, value in imaging.items():
            if key not in _LISTS:
                self._mistake(f"imaging.{key}", value, f"known are {', '.join(_LISTS)}")
                continue
            field, record, readers = _LISTS[key]
            lists[field] = self._tables(record, value, readers, f"imaging.{key}")
        self._labels_are_unique(lists.get("roots", ()))
        return None if whole is None else replace(whole, **lists)

    def _tables(
        self, record: type[_T], value: object, readers: Mapping[str, _Reader], at: str
    ) -> tuple[_T, ...]:
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self._mistake(at, value, f"write it as [[{at}]], once for each")
            return ()
        tables = [
            self._table(record, table, readers, f"{at}[{number}].")
            for number, table in enumerate(value)
        ]
        return tuple(table for table in tables if table is not None)

    def _table(
        self, record: type[_T], table: Mapping[str, object], readers: Mapping[str, _Reader], at: str
    ) -> _T | None:
        values = {}
        before = len(self.mistakes)
        known = [*readers, "imaging"] if record is Settings else readers
        for key, value in table.items():
            if key not in readers:
                self._mistake(at + key, value, f"known are {', '.join(known)}")
                continue
            try:
                values[key] = readers[key](value)
            except ValueError as error:
                self._mistake(at + key, value, str(error))
        for key in _REQUIRED.get(record, ()):
            if key not in table:
                self._mistake(at + key, "nothing", "it must be given")
        return record(**values) if len(self.mistakes) == before else None

    def _labels_are_unique(self, roots: tuple[RootSetting, ...]) -> None:
        labels = [root.label for root in roots]
        for label in sorted({label for label in labels if labels.count(label) > 1}):
            self._mistake("imaging.root.label", label, "two folders bear it: give each its own")

    def _mistake(self, key: str, value: object, write: str) -> None:
        shown = repr(value) if isinstance(value, str) else str(value)
        self.mistakes.append(Mistake(key, shown[:80], write))


def _one_of(words: tuple[str, ...], value: object) -> str:
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"write one of {', '.join(words)}")
    return value


def _matching(pattern: str, write: str, value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise ValueError(write)
    return value


def _yes_or_no(value: object) -> bool:
    if value is not True and value is not False:
        raise ValueError("write true or false, without quotes")
    return value


def _day(value: object) -> date:
    if type(value) is not date:
        raise ValueError("write a day without quotes, as 2027-03-31")
    return value


def _folder(value: object) -> Path:
    if not isinstance(value, str) or not Path(value).is_absolute() or "\0" in value:
        raise ValueError("write the whole path of the folder, from the top of its disk")
    if value.strip("/") == "":
        raise ValueError("write a folder: a whole disk is too much")
    return Path(value)


def _span(least: timedelta, most: timedelta, value: object) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", value) if isinstance(value, str) else None
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    span = timedelta(**{unit[found[2]]: int(found[1])}) if found else None
    if span is None or not least <= span <= most:
        raise ValueError(f'write a span as "90s", "15m" or "1h", from {least} to {most}')
    return span


def _hours(value: object) -> tuple[time, time]:
    clock = r"([01][0-9]|2[0-3]):([0-5][0-9])"
    found = re.fullmatch(f"{clock}-{clock}", value) if isinstance(value, str) else None
    if not found:
        raise ValueError('write two times of day, as "20:00-06:00"')
    return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))


_TEXT = partial(_matching, r"[^\x00-\x1f]{1,200}", "write a few words in quotes")
_TOP: Mapping[str, _Reader] = {
    "role": partial(_one_of, _ROLES),
    "patrol_every": partial(_span, timedelta(minutes=5), timedelta(days=1)),
    "sync_every": partial(_span, timedelta(minutes=1), timedelta(hours=1)),
    "proxy": partial(
        _matching, r"http://[A-Za-z0-9.-]+:[0-9]{1,5}", 'write it as "http://HOST:PORT"'
    ),
}
_ROOT: Mapping[str, _Reader] = {
    "label": partial(
        _matching,
        r"[a-z][a-z0-9-]{0,31}",
        "write a-z, 0-9 and dashes, 32 at most: it leaves the machine, so name no patient",
    ),
    "path": _folder,
    "role": partial(_one_of, _ROOT_ROLES),
    "quiet": _hours,
    "must_be_deidentified": _yes_or_no,
    "audited": _yes_or_no,
}
_LABEL: Mapping[str, _Reader] = {
    "match": _TEXT,
    "says": partial(_one_of, _SAYS),
    "by": _TEXT,
    "until": _day,
}
_EXCLUDE: Mapping[str, _Reader] = {"path": _folder, "why": _TEXT}
_LISTS: Mapping[str, tuple[str, type, Mapping[str, _Reader]]] = {
    "root": ("roots", RootSetting, _ROOT),
    "label": ("labels", LabelSetting, _LABEL),
    "exclude": ("excludes", Exclusion, _EXCLUDE),
}
_REQUIRED: Mapping[type, tuple[str, ...]] = {
    RootSetting: ("label", "path", "role"),
    LabelSetting: ("match", "says", "by"),
    Exclusion: ("path", "why"),
}
