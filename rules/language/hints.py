"""What may an author mean by a name that stands for nothing here? It stands for something nearby.

An item outside its list, a param without `params.`, a define where none is seen, a field without
its record.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.compiled import catalogue
from rules.facts.types import Record, Type


@dataclass(frozen=True, slots=True)
class Hints:
    """The names of a rule, seen from one of its leaves; `item` is the variable of its list."""

    params: frozenset[str]
    defines: frozenset[str]
    item: str = ""
    of: Type | None = None
    sees_defines: bool = True

    def __call__(self, word: str) -> str:
        """A sentence about the name, or nothing."""
        if word in self.params:
            return f"write params.{word}"
        if word in self.defines:
            return _LATER if self.sees_defines else "a define is not seen in when"
        if isinstance(self.of, Record) and self.of.field(word) is not None:
            return f"write {self.item}.{word}"
        return self._item(word) or _field(word)

    def _item(self, word: str) -> str:
        paths = [".".join(path) for path, of in catalogue.lists().items() if of.item == word]
        if not paths:
            return ""
        if word == self.item:
            return (
                f"the {word} stands under where and each_must; here write {paths[0]}.exists(x, …)"
            )
        if self.item:
            return f"the item is called {self.item} here; or write {paths[0]}.exists(x, …)"
        return f"write {paths[0]}.exists(x, …), or every: {paths[0]}"


_LATER = "it is defined further down; a define sees those before it"


def _field(word: str) -> str:
    """`elevated` is `agent.elevated`, if no other fact has such a field."""
    facts: Mapping[str, Type] = catalogue.facts()
    owners = [name for name, of in facts.items() if isinstance(of, Record) and of.field(word)]
    return f"write {owners[0]}.{word}" if len(owners) == 1 else ""
