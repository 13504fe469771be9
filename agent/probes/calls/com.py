"""How is a value of COM written in a document, and a failure of COM told by its number?

A number arrives with a sign and is given without; a time of COM has none of its own zone, and is
given as the caller knows it: in UTC.
"""

import sys
from datetime import datetime
from typing import Any, TypeVar

from rules.facts.form import Json

T = TypeVar("T")

_RAISED = 0x80020009
"""DISP_E_EXCEPTION: the number stands in what comes with it."""


def number_of(hresult: int, raised: tuple[Any, ...] | None) -> int:
    """The number of an error of COM (`pywintypes.com_error`), without sign."""
    unsigned = hresult & 0xFFFFFFFF
    if unsigned == _RAISED and raised and isinstance(raised[-1], int) and raised[-1]:
        return int(raised[-1]) & 0xFFFFFFFF
    return unsigned


def plain(value: Any) -> Json:  # noqa: ANN401 - what COM gave
    """A value as JSON has it: whole numbers without sign, lists for tuples, texts for the rest."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return value & 0xFFFFFFFF if value < 0 else value
        case datetime():
            return moment(value)
        case tuple() | list():
            return [plain(one) for one in value]
    return str(value)


def moment(at: datetime) -> str:
    """A time that is known to be in UTC, whatever zone COM has put on it; whole seconds."""
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


if sys.platform == "win32":
    from collections.abc import Callable

    import pywintypes

    from agent.probes.base import ProbeError

    def numbered(ask: Callable[[], T]) -> T:
        """What COM gives; ProbeError with its number."""
        try:
            return ask()
        except pywintypes.com_error as error:
            hresult, _, raised, *_ = error.args
            raise ProbeError.of(number_of(hresult, raised)) from error
