"""How does an errand let everybody else go first, to the processor and to the disk?

Idle priority for both, by each system's own name: nice and the idle I/O class on Linux (ionice(2)),
the idle class and very low I/O priority on Windows, IOPOL_THROTTLE on macOS (setiopolicy_np(3)).
Where a system has none of it the errand runs as it is. Never tried on Windows and macOS.
"""

import ctypes
import os
from contextlib import suppress
from typing import Any

_DISK, _PROCESS, _THROTTLE = 0, 0, 3
"""IOPOL_TYPE_DISK, IOPOL_SCOPE_PROCESS and IOPOL_THROTTLE of sys/resource.h."""
_WANTED = (
    ("IOPRIO_CLASS_IDLE", "ionice"),
    ("IOPRIO_VERYLOW", "ionice"),
    ("IDLE_PRIORITY_CLASS", "nice"),
)


def stand_back() -> None:
    """From now on this process takes what nobody else wants."""
    nice = getattr(os, "nice", None)
    with suppress(OSError):
        if nice is not None:
            nice(19)
    with suppress(ImportError):
        import psutil  # noqa: PLC0415 - only to be asked this once

        yield_to_all(psutil, psutil.Process())
    with suppress(OSError, TypeError, AttributeError):  # only macOS has it
        ctypes.CDLL(None).setiopolicy_np(_DISK, _PROCESS, _THROTTLE)


def yield_to_all(names: Any, process: Any) -> None:  # noqa: ANN401 - psutil differs by system
    """Set what this system's psutil has names for."""
    for value, act in _WANTED:
        if hasattr(names, value):
            with suppress(OSError):
                getattr(process, act)(getattr(names, value))
