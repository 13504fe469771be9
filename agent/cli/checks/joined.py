"""Has this computer joined, as itself, and can it use its keys?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.cli.checks.base import Seen, Told
from agent.cli.checks.service import journal
from agent.enrol import join
from agent.errors import EnrolError, IdentityError, NotEnrolled
from agent.facts.host import hardware
from agent.identity import copy
from agent.identity.binding import Binding
from agent.identity.machine import Identity

_LEFT = Path("/etc/dentinel/join")
"""Where the package of Linux leaves a join string."""
_SOON = timedelta(minutes=10)


def keys(seen: Seen) -> Iterator[Told]:
    """Has this machine joined, and can both keys be read? It says so if it noticed to be a copy."""
    try:
        identity = Identity.load(seen.home)
    except NotEnrolled as error:
        yield error.message, error.advice
        return
    identity.report_key()
    identity.courier_key()
    yield f"enrolled as {identity.agent}, both keys can be read", None


def computer(seen: Seen) -> Iterator[Told]:
    """Is this the computer that joined? By board, installation and disk, as noted at joining."""
    try:
        Identity.load(seen.home)
    except IdentityError:
        return  # `keys` has said it
    before, now = Binding.load(seen.home.binding), hardware.read(seen.host)
    changes = before.changes(now)
    if changes > copy.MOST:
        said = f"{changes} of 3 values (board, installation, disk) are another computer's"
        do = "if it is a copy: dentinel enroll JOIN, and dentinel seal before a disk is imaged"
        yield f"{said}: the next patrol destroys the keys that came with the disk", do
    elif before == Binding():
        yield "of this computer nothing is noted: a copy of it would not be noticed", None
    else:
        yield "it is the computer that joined", None


def left(seen: Seen) -> Iterator[Told]:
    """Does a join string lie there unused, damaged or refused? By its file and what came of it."""
    failed = _said(seen.home.join_failed)
    lying = [path for path in _places(seen) if path.exists()]
    for path in lying:
        yield _of(path, seen.now, failed)
    if not lying and failed is not None:
        yield f"the join string that was left came to nothing: {failed}", "leave a new one"
    elif not lying:
        yield "no join string waits", None


def _places(seen: Seen) -> tuple[Path, ...]:
    return (seen.home.join, _LEFT) if seen.is_packaged else (seen.home.join,)


def _of(path: Path, now: datetime, failed: str | None) -> Told:
    """One that lies there: it should be gone within a minute or two."""
    try:
        string = join.parse(path.read_text(encoding="ascii", errors="replace"))
    except EnrolError as error:
        return f"{path} holds no join string that is whole", error.advice
    since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    where = f"for {string.host}:{string.port}"
    if now - since < _SOON:
        return f"{path} is about to be used, {where}", None
    said = f"{path} {where} lies there since {since:%Y-%m-%d %H:%M} UTC and was not used"
    why = f": {failed}" if failed else ""
    return f"{said}{why}", f"{journal('enroll')}; is the guard running?"


def _said(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except OSError:
        return None
