"""How is a rule's line of ninety days drawn? As two lines of a picture, and as the same in numbers.

Days that nothing is known of break the line: nothing is drawn where nobody looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from controller.findings.rule_days import Day

HEIGHT = 100


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines as points of a picture that is `width` days wide and HEIGHT high, `most` at its top."""

    days: Sequence[Day]
    width: int
    most: int
    failing: tuple[str, ...]
    not_proven: tuple[str, ...]

    @property
    def newest_first(self) -> list[Day]:
        """The days as a table has them."""
        return list(reversed(self.days))


def chart(days: Sequence[Day]) -> Chart | None:
    """The picture of these days; None while there are none."""
    if not days:
        return None
    most = max(1, *(one.not_proven for one in days))
    stretches = _stretches(days)

    def lines(part: str) -> tuple[str, ...]:
        return tuple(
            " ".join(
                f"{(one.day - days[0].day).days},{_up(getattr(one, part), most)}" for one in run
            )
            for run in stretches
        )

    width = max((days[-1].day - days[0].day).days, 1)
    return Chart(days, width, most, lines("failing"), lines("not_proven"))


def _up(n: int, most: int) -> str:
    return f"{HEIGHT - n * HEIGHT / most:.1f}"


def _stretches(days: Sequence[Day]) -> list[list[Day]]:
    """Days that follow one another; a day alone stands twice, so that a line can be drawn of it."""
    found = [[days[0]]]
    for before, one in pairwise(days):
        if (one.day - before.day).days > 1:
            found.append([])
        found[-1].append(one)
    return [run if len(run) > 1 else run * 2 for run in found]
