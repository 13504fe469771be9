"""Which scopes of one level set the same thing, and surely for the same machine?

Surely, because one says all that the other says: every machine of the narrower one is one of the
wider. Whether two groups have a machine in common is not known here; a machine asks that itself.
"""

from collections.abc import Iterator, Sequence

from rules.compiled.setting import Setting
from rules.errors import Problem


def conflicts(alike: Sequence[Setting]) -> Iterator[Problem]:
    """Each setting of one thing that contends with another, told where the later one stands.

    `alike` are in the order of their places; no two are compared that have nothing to do with
    each other, so a thousand machines with a value each cost no million of questions.
    """
    order = {id(one): number for number, one in enumerate(alike)}
    by_keys: dict[frozenset[tuple[str, str]], list[Setting]] = {}
    for one in alike:
        by_keys.setdefault(one.match.folded, []).append(one)
    told: set[int] = set()
    for one in alike:
        wider = (other for keys in one.match.wider() for other in by_keys.get(keys, ()))
        rival = next((other for other in wider if _contend(one, other)), None)
        if rival is not None:
            first, second = sorted((one, rival), key=lambda two: order[id(two)])
            if id(second) not in told:
                told.add(id(second))
                yield conflict(first, second)


def conflict(first: Setting, second: Setting) -> Problem:
    """Two settings of one thing at one level, told where the second stands."""
    thing = first.param or first.thing
    message = f"{first.match} sets {thing} of {first.rule} already"
    help_ = f"it stands in {first.place}; set it in one of the two scopes"
    return Problem("DL603", message, second.place, help_, second.rule)


def _contend(one: Setting, other: Setting) -> bool:
    return one is not other and one.contends_with(other)
