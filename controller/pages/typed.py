"""How does a field of a form stand on a page: what was typed, and what is wrong with it?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from controller.paperwork.fields import Field

_PREFIX = "field-"


@dataclass(frozen=True, slots=True)
class Typed:
    """A field, what stands in it, and what is wrong with that."""

    field: Field
    typed: str
    wrong: str

    @property
    def id(self) -> str:
        """Its name in the form."""
        return f"{_PREFIX}{self.field.name}"


def form(
    fields: Iterable[Field], typed: Mapping[str, str], wrong: Mapping[str, str]
) -> list[Typed]:
    """The fields of a form; `typed` and `wrong` go by the fields' own names."""
    return [Typed(one, typed.get(one.name, ""), wrong.get(one.name, "")) for one in fields]


def unprefixed(posted: Mapping[str, Any]) -> dict[str, str]:
    """What was typed into the fields of a form, by their own names."""
    return {
        name.removeprefix(_PREFIX): str(text)
        for name, text in posted.items()
        if name.startswith(_PREFIX)
    }
