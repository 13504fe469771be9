"""How is a table of the settings read, so that every mistake in it is told at once?

A table is described by its keys, each with a reader that gives the value or says what to write
instead. Nothing here knows which tables there are: that is agent.settings.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

MOST_DAYS_STATED = 366
"""How long a person's word on files is believed."""

Reader: TypeAlias = Callable[[object], Any]
"""Reads one value; raises ValueError with the words that say what to write instead."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing in the file that cannot be meant: where it stands, and what to write instead.

    `value` is what stands there now, empty where nothing does.
    """

    key: str
    value: str
    write: str

    def __str__(self) -> str:
        return (
            f"{self.key} = {self.value}: {self.write}"
            if self.value
            else f"{self.key}: {self.write}"
        )


@dataclass(frozen=True, slots=True)
class Keys:
    """What a table may hold: its keys, those that must be there, and tables that it may hold."""

    readers: Mapping[str, Reader]
    required: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a document, and the mistakes that it met."""

    mistakes: list[Mistake]

    def tables(self, record: type[T], value: object, keys: Keys, at: str) -> tuple[T, ...]:
        """A list of tables, as TOML's double brackets give it; those that cannot be meant go."""
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self.mistake(at, value, f"write it as [[{at}]], once for each")
            return ()
        read = [self.table(record, one, keys, f"{at}[{n}].") for n, one in enumerate(value)]
        return tuple(table for table in read if table is not None)

    def told_apart(self, key: str, names: Sequence[str]) -> None:
        """No two of these may have one name."""
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.mistake(key, name, "two bear it: give each its own")

    def at_most(self, most: int, key: str, found: Sequence[object]) -> None:
        """So many of them, and no more."""
        if len(found) > most:
            self.mistake(key, len(found), f"{most} at most")

    def table(self, record: type[T], table: Mapping[str, object], keys: Keys, at: str) -> T | None:
        """One table; None if there is a mistake in it."""
        values = {}
        before = len(self.mistakes)
        for key, value in table.items():
            if key not in keys.readers:
                known = ", ".join((*keys.readers, *keys.tables))
                self.mistake(at + key, value, f"known are {known}")
                continue
            try:
                values[key] = keys.readers[key](value)
            except ValueError as error:
                self.mistake(at + key, value, str(error))
        for key in keys.required:
            if key not in table:
                self.mistakes.append(Mistake(at + key, "", "it must be given"))
        return record(**values) if len(self.mistakes) == before else None

    def mistake(self, key: str, value: object, write: str) -> None:
        """Note one; of a long value only the start is shown."""
        shown = repr(value) if isinstance(value, str) else str(value)
        self.mistakes.append(Mistake(key, shown[:80], write))


def one_of(words: tuple[str, ...], value: object) -> str:
    """One of some words."""
    if not isinstance(value, str) or value not in words:
        raise ValueError(f"write one of {', '.join(words)}")
    return value


def matching(pattern: str, write: str, value: object) -> str:
    """A text that a pattern matches whole."""
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise ValueError(write)
    return value


def yes_or_no(value: object) -> bool:
    """True or false."""
    if value is not True and value is not False:
        raise ValueError("write true or false, without quotes")
    return value


def day(value: object) -> date:
    """A day, without a time."""
    if type(value) is not date:
        raise ValueError("write a day without quotes, as 2027-03-31")
    return value


def near_day(value: object) -> date:
    """A day that a person's word holds until: a year from now at the latest."""
    said, last = day(value), datetime.now(tz=UTC).date() + timedelta(days=MOST_DAYS_STATED)
    if said > last:
        raise ValueError(f"write a day up to {last}: a person's word is asked for again each year")
    return said


def ports(value: object) -> tuple[int, ...]:
    """Numbers of TCP ports."""
    listed = value if isinstance(value, list) else [None]
    if not all(type(port) is int and 1 <= port <= 65535 for port in listed):
        raise ValueError("write ports between square brackets, as [104, 11112]")
    return tuple(listed)


def port(value: object) -> int:
    """The number of a TCP port."""
    if type(value) is not int or not 1 <= value <= 65535:
        raise ValueError("write a number from 1 to 65535, without quotes")
    return value


def pins(value: object) -> tuple[str, ...]:
    """Host keys of SSH, by type and fingerprint."""
    form = r"[a-z0-9-]{7,32} SHA256:[A-Za-z0-9+/]{43}"
    listed = value if isinstance(value, list) and value else [None]
    if not all(isinstance(one, str) and re.fullmatch(form, one) for one in listed):
        raise ValueError('write ["ssh-ed25519 SHA256:…"], as dentinel audit --host shows it')
    return tuple(listed)


def folder(value: object) -> Path:
    """The whole path of a folder that is no whole disk."""
    if not isinstance(value, str) or not Path(value).is_absolute() or "\0" in value:
        raise ValueError("write the whole path of the folder, from the top of its disk")
    if re.fullmatch(r"/*|[A-Za-z]:[\\/]*", value):
        raise ValueError("write a folder: a whole disk is too much")
    return Path(value)


def span(least: timedelta, most: timedelta, value: object) -> timedelta:
    """A length of time within two bounds."""
    found = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", value) if isinstance(value, str) else None
    unit = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
    read = timedelta(**{unit[found[2]]: int(found[1])}) if found else None
    if read is None or not least <= read <= most:
        raise ValueError(f'write a span as "90s", "15m" or "1h", from {least} to {most}')
    return read


def years(value: object) -> int:
    """A whole number of years."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100:
        raise ValueError("write a number of years, from 1 to 100")
    return value


SMALL_HOURS = (time(1, 0), time(5, 0))
"""When a practice is closed that does not say when."""


def hours(value: object) -> tuple[time, time]:
    """From one time of day to another."""
    clock = r"([01][0-9]|2[0-3]):([0-5][0-9])"
    found = re.fullmatch(f"{clock}-{clock}", value) if isinstance(value, str) else None
    if not found:
        raise ValueError('write two times of day, as "20:00-06:00"')
    return time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))


text: Reader = partial(matching, r"[^\x00-\x1f]{1,200}", "write a few words in quotes")
label: Reader = partial(
    matching,
    r"[a-z][a-z0-9-]{0,31}",
    "write a-z, 0-9 and dashes, 32 at most: it leaves the machine, so name no patient",
)
