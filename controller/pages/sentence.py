"""What is an owner told first: protected on how many, where not, why, since when, who knows?"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from controller.alerts import queries as alerts
from controller.findings import protection
from controller.findings.protection import Case, Protection
from controller.pages.frame import Where

if TYPE_CHECKING:
    from controller.alerts.queries import Told

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Sentence:
    """The answer, cut to what two minutes on a phone can take in, and who was told of it."""

    answer: Protection
    named: tuple[Case, ...]
    told: "Told | None"
    rule: str = protection.RULE

    @property
    def more(self) -> int:
        """How many computers are not named."""
        return self.answer.machines - self.answer.protected - len(self.named)


def of_clinic(
    where: Where, rule_no: int | None, proven: int, machines: int, now: datetime
) -> Sentence | None:
    """The sentence; None while no rule about disks was judged. One query.

    `proven`: on how many approved computers of `machines` the rule passes, by fresh reports.
    """
    if rule_no is None:
        return None
    beside = alerts.telling(where.place, protection.RULE)
    rows = list(protection.rows(where.place, rule_no, now, **beside))
    answer = protection.told((protection.known(one, now) for one in rows), proven, machines)
    is_failing = any(one.state == "fail" for one in answer.cases)
    return Sentence(answer, answer.cases[:_NAMED], alerts.told(rows[0]) if is_failing else None)


def in_print(sentence: Sentence) -> Sentence:
    """The same with every computer named: paper has room."""
    return replace(sentence, named=sentence.answer.cases)
