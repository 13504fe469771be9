"""Does the controller hear this machine, and do both have the same time?"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from agent import settings
from agent.cli import alarms
from agent.cli.checks.base import Seen, Told
from agent.cli.checks.service import journal
from agent.enrol import join
from agent.errors import AgentError, EnrolError, IdentityError, NotEnrolled, SettingsError
from agent.identity.machine import Identity
from agent.outbox import standing
from agent.outbox.contact import UNKNOWN_KEY, Standing
from agent.outbox.mailbag import Mailbag, Memory
from agent.transport import tls
from agent.transport.base import Address, Limits
from agent.transport.https import Https
from agent.transport.route import Route
from rules.counted import counted

_SILENT = timedelta(hours=1)
_UNSENT = timedelta(days=1)
_SKEW = timedelta(minutes=5)
_LIMITS = Limits(connect=timedelta(seconds=5), whole=timedelta(seconds=5))
_START_OVER = (
    "if that is so: dentinel enroll JOIN --new-identity, and on its page say which machine it "
    "replaces; what was received of it stays. If neither is so, ask who runs the controller"
)
_STATES = {
    "pending": "a person approves it on the controller's page, under Machines",
    "quarantined": "a person looks at it on the controller's page: why stands there",
    "superseded": "another machine has taken its place; if not so: dentinel enroll JOIN",
    "revoked": "if it is to report again: dentinel enroll JOIN --new-identity",
    "retired": "if it is to report again: dentinel enroll JOIN --new-identity",
}
"""What the controller calls a machine of which it takes less than everything (trust.md)."""


def clock(seen: Seen) -> Iterator[Told]:
    """Is this clock right? By the controller's at the last contact, and the latest time it said."""
    try:
        identity = Identity.load(seen.home)
    except NotEnrolled:
        return
    said = f"the clock says {seen.now:%Y-%m-%d %H:%M} UTC"
    floor = identity.trust.clock_floor
    offset = timedelta(milliseconds=_memory(seen, identity).offset_ms or 0)
    do = "set the clock: timedatectl set-ntp true; on Windows w32tm /resync; and its battery?"
    if floor - seen.now > _SKEW:
        yield f"{said}, and the controller said {floor:%Y-%m-%d %H:%M} long ago", do
    elif abs(offset) > _SKEW:
        way = "ahead of" if offset > timedelta(0) else "behind"
        yield f"{said}, {_length(abs(offset))} {way} the controller's at the last contact", do
    else:
        yield said, None


def _memory(seen: Seen, identity: Identity) -> Memory:
    if not seen.home.courier.exists():
        return Memory()
    with Mailbag(seen.home.courier, identity.anchor, read_only=True) as bag:
        return bag.memory()


def _length(span: timedelta) -> str:
    if span.days:
        return counted(span.days, "day")
    return counted(round(span.total_seconds() / 60), "minute")


def road(seen: Seen) -> Iterator[Told]:
    """Is the controller reached now, and believed? By one handshake, over the proxy of agent.toml.

    Says which it is: name not known, nothing listens, no answer, a proxy that refuses, another's
    certificate (with its issuer, which is most often the antivirus). Nothing is sent.
    """
    if not seen.calls:
        yield "the controller is not called (--no-call)", None
        return
    to = _whom(seen)
    if to is None:
        return
    address, authorities = to
    proxy = _proxy(seen)
    way = f" through {proxy}" if proxy else ""
    context = tls.pinned(authorities) if authorities else tls.unchecked()
    with Https(Route(address, proxy, _LIMITS), context) as wire:
        wire.reach()
    believed = "and is the one that this machine trusts" if authorities else "to a handshake"
    yield f"{address} answers{way} {believed}", None


def _whom(seen: Seen) -> tuple[Address, tuple[str, ...]] | None:
    """Where the controller is and which CA it has; before joining, where the join string says."""
    with suppress(IdentityError):
        trust = Identity.load(seen.home).trust
        return Address(trust.host, trust.port), trust.ca
    with suppress(EnrolError, OSError):
        string = join.parse(seen.home.join.read_text(encoding="ascii", errors="replace"))
        return Address(string.host, string.port), ()
    return None


def _proxy(seen: Seen) -> str | None:
    try:
        return settings.load(seen.home).proxy
    except SettingsError:
        return None


def controller(seen: Seen) -> Iterator[Told]:
    """Does it hear us, and take us? By its last answer, kept by the courier."""
    if not seen.home.enrolled.exists():
        return
    post = standing.read(seen.home)
    yield _contact(post, seen.now)
    if post.state in _STATES:
        yield f"the controller calls this machine {post.state}", _STATES[post.state]


def _contact(post: Standing, now: datetime) -> Told:
    if UNKNOWN_KEY in (post.said, post.alarm):
        return UNKNOWN_KEY, _START_OVER
    if post.alarm or post.said:
        return str(post.alarm or post.said), "see docs/operate.md, on watching the agent"
    if post.seen_at is None or now - post.seen_at > _SILENT:
        return "not heard for more than an hour", f"does the courier run? {journal('courier')}"
    return f"heard at {post.seen_at:%Y-%m-%d %H:%M} UTC", None


def outbox(seen: Seen) -> Iterator[Told]:
    """How long have reports been waiting, and was one refused? By the outbox. A day is too long."""
    if not seen.home.enrolled.exists():
        return
    post = standing.read(seen.home)
    said = counted(post.waiting, "report waits", "reports wait")
    if post.oldest_at is not None and seen.now - post.oldest_at > _UNSENT:
        days = (seen.now - post.oldest_at).days
        do = "none is lost. See the check `road`, and whether the courier runs"
        yield f"{said}, the oldest for {counted(days, 'day')}", f"{do}: {journal('courier')}"
    else:
        yield said, None
    if post.rejected:
        do = "bring the agent to the controller's release: it may be older than the controller asks"
        yield counted(post.rejected, "report was refused", "reports were refused"), do


def log(seen: Seen) -> Iterator[Told]:
    """Does the controller's log contradict what this machine saw of it? By two signed notes."""
    with suppress(AgentError):
        if said := alarms.of_log(seen.home):
            yield said, "show the file to the owner, and to who checks evidence"
