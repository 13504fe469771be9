"""What about signed rules is due, and what lies where it must not?

Pure but for the repository that it reads: sentences for `packs status`, `doctor` and who mails.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from controller.errors import ControllerError
from controller.policy.repository import Repository
from evidence.distribution import WARN_DAYS
from rules.counted import counted

_SIGNERS = {
    "root": "the holders of root keys sign the next one: dentinel pack sign --role root --renew",
    "targets": "the author signs again and publishes: dentinel pack sign, dentinel pack publish",
}
_STOPPED = "the timestamp was not signed anew: is dentinel-controller serve running?"
_TIMESTAMP_LATE = timedelta(hours=6)
_FEW_BYTES = 200
_MOST_FILES = 20_000


def due(held: Repository, now: datetime) -> Iterator[str]:
    """A sentence for each thing that somebody must do; nothing if nothing is published."""
    if not held.is_open:
        return
    try:
        signed = {"root": held.root().signed, "targets": held.targets().signed}
        stamp = held.timestamp().signed
    except ControllerError as error:
        yield str(error)
        return
    for role, of in signed.items():
        said = _said(f"{role} {of.version}", of.expires, now)
        if said is not None:
            yield f"{said}; {_SIGNERS[role]}"
    if stamp.expires - now < timedelta(days=3) - _TIMESTAMP_LATE:
        yield f"{_STOPPED} Machines call their rules stale from {stamp.expires:%Y-%m-%d %H:%M} UTC"


def stray_keys(folder: Path) -> list[Path]:
    """Key files of authors below a folder: on the controller they are within a thief's reach."""
    found = []
    for number, file in enumerate(folder.rglob("*")):
        if number >= _MOST_FILES:
            break
        if file.is_file() and file.suffix in (".key", ".json") and _is_key(file):
            found.append(file)
    return found


def _is_key(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            head = opened.read(_FEW_BYTES)
    except OSError:
        return False
    return b'"dentinel"' in head and b"key/v1" in head and b"public-keys" not in head


def _said(what: str, expires: datetime, now: datetime) -> str | None:
    left = expires - now
    if left <= timedelta(0):
        return f"{what} expired on {expires:%Y-%m-%d}: machines keep their rules, and take no new"
    if left > timedelta(days=max(WARN_DAYS)):
        return None
    return f"{what} expires on {expires:%Y-%m-%d}, in {counted(left.days, 'day')}"
