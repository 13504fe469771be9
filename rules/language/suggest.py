"""Did the author mean another name? Asked of the names that are valid in that place alone."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

_LISTED = 9


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """`did you mean "protection"?`, or nothing if no name is near."""
    near = nearest(word, names)
    return f'did you mean "{near}"?' if near else ""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that takes the fewest edits, at most a third of the longer of the two; else None."""
    return _nearest(word[:64].lower(), tuple(names))


@lru_cache(maxsize=512)
def _nearest(wanted: str, names: tuple[str, ...]) -> str | None:
    best, fewest = None, 65
    for name in names:
        limit = min(max(len(wanted), len(name)) // 3, fewest - 1)
        edits = _distance(wanted, name.lower(), limit)
        if edits <= limit:
            best, fewest = name, edits
    return best


def _distance(one: str, other: str, limit: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours (Damerau-Levenshtein)."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row if i == 1 else before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1]


def one_of(words: Sequence[str]) -> str:
    """`it is one of fixed, removable and 2 more`."""
    shown = ", ".join(words[:_LISTED])
    left = len(words) - _LISTED
    return f"it is one of {shown} and {left} more" if left > 0 else f"it is one of {shown}"
