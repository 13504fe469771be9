"""Where does a reader of values stand: at which key, in which mapping, and whom does it tell?"""

from collections.abc import Callable
from dataclasses import dataclass

from rules.language.document import Mapping, Value
from rules.language.entry import Entry, Teller
from rules.language.forms.base import Record


@dataclass(frozen=True, slots=True)
class Here:
    """What is read (a key, or an item of its list), the mapping around it, who reads records."""

    key: str
    of: Mapping
    teller: Teller
    record: Callable[[Record, Mapping, Teller], Entry]
    is_item: bool = False

    def say(self, code: str, message: str, value: Value, help_: str = "") -> None:
        """Note a problem of a value."""
        self.teller.say(code, message, value.place, help_)
