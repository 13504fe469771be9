"""What is said of one rule on one machine, and of each item that did not pass?"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from rules.compiled.canonical import Json
from rules.engine.terms import Effective, Terms
from rules.verdict import Verdict

ORDER = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.UNKNOWN,
    Verdict.NOT_APPLICABLE,
)
"""In this order items are counted in `n`."""

Counts = tuple[int, int, int, int, int]


class ItemResult(NamedTuple):
    """One clause that did not pass, of one item, or of the machine (`item` None).

    `seen` holds by path, in the JSON form of facts, the scalars that the clause and its message
    read: clear values, which are redacted when a report is sealed. `told` is in words what the
    message says besides, sizes and defines: it never leaves the machine.
    """

    item: str | None
    clause: int
    verdict: Verdict
    why: str | None
    seen: Mapping[str, Json] = MappingProxyType({})
    told: Mapping[str, str] = MappingProxyType({})

    def to_json(self) -> dict[str, Json]:
        """The entry of a verdict in a report."""
        return {
            "item": self.item,
            "clause": self.clause,
            "verdict": str(self.verdict),
            "why": self.why,
            "seen": dict(self.seen),
        }


class Result(NamedTuple):
    """The verdict of one rule on its terms; `why` is a reason code or a DL id, or None.

    `n` counts the items of the list by verdict, in the order pass, fail, error, unknown,
    not-applicable. At most 20 `items` are listed, the rest counted in `left_out`.
    """

    rule: str
    verdict: Verdict
    terms: Terms
    why: str | None = None
    n: Counts = (0, 0, 0, 0, 0)
    items: tuple[ItemResult, ...] = ()
    left_out: int = 0
    steps: int = 0
    ms: int = 0

    @property
    def params(self) -> Mapping[str, Effective]:
        """The params that it was judged by."""
        return self.terms.params

    def to_json(self) -> dict[str, Json]:
        """The result as `dentinel audit --format json` prints it."""
        return {
            "rule": self.rule,
            "verdict": str(self.verdict),
            "why": self.why,
            "n": list(self.n),
            "items": [item.to_json() for item in self.items],
            "left_out": self.left_out,
            **self.terms.to_json(),
            "steps": self.steps,
            "ms": self.ms,
        }
