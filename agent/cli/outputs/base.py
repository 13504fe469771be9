"""What is written of an audit, in whatever form?"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from rules.compiled.rule import Pack, Rule
from rules.engine.result import Result
from rules.facts.base import Reading
from rules.facts.confirmed import of_machine
from rules.verdict import Verdict

_NOT_APPLICABLE = Verdict.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Audited:
    """The results of each pack, the facts that they rest on, and when they were judged.

    `builtin`: by the pack that the package carries; `here`: of this machine, not of a file.
    """

    results: Sequence[tuple[Pack, Sequence[Result]]]
    readings: Mapping[str, Reading]
    now: datetime
    builtin: bool
    here: bool = True

    def rules(self) -> Iterator[tuple[Pack, Rule, Result]]:
        """Each rule with its result."""
        for pack, results in self.results:
            for result in results:
                rule = pack.rule(result.rule)
                if rule is not None:
                    yield pack, rule, result

    @property
    def counts(self) -> Counter[Verdict]:
        """How many rules have each verdict."""
        return Counter(result.verdict for _, _, result in self.rules())

    @property
    def caveat(self) -> str | None:
        """Which facts that were judged nobody has read on a real system of this kind yet."""
        judged = [rule for _, rule, one in self.rules() if one.verdict is not _NOT_APPLICABLE]
        return of_machine(self.os, {fact for rule in judged for fact in rule.reads})

    @property
    def os(self) -> str:
        """The family of the machine's system, `linux` where nobody says."""
        host = self.readings.get("host")
        said = host.value.get("os") if host and isinstance(host.value, dict) else None
        return said if isinstance(said, str) else "linux"


Output: TypeAlias = Callable[[Audited], str]
"""The whole text of one form, with its last line end."""
