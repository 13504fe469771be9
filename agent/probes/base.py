"""What is a probe, and how does it say that Windows did not answer?

A probe is a module with `ask()`, which gives what one JSON document can hold: numbers, GUIDs,
SIDs, return codes. It decodes and judges nothing; that is the collector's, which can be tested
anywhere. It runs in a process of its own: what hangs there dies with it.

- A call that failed as a whole is `ProbeError`, one of several is a leaf `failure(…)`.
- Numbers of errors are kept as Windows gave them: HRESULT, NTSTATUS, or an error of Win32.
"""

from collections.abc import Callable
from typing import TypeAlias

from rules.facts.base import Why
from rules.facts.form import Json

Ask: TypeAlias = Callable[[], Json]

_REASONS = {
    5: Why.ACCESS_DENIED,  # ERROR_ACCESS_DENIED
    1300: Why.NOT_ELEVATED,  # ERROR_NOT_ALL_ASSIGNED: the account does not have the right
    1314: Why.NOT_ELEVATED,  # ERROR_PRIVILEGE_NOT_HELD
    1058: Why.DISABLED,  # ERROR_SERVICE_DISABLED
    0x80070422: Why.DISABLED,  # the same, as COM has it
    0x80070005: Why.ACCESS_DENIED,  # E_ACCESSDENIED
    1005: Why.UNRECOGNISED,  # ERROR_UNRECOGNIZED_VOLUME
    0x80041003: Why.NOT_ELEVATED,  # WBEM_E_ACCESS_DENIED
    0x8004100E: Why.TOOL_MISSING,  # WBEM_E_INVALID_NAMESPACE
    0x80041010: Why.TOOL_MISSING,  # WBEM_E_INVALID_CLASS
    0x80040154: Why.TOOL_MISSING,  # REGDB_E_CLASSNOTREG
    0x80310000: Why.LOCKED,  # FVE_E_LOCKED_VOLUME
}


class ProbeError(Exception):
    """Windows gave no answer; `number` is its own, without sign, 0 where it gave none."""

    def __init__(self, why: Why, number: int = 0) -> None:
        super().__init__(f"{why} {number:#010x}")
        self.why = why
        self.number = number

    @classmethod
    def of(cls, number: int) -> "ProbeError":
        """The error of a number of Windows; what is not foreseen is `api_error`."""
        unsigned = number & 0xFFFFFFFF
        return cls(_REASONS.get(unsigned, Why.API_ERROR), unsigned)


def failure(error: ProbeError) -> Json:
    """What stands in a document where a value could not be fetched."""
    return {"error": {"code": str(error.why), "number": error.number}}
