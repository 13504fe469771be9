"""What of reports and log can only a person mend? Each in a sentence, None where all is well."""

import os
import tempfile

from agent.errors import IdentityError
from agent.identity.machine import Identity
from agent.outbox import exhibits
from agent.paths import Home

_PROBE_BYTES = 4096


def of_sealing(home: Home, trouble: str | None) -> str | None:
    """What kept the last patrol from sealing; whether the disk takes anything is tried now."""
    if trouble is not None:
        return f"nothing is sealed: {trouble}"
    if not home.run.is_dir():
        return None
    try:
        with tempfile.TemporaryFile(dir=home.run) as file:
            file.write(bytes(_PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except PermissionError:
        return None  # who may not write cannot tell
    except OSError as error:
        return f"nothing can be written in {home.root}: {error.strerror}"
    return None


def of_log(home: Home) -> str | None:
    """A log that contradicts the checkpoint which this machine still holds to."""
    try:
        held = Identity.load(home).trust.checkpoint
        doubts = [one for one in exhibits.load(home.exhibits) if one.is_doubt and one.old == held]
    except (IdentityError, OSError):
        return None
    if not doubts:
        return None
    said = f"the controller's log contradicts what this machine saw of it ({doubts[-1].turn})"
    return f"{said}: see docs/operate.md, and keep {home.exhibits}"
