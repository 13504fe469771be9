r"""What is installed, and which of it is dental software? The answer for Windows.

By the keys from which "Apps" is filled: of the machine, 64-bit and 32-bit, and of each person.
Parts of the system and updates of other programs are left out, as there. Never by the installer's
own classes, which start repairs. Not yet confirmed on a real Windows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from agent.facts.base import About, answers
from agent.host.base import Host, HostError
from agent.host.profiles import persons
from agent.host.registry import Opened, opened
from agent.imaging.products import of_app
from agent.readers.errors import ParseError
from rules.facts.base import Items, Why
from rules.facts.software import SOFTWARE, App
from rules.facts.types import Version

_UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
_MACHINE = (rf"HKLM\SOFTWARE\{_UNINSTALL}", rf"HKLM\SOFTWARE\WOW6432Node\{_UNINSTALL}")


@answers(SOFTWARE, on="windows")
def windows(host: Host, _about: About) -> Items[App]:
    """From the Uninstall keys; with one of them unread the list is incomplete."""
    shelf = _Shelf(host)
    for key in _MACHINE:
        shelf.take(key)
    try:
        people = persons(host)
    except HostError as error:
        shelf.missing = shelf.missing or error.why
        people = ()
    for sid in people:
        shelf.take(rf"HKU\{sid}\Software\{_UNINSTALL}")
    return Items(tuple(sorted(shelf.apps, key=_order)), shelf.missing)


@dataclass(slots=True)
class _Shelf:
    """What has been found, each once, and why there may be more."""

    host: Host
    apps: dict[App, None] = field(default_factory=dict)
    missing: Why | None = None

    def take(self, key: str) -> None:
        """All programs that one key lists."""
        try:
            for name in opened(self.host, key).subkeys:
                self._add(rf"{key}\{name}")
        except HostError as error:
            self.missing = self.missing or error.why

    def _add(self, key: str) -> None:
        try:
            self.apps.update(dict.fromkeys(_app(opened(self.host, key))))
        except HostError as error:
            self.missing = self.missing or error.why
        except ParseError:
            self.missing = self.missing or Why.PARSE_ERROR


def _app(key: Opened) -> Iterator[App]:
    """The program of one key, if "Apps" shows it."""
    name = (key.text("DisplayName") or "").strip()
    if not name or key.has("ParentKeyName") or key.flag("SystemComponent"):
        return
    text = (key.text("DisplayVersion") or "").strip()
    yield App(
        name=name,
        vendor=(key.text("Publisher") or "").strip() or None,
        version=_version(text),
        version_text=text,
        product=of_app(name),
        source="registry",
    )


def _version(text: str) -> Version | None:
    try:
        return Version.parse(text)
    except ValueError:
        return None


def _order(app: App) -> tuple[str, str]:
    return str(app.name).lower(), str(app.version_text)
