"""Info.plist of a bundle (Apple, "Information Property List"): which program is it?

Its own words, not those that the Finder shows in the language of the person.
"""

from dataclasses import dataclass

from agent.readers import plist
from agent.readers.plist import Values
from rules.facts.types import Version


@dataclass(frozen=True, slots=True)
class Bundle:
    """A program; `name` is None where it leaves that to its file, `text` its version as written."""

    name: str | None
    text: str

    @property
    def version(self) -> Version | None:
        """None: the text is no version."""
        try:
            return Version.parse(self.text)
        except ValueError:
            return None


def parse(data: bytes) -> Bundle:
    """Read one; what is not written is empty."""
    said = plist.parse(data)
    text = _text(said, "CFBundleShortVersionString") or _text(said, "CFBundleVersion")
    return Bundle(_text(said, "CFBundleName") or _text(said, "CFBundleDisplayName"), text or "")


def _text(said: Values, name: str) -> str | None:
    return plist.text(said, name).strip() or None if name in said else None
