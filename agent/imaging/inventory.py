r"""Which of the software that we know is installed, and which drives are another machine's?

By the system's own lists. Of Windows the keys under Uninstall, of the machine in both views and
of each person, and the drives that each person has mapped (HKU\<SID>\Network), which a service
does not see.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agent.host.base import Absent, Host, HostError, output
from agent.host.programs import Program
from agent.host.registry import WINDOWS, opened
from agent.imaging import products
from agent.readers import packages
from agent.readers.errors import ParseError
from rules.facts.base import Why

_UNINSTALL = (
    r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall",
)
_PERSON = re.compile(r"S-1-(5-21|12-1)-[0-9-]+")


@dataclass(frozen=True, slots=True)
class Share:
    """A drive of one person that is a folder of another machine."""

    drive: str
    target: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """The lists of one machine; what cannot be read of them goes into `unread`."""

    host: Host
    unread: dict[str, Why]

    def products(self) -> frozenset[str]:
        """The ids of the products that are installed."""
        if self.host.os == "windows":
            found = map(products.of_app, self._programs())
        else:
            found = map(products.of_package, self._packages())
        return frozenset(one for one in found if one)

    def shares(self) -> Iterator[Share]:
        """Drives that people have mapped from other machines."""
        for sid in self._people():
            above = rf"HKU\{sid}\Network"
            for drive in self._subkeys(above):
                target = self._text(rf"{above}\{drive}", "RemotePath")
                if target:
                    yield Share(f"{drive.upper()}:", target)

    def _packages(self) -> Iterator[str]:
        try:
            said = output(self.host, Program.DPKG_QUERY, "-W", "-f", packages.DPKG_FORM)
            yield from (one.name for one in packages.dpkg(said))
        except (Absent, HostError, ParseError):
            return  # without dpkg: folders and marks speak for themselves

    def _programs(self) -> Iterator[str]:
        hives = ("HKLM", *(rf"HKU\{sid}" for sid in self._people()))
        for above in (rf"{hive}\{key}" for hive in hives for key in _UNINSTALL):
            for key in self._subkeys(above):
                if name := self._text(rf"{above}\{key}", "DisplayName"):
                    yield name

    def _people(self) -> list[str]:
        if self.host.os != "windows":
            return []
        return [sid for sid in self._subkeys(rf"{WINDOWS}\ProfileList") if _PERSON.fullmatch(sid)]

    def _subkeys(self, key: str) -> tuple[str, ...]:
        try:
            return opened(self.host, key).subkeys
        except HostError as error:
            self.unread[key] = error.why
            return ()

    def _text(self, key: str, name: str) -> str | None:
        try:
            return opened(self.host, key).text(name)
        except HostError as error:
            self.unread[key] = error.why
        except ParseError:
            self.unread[key] = Why.PARSE_ERROR
        return None
