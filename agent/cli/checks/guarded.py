"""Does the guard live, and do its patrols end well?"""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from agent import settings
from agent.cli.checks import service
from agent.cli.checks.base import Seen, Told
from agent.cli.signed import Signed
from agent.errands import results
from agent.guard import state
from agent.outbox.store import Outbox
from rules.counted import counted
from rules.facts.base import Reading, Why

_STILL = timedelta(minutes=5)
"""Without news. A guard writes each minute while anything happens, and patrols hourly."""
_DAY = timedelta(days=1)
_MANY = 3
_MOST_EVENTS = 512


def guard(seen: Seen) -> Iterator[Told]:
    """Does a guard keep this home, and does it move? By its lock, its file, its overdue errands."""
    if not state.is_running(seen.home):
        yield "no guard runs", service.begun(seen)
        return
    found = state.read(seen.home)
    if found is not None and _is_elsewhere(found):
        yield (
            "who keeps this home runs on another machine, or began before the last start",
            "give each machine a home of its own",
        )
    elif found is not None and _is_stuck(seen, found):
        minutes = (time.time() - found["updated_at"]) / 60
        yield f"the guard has said nothing for {minutes:.0f} minutes", service.restart()
    else:
        yield "the guard runs", None


def _is_elsewhere(found: state.State) -> bool:
    """Does its guard run under another start than ours, and is none of that number here?

    In a container systemd shows the guard's unit the start of the host, and a shell its own.
    """
    if found["boot"] in (state.boot(), "0" * 16):
        return False
    try:
        return b"agent" not in Path(f"/proc/{found['pid']}/cmdline").read_bytes()
    except OSError:
        return True


def _is_stuck(seen: Seen, found: state.State) -> bool:
    """Silent for longer than its patrols are apart: then it is stopped, or hangs."""
    silent = timedelta(seconds=time.time() - found["updated_at"])
    return silent > max(_STILL, 2 * settings.load(seen.home).patrol_every)


def crashes(seen: Seen) -> Iterator[Told]:
    """Did the guard or its errands die of late, again and again? By what was sealed in a day."""
    if not seen.home.outbox.exists():
        return
    died = dict.fromkeys(("agent_crashed", "errand_killed"), 0)
    with Outbox(seen.home.outbox, read_only=True) as outbox:
        for sealed in islice(outbox.all_of("local_event"), _MOST_EVENTS):
            body = json.loads(sealed.envelope.payload)["body"]
            if body["event"] in died and seen.now - sealed.sealed_at < _DAY:
                died[body["event"]] += max(body["n"], 1)
    guards, errands = died.values()
    said = (
        f"in the last day the guard died {counted(guards, 'time')}, errands were killed"
        f" {counted(errands, 'time')}"
    )
    do = f"{service.journal()}; then report what it says, it holds no name of a file"
    yield said, do if max(guards, errands) >= _MANY else None


def patrols(seen: Seen) -> Iterator[Told]:
    """When did the last patrol end? More than two periods ago is a fault."""
    found = results.load(seen.home)
    clocks = found.clocks
    signed = Signed.of(seen.home, found.policy, seen.now)
    every = signed.every or settings.load(seen.home).patrol_every
    if clocks is None:
        do = service.journal() if seen.is_packaged else service.begun(seen)
        yield "no patrol has ended", do
    else:
        said = f"the last patrol ended at {clocks.at:%Y-%m-%d %H:%M} UTC"
        yield said, service.journal() if seen.now - clocks.at > 2 * every else None


def elevated(seen: Seen) -> Iterator[Told]:
    """Could the last patrol read everything? By the reasons that its facts give where they stop."""
    readings = results.load(seen.home).readings
    for why, advice in _RIGHTS.items():
        names = sorted(name for name, one in readings.items() if _is_for(one, why))
        if names:
            shown = ", ".join(names[:5]) + (" and others" if len(names) > 5 else "")
            are = counted(len(names), "fact is", "facts are")
            yield f"{are} unknown for want of rights ({why}): {shown}", advice
    if readings and not any(_is_for(one, why) for one in readings.values() for why in _RIGHTS):
        yield "no fact is unknown for want of rights", None


def _is_for(reading: Reading, why: Why) -> bool:
    return any(reason.code is why for reason in reading.reasons)


_RIGHTS = {
    Why.NOT_ELEVATED: "run the guard as the package's service, as root or SYSTEM: a patrol by hand "
    "knows less",
    Why.TCC_DENIED: "grant Full Disk Access to dentinel: System Settings, Privacy & Security, or "
    "a profile of the MDM; see docs/install.md, on macOS",
}
"""Which reasons are for want of rights, and who gives them."""
