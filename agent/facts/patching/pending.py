"""Which patches does a Windows miss, when did it last look, and when did it last mend itself?

From the update agent's cache. Definitions of viruses are no patches.

- A source that is stale, or a search that did not end well, gives an incomplete list, never an
  empty one.
- What is critical to the system, or has a severity for its security, counts as a security patch
  as well as what says that it is one.
- A history in which no security patch was installed proves nothing: it may have been cleared.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from agent.facts.base import About
from agent.readers.probes.wua import CRITICAL, DEFINITIONS, SECURITY, Done, Found, Update, Updates
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.patching import Patch

Severity: TypeAlias = Literal["critical", "high", "medium", "low", "unrated"]

_STALE_AFTER = timedelta(days=7)
_AHEAD = timedelta(hours=1)
"""By how much a clock that was set back may have been ahead."""

_INSTALLED, _SUCCEEDED = 1, 2
"""uoInstallation; orcSucceeded (wuapi.h)."""

_SEVERITIES: dict[str, Severity] = {
    "Critical": "critical",
    "Important": "high",
    "Moderate": "medium",
    "Low": "low",
    "": "unrated",
}
"""MsrcSeverity, which is the same in every language."""


def pending(said: Updates, about: About) -> Maybe[Items[Patch]]:
    """All that is offered, as far as it is known."""
    if isinstance(said.found, Unknown):
        return said.found
    updates = [one for one in said.found.updates if DEFINITIONS not in one.categories]
    shared = Counter(number for one in updates for number in one.kb)
    about.memory.retain("patching", {"reboot", *(one.id for one in updates)})
    patches = tuple(_patch(one, shared, about) for one in updates)
    return Items(patches, _missing(said.found, said.searched, about.now))


def last_security_install(said: Updates) -> Maybe[datetime | None]:
    """When the newest security patch was installed."""
    if isinstance(said.history, Unknown):
        return said.history
    times = [one.at for one in said.history if _mended(one)]
    return max(times) if times else Unknown(Why.UNRECOGNISED)


def _missing(found: Found, searched: Maybe[datetime | None], now: datetime) -> Why | None:
    if found.result != _SUCCEEDED:
        return Why.API_ERROR
    if isinstance(searched, Unknown):
        return searched.why
    fresh = searched is not None and -_AHEAD <= now - searched <= _STALE_AFTER
    return None if fresh else Why.STALE_SOURCE


def _patch(one: Update, shared: Counter[str], about: About) -> Patch:
    named = len(one.kb) == 1 and shared[one.kb[0]] == 1
    return Patch(
        id=f"KB{one.kb[0]}" if named else one.id,
        title=one.title,
        security=bool(one.categories & {SECURITY, CRITICAL}) or one.severity != "",
        severity=_SEVERITIES.get(one.severity, Unknown(Why.UNRECOGNISED)),
        released=one.released,
        waiting_since=one.released or about.memory.since("patching", one.id, "waits", about.now),
    )


def _mended(one: Done) -> bool:
    succeeded = (one.operation, one.result) == (_INSTALLED, _SUCCEEDED)
    return succeeded and bool(one.categories & {SECURITY, CRITICAL})
