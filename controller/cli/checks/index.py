"""All checks, in the order in which a person would mend what they find. To add one, add its line.

Those after a gate that does not hold are not made: they could only say the same again.
"""

from collections.abc import Mapping

from django.db import DatabaseError

from controller.cli.checks import books, doors, keys, place, signed
from controller.cli.checks.base import Check, Look, Seen, Told
from controller.errors import ControllerError

_GATES = {"home", "seed", "database", "release"}
"""Without these there is nothing to look at."""

CHECKS: Mapping[str, Look] = {
    "packages": place.packages,
    "home": place.home,
    "owner": place.owner,
    "disk": place.disk,
    "file system": place.file_system,
    "open files": place.open_files,
    "seed": keys.seed,
    "database": books.whole,
    "release": books.release,
    "newest": books.newest,
    "dictionary": place.dictionaries,
    "restoring": books.restoring,
    "clock": keys.clock,
    "CA": keys.authority_end,
    "CA change": keys.authority_change,
    "log keys": keys.log_change,
    "certificate": keys.certificate,
    "stray keys": keys.strays,
    "serving": doors.serving,
    "ports": doors.ports,
    "addresses": doors.address,
    "people": books.people,
    "machines": books.machines,
    "rules": signed.rules,
    "backup": books.backup,
    "outages": books.away,
    "retention": books.retention,
}


def examine(seen: Seen) -> list[Check]:
    """Look at everything; what a check raises is what it found."""
    found: list[Check] = []
    for name, look in CHECKS.items():
        told = [Check(name, *one) for one in _asked(look, seen)]
        found += told
        if name in _GATES and any(one.advice is not None for one in told):
            break
    return found


def _asked(look: Look, seen: Seen) -> list[Told]:
    try:
        return list(look(seen))
    except ControllerError as error:
        return [(str(error), error.help)]
    except DatabaseError as error:
        return [(str(error), "stop it, and restore: dentinel-controller restore FILE")]
    except OSError as error:
        return [(f"{error.filename}: {error.strerror}", "run as the user who owns the home")]
