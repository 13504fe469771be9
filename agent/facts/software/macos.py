"""What is installed, and which of it is dental software? The answer for macOS.

Bundles in /Applications, one folder deep, and in each person's own Applications. What lies in
/System is part of the system. A bundle does not name its maker but by its signature, which is not
read. A bundle that cannot be read leaves the list incomplete.
"""

from collections.abc import Iterator

from agent.facts.base import About, answers
from agent.host.base import Absent, Host, HostError, list_if_there
from agent.imaging import products
from agent.readers import bundle
from agent.readers.errors import ParseError
from rules.facts.base import Items, Why
from rules.facts.software import SOFTWARE, App

_SHARED, _HOMES = "/Applications", "/Users"
_BUNDLE = ".app"


@answers(SOFTWARE, on="macos")
def macos(host: Host, _about: About) -> Items[App]:
    """From what each bundle says of itself."""
    shelf = _Shelf(host)
    folders = [_SHARED, *(f"{_HOMES}/{name}{_SHARED}" for name in shelf.folders(_HOMES))]
    found = [app for folder in folders for app in shelf.apps(folder, below=1)]
    return Items(tuple(sorted(dict.fromkeys(found), key=_order)), shelf.missing)


class _Shelf:
    """The bundles of a Mac, and why there may be more."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.missing: Why | None = None

    def folders(self, path: str) -> list[str]:
        """The folders in a folder, links and files left out."""
        try:
            entries = list_if_there(self._host, path)
        except HostError as error:
            self.missing = self.missing or error.why
            return []
        return [entry.name for entry in entries if entry.kind == "folder"]

    def apps(self, path: str, below: int) -> Iterator[App]:
        """The bundles in a folder, and in those in it."""
        for name in self.folders(path):
            if name.endswith(_BUNDLE):
                yield from self._app(f"{path}/{name}", name.removesuffix(_BUNDLE))
            elif below:
                yield from self.apps(f"{path}/{name}", below - 1)

    def _app(self, path: str, file: str) -> Iterator[App]:
        try:
            found = bundle.parse(self._host.read(f"{path}/Contents/Info.plist"))
        except Absent:
            return  # a bundle of an iPad's program, or none at all
        except HostError as error:
            self.missing = self.missing or error.why
        except ParseError:
            self.missing = self.missing or Why.PARSE_ERROR
        else:
            name = found.name or file
            yield App(
                name=name,
                vendor=None,
                version=found.version,
                version_text=found.text,
                product=products.of_app(file) or products.of_app(name),
                source="bundle",
            )


def _order(app: App) -> tuple[str, str]:
    return str(app.name).lower(), str(app.version_text)
