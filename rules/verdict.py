"""What can be said of a rule on a machine, and how several sayings become one.

Five verdicts and no sixth: a waiver is an overlay that the controller adds, `stale` is what it
says of a machine that has gone silent. What was not read is `unknown`, and never a pass.
"""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """Pass, fail, error, unknown or not-applicable; the same words in code, API and pages."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    ERROR = "error"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


WORST_FIRST = (
    *(Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN),
    *(Verdict.PASS, Verdict.NOT_APPLICABLE),
)
"""The order in which they are shown."""


def worst(parts: Iterable[Verdict]) -> Verdict:
    """A proven failure outranks a broken check, that an unread one, and that a pass.

    `not-applicable` is left only when there is nothing else, also when there is nothing at all.
    """
    seen = set(parts)
    return next((verdict for verdict in WORST_FIRST if verdict in seen), Verdict.NOT_APPLICABLE)
