"""What may keep the agent from its work? One function a cause.

Each looks at one thing, says what it found, and in case of a fault what to do. Nothing is changed
and nobody is called: the controller is judged by its last answer.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import packages_distributions
from pathlib import Path

from agent import settings
from agent.cli.signed import Signed
from agent.errands import results
from agent.errors import AgentError, NotEnrolled
from agent.guard import state
from agent.identity.machine import Identity
from agent.identity.trust import Trust
from agent.outbox import standing
from agent.outbox.contact import UNKNOWN_KEY
from agent.paths import Home
from rules.facts.form import Json

_NAMES = ("rules", "evidence", "agent", "controller")
_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")
_SILENT = timedelta(hours=1)
_GROUP_TOO, _OTHERS = 0o077, 0o007
"""Mode bits of those who may not read: the courier's group may read the courier's key."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `advice` is None when it is as it should be."""

    name: str
    said: str
    advice: str | None = None

    def to_json(self) -> dict[str, Json]:
        """As a document."""
        return asdict(self)


def examine(home: Home) -> list[Check]:
    """Look at everything, in the order in which a person would mend it."""
    found = []
    for name, check in _CHECKS.items():
        try:
            found += [Check(name, *told) for told in check(home)]
        except AgentError as error:
            found.append(Check(name, error.message, error.advice))
        except OSError as error:
            found.append(Check(name, f"{error.filename}: {error.strerror}", "run as root"))
    return found


_Told = Iterator[tuple[str, str | None]]


def _packages(_home: Home) -> _Told:
    """Public packages have our plain names too, and installing one would replace ours."""
    owners = packages_distributions()
    alien = {
        name: owners.get(name, []) for name in _NAMES if {*owners.get(name, [])} - {"dentinel"}
    }
    if alien:
        said = ", ".join(f"{name} is also of {', '.join(of)}" for name, of in alien.items())
        yield said, "install dentinel anew, into an environment of its own"
    else:
        yield "the four packages are ours", None


def _home(home: Home) -> _Told:
    if home.root.is_file():
        yield f"{home.root} is a file", "name a folder with --home DIR"
        return
    if not home.root.is_dir():
        yield f"{home.root} is not there", "dentinel enroll JOIN makes it, and so does dentinel run"
        return
    yield f"{home.root}", None
    private = (home.report_key, home.local, home.chain, home.results)
    for path, others in (*((path, _GROUP_TOO) for path in private), (home.courier_key, _OTHERS)):
        if path.exists() and os.name == "posix" and path.stat().st_mode & others:
            yield f"{path} can be read by others", f"chmod 600 {path}"


def _settings(home: Home) -> _Told:
    found = settings.load(home)
    if not found.roots:
        yield "no imaging folder is named", f"name it in {home.settings}, as [[imaging.root]]"
        return
    yield f"{home.settings} names {len(found.roots)} imaging folder(s)", None


def _folders(home: Home) -> _Told:
    guard = state.read(home)
    for root in settings.load(home).roots:
        known = guard["roots"].get(root.label) if guard else None
        if not root.path.is_dir():
            yield f"{root.label}: {root.path} is not there", "correct its path, or mount its disk"
        elif known and guard and guard["stopped_at"] is None and not known["watched"]:
            yield f"{root.label} is not watched whole: it is swept each 15 minutes", _more_watches()
        else:
            yield f"{root.label}: {root.path}", None


def _more_watches() -> str:
    try:
        limit = int(_WATCHES.read_text())
    except (OSError, ValueError):
        return "see the guard's journal"
    return (
        f"the system allows {limit} watched folders; if there are more, raise"
        f" fs.inotify.max_user_watches in /etc/sysctl.d (a network share is always swept)"
    )


def _keys(home: Home) -> _Told:
    try:
        identity = Identity.load(home)
    except NotEnrolled as error:
        yield error.message, error.advice
        return
    identity.report_key()
    identity.courier_key()
    yield f"enrolled as {identity.agent}, both keys can be read", None


def _guard(home: Home) -> _Told:
    if not state.is_running(home):
        yield "no guard runs", "systemctl start dentinel-guard, or in the foreground: dentinel run"
        return
    yield "the guard runs", None


def _rules(home: Home) -> _Told:
    signed = Signed.of(home, results.load(home).policy, datetime.now(UTC))
    if signed.fault is not None:
        yield f"{signed.said}; {signed.fault}", "see docs/operate.md, on signed rules"
    elif home.packs_wanted.exists() and not Trust.load(home.trust).tuf_root:
        yield (
            f"{signed.said}; the controller has signed rules, and this machine joined before",
            "join again, keys and chain stay: dentinel enroll JOIN",
        )
    else:
        yield signed.said, None


def _patrols(home: Home) -> _Told:
    found = results.load(home)
    clocks = found.clocks
    signed = Signed.of(home, found.policy, datetime.now(UTC))
    every = signed.every or settings.load(home).patrol_every
    if clocks is None:
        yield "no patrol has ended", "see the guard's journal: journalctl -u dentinel-guard"
    elif datetime.now(UTC) - clocks.at > 2 * every:
        yield f"the last patrol ended at {clocks.at:%Y-%m-%d %H:%M} UTC", "see the guard's journal"
    else:
        yield f"the last patrol ended at {clocks.at:%Y-%m-%d %H:%M} UTC", None


_START_OVER = (
    "if that is so: dentinel enroll JOIN --new-identity, and on its page say which machine it "
    "replaces; what was received of it stays. If neither is so, ask who runs the controller"
)


def _controller(home: Home) -> _Told:
    post = standing.read(home)
    if not home.enrolled.exists():
        return
    if UNKNOWN_KEY in (post.said, post.alarm):
        yield f"{UNKNOWN_KEY}; {post.waiting} report(s) wait", _START_OVER
    elif post.said is not None:
        yield f"{post.said}; {post.waiting} report(s) wait", "see docs/operate.md, on the network"
    elif post.seen_at is None or datetime.now(UTC) - post.seen_at > _SILENT:
        yield (
            "not heard for more than an hour",
            "does the courier run? journalctl -u dentinel-courier",
        )
    else:
        yield f"heard at {post.seen_at:%Y-%m-%d %H:%M} UTC, {post.waiting} report(s) wait", None
    if post.rejected:
        yield f"{post.rejected} report(s) were refused", "update the agent or the controller"


_CHECKS: dict[str, Callable[[Home], _Told]] = {
    "packages": _packages,
    "home": _home,
    "settings": _settings,
    "folders": _folders,
    "keys": _keys,
    "guard": _guard,
    "rules": _rules,
    "patrols": _patrols,
    "controller": _controller,
}
