"""What may go wrong in a JSON document that stays a JSON document?

Bent bytes are seldom JSON, so what reads the document is hardly reached by them: here parts of it
are dropped, doubled, or put in each other's place.
"""

import copy
from collections.abc import Iterator, Sequence
from random import Random

from rules.compiled.canonical import Json

ODD: tuple[Json, ...] = (
    *(None, True, 0, -1, 7, 10**15, "", "x", "now", "params", "volumes", "\u202e", "a" * 300),
    *([], {}, [[]], [0, 1, 1, 9], {"$unknown": "timeout"}, {"$unknown": 7}),
    *({"$items": [], "$missing": "locked"}, {"$items": 7, "$missing": "x"}, "9.9", "PT1H"),
    *({"int": "1"}, {"null": None}, {"list": []}, {"string": "(a+)+$"}, {"double": "NaN"}),
)


def shaken(document: Json, dice: Random) -> Json:
    """A copy of a document with one to three of its parts changed."""
    changed = copy.deepcopy(document)
    for _ in range(dice.randint(1, 3)):
        spots = list(_spots(changed))
        if spots:
            _shake(*dice.choice(spots), dice, spots)
    return changed


def _spots(value: Json) -> Iterator[tuple[Json, str | int]]:
    """The places in a document: what each is in, and under which key or number there.

    Numbers in arrays are left out: they are the places of a pack's sources, and more than all else.
    """
    inner = list(value.items() if isinstance(value, dict) else enumerate(value))
    for key, part in inner:
        if isinstance(value, dict) or type(part) is not int:
            yield value, key
        if isinstance(part, dict | list):
            yield from _spots(part)


def _shake(
    holder: Json, key: str | int, dice: Random, spots: Sequence[tuple[Json, str | int]]
) -> None:
    """Change one place; mostly what stands elsewhere and is of one sort with it comes there."""
    act = dice.randrange(8)
    if act == 0:
        del holder[key]
    elif act == 1 and isinstance(holder, list):
        holder.insert(dice.randint(0, len(holder)), copy.deepcopy(holder[key]))
    elif act == 2:
        holder[key] = copy.deepcopy(dice.choice(ODD))
    else:
        alike = [other[at] for other, at in spots if type(other[at]) is type(holder[key])]
        holder[key] = copy.deepcopy(dice.choice(alike))
