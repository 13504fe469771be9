"""How do several marks become one part of a control? It is as good as the worst of them. Pure."""

from collections.abc import Sequence

from controller.controls.parts import WORST_FIRST, Part
from controller.paperwork.registers.base import Mark

_MOST_SAID = 2


def part(name: str, marks: Sequence[Mark]) -> Part:
    """The controller's check by that name; of the worst the first two are told. One at least."""
    said = sorted(marks, key=lambda one: WORST_FIRST.index(one.shape))
    worst = [one.word for one in said if one.shape == said[0].shape]
    more = len(worst) - _MOST_SAID
    words = "; ".join(worst[:_MOST_SAID]) + (f"; and {more} more" if more > 0 else "")
    return Part("check", name, said[0].shape, f"{words}.")
