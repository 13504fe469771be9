"""How old is each copy of the images, and where does it lie? The answer for macOS.

What the settings declare, as on every system, and the destinations of Time Machine by its own
record, which takes Full Disk Access to read. Whether an imaging folder is in a copy `tmutil` says.
The list is whole only where somebody declared what there is.
"""

from collections.abc import Iterator
from functools import partial
from typing import Literal

from agent.facts.backups import copies, store
from agent.facts.backups.copies import Look
from agent.facts.base import About, answers, known, part
from agent.host import privacy
from agent.host.base import Absent, Host, HostError, output
from agent.host.programs import Program
from agent.readers import timemachine
from agent.readers.errors import ParseError
from agent.readers.timemachine import Destination
from agent.storage import mac as storage
from rules.facts.backups import BACKUPS, Backups, Copy
from rules.facts.base import Items, Maybe, Unknown, Why

_RECORD = "/Library/Preferences/com.apple.TimeMachine.plist"
_UNREAD = Unknown(Why.NOT_COLLECTED)


@answers(BACKUPS, on="macos", confidence="derived", pace="heavy")
def macos(host: Host, about: About) -> Backups:
    """What was declared first, then Time Machine."""
    found = copies.declared(Look(host, about))
    missing = None if found else Why.NOT_COLLECTED
    try:
        found += _time_machine(host, about)
    except HostError as error:
        missing = error.why
    except ParseError:
        missing = Why.PARSE_ERROR
    return Backups(copies=Items(tuple(found), missing), last_restore_test=copies.restored(about))


def _time_machine(host: Host, about: About) -> Iterator[Copy]:
    try:
        said = privacy.guarded(host, _RECORD)
    except Absent:
        return  # nobody has ever set it up
    images = part(lambda: _holds_images(host, about))
    for one in timemachine.destinations(said):
        yield _copy(one, about, images, part(partial(_medium, host, one)))


def _medium(host: Host, one: Destination) -> Literal["local", "usb", "share"]:
    """On what it lies; of a disk that is away, or no volume of Apple's, nobody says."""
    if one.is_remote:
        return "share"
    for volume in storage.volumes(host).all:
        if volume.key in one.volumes:
            return "usb" if volume.kind == "removable" else "local"
    raise HostError(Why.NOT_COLLECTED, "its disk is not plugged in")


def _copy(
    one: Destination,
    about: About,
    images: Maybe[bool],
    medium: Maybe[Literal["local", "usb", "share"]],
) -> Copy:
    return Copy(
        name=about.memory.number("found", one.id),
        product="time_machine",
        destination=medium,
        last_success=store.latest(one.finished_at, about.now),
        ok=_UNREAD if one.ok is None else one.ok,
        encrypted=_UNREAD if one.encrypted is None else one.encrypted,
        offsite=False,
        immutable=False,
        covers_images=images,
        covers_database=_UNREAD,
        shrunk=_UNREAD,
    )


def _holds_images(host: Host, about: About) -> bool:
    """Is no imaging folder left out? HostError where none is known."""
    roots = [root.path.as_posix() for root in about.settings.roots if root.role == "store"]
    if not roots:
        raise HostError(Why.NOT_COLLECTED, "no imaging folder is known")
    excluded = [part(partial(_is_excluded, host, path)) for path in roots]
    if True in excluded:
        return False
    for one in excluded:
        known(one)
    return True


def _is_excluded(host: Host, path: str) -> bool:
    return timemachine.is_excluded(output(host, Program.TMUTIL, "isexcluded", "-X", path))
