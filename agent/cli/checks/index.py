"""All checks, in the order in which a person would mend what they find. To add one, add its line.

Those after a gate that does not hold are not made: they could only say the same again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from agent.cli.checks import afar, contact, decided, guarded, joined, place, program, ruled, service
from agent.cli.checks.base import Check, Look, Seen, Told
from agent.errors import AgentError, SettingsError
from agent.host.local import LocalHost
from agent.paths import DEFAULT, Home

_GATES = {"home"}
"""Without these there is nothing to look at."""

CHECKS: Mapping[str, Look] = {
    "packages": program.packages,
    "program": program.whole,
    "home": place.home,
    "rights": place.rights,
    "place": place.local,
    "disk": place.disk,
    "databases": place.databases,
    "settings": decided.decided,
    "folders": decided.folders,
    "watches": decided.watches,
    "time zone": decided.zone,
    "keys": joined.keys,
    "join string": joined.left,
    "computer": joined.computer,
    "clock": contact.clock,
    "road": contact.road,
    "controller": contact.controller,
    "outbox": contact.outbox,
    "log": contact.log,
    "service": service.service,
    "guard": guarded.guard,
    "upgrade": program.newest,
    "crashes": guarded.crashes,
    "patrols": guarded.patrols,
    "elevation": guarded.elevated,
    "rules": ruled.rules,
    "hosts": afar.hosts,
}


def of_this_machine(home: Home, *, calls: bool = True) -> list[Check]:
    """Look at the agent of a home, here and now."""
    return examine(
        Seen(
            home=home,
            now=datetime.now(UTC),
            host=LocalHost(),
            calls=calls,
            is_packaged=home.root == DEFAULT,
        )
    )


def examine(seen: Seen) -> list[Check]:
    """Look at everything; what a check raises is what it found."""
    found: list[Check] = []
    for name, look in CHECKS.items():
        told = [Check(name, *one) for one in asked(look, seen)]
        found += told
        if name in _GATES and any(one.advice is not None for one in told):
            break
    return found


def asked(look: Look, seen: Seen) -> list[Told]:
    """What one check says."""
    try:
        return list(look(seen))
    except SettingsError as error:
        if look is not decided.decided:
            return [("not looked at: the settings cannot be used", "mend the settings first")]
        return [(error.message, error.advice)]
    except AgentError as error:
        return [(error.message, error.advice)]
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return [(f"{where}{error.strerror or error}", "run as root: sudo dentinel doctor")]
