r"""Which imaging software is here, and which folders should be watched?

Everything is a guess until somebody confirms it: where a folder usually lies, and what a bounded
look found in it. Nothing is written, and nothing of it leaves the machine.

- A folder that holds bridge files, by which programs hand each other a patient's name and birth
  date in clear, is proposed as one of its own.
- A drive that is mapped from another machine is named and not looked into: its files are judged
  by the machine that owns them.
"""

import ntpath
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agent.host.base import Host, HostError, read_if_there
from agent.imaging import products
from agent.imaging.inventory import Inventory, Share
from agent.imaging.looking import Seen, look
from agent.imaging.places import Places
from agent.imaging.products import Product, Trust
from agent.readers import orthanc
from agent.readers.errors import ParseError
from rules.facts.base import Why
from rules.facts.imaging import FileKind

_FOLDERS = ("folder", "link")
"""What may be a folder: a store that was moved is often a link to its new place."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A folder to watch; `product` is the id of the software whose it seems to be.

    `kinds` are the images that a look found: without any it is a guess, of this trust. `bridge`
    is the name of a file that hands over a patient, `cloud` the service that copies it away.
    """

    label: str
    path: str
    product: str | None
    trust: Trust
    kinds: tuple[FileKind, ...] = ()
    looked_at: int = 0
    bridge: str | None = None
    cloud: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """All that was found; `installed` are products without a folder to propose."""

    proposals: tuple[Proposal, ...]
    installed: tuple[str, ...]
    shares: tuple[Share, ...]
    unread: tuple[tuple[str, Why], ...]


def discover(host: Host, watched: frozenset[str], look_: Callable[..., Seen] = look) -> Discovery:
    """Look for what the product data know; folders that are `watched` already are left out."""
    search = _Search(host, watched, look_)
    for product in products.known().products:
        search.product(product)
    for pattern in products.known().bridges:
        search.bridge(pattern, None)
    proposed = {one.product for one in search.proposals}
    return Discovery(
        tuple(search.proposals),
        tuple(name for id_, name in search.installed.items() if id_ not in proposed),
        tuple(search.inventory.shares()),
        tuple(search.places.unread.items()),
    )


@dataclass(slots=True)
class _Search:
    """One search through one machine."""

    host: Host
    watched: frozenset[str]
    look: Callable[..., Seen]
    proposals: list[Proposal] = field(default_factory=list)
    installed: dict[str, str] = field(default_factory=dict)
    places: Places = field(init=False)
    inventory: Inventory = field(init=False)
    _apps: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.places = Places(self.host)
        self.inventory = Inventory(self.host, self.places.unread)
        self._apps = self.inventory.products()

    def product(self, product: Product) -> None:
        """Propose the folders and bridges of a product, and note whether it is installed."""
        marks = (found for mark in product.marks for found in self.places.of(mark))
        if product.id in self._apps or next(marks, None) is not None:
            self.installed[product.id] = product.name
        for path in dict.fromkeys((*self._configured(product), *self._usual(product))):
            self._propose(product, path)
        for pattern in product.bridges:
            self.bridge(pattern, product)

    def bridge(self, pattern: str, product: Product | None) -> None:
        """Propose the folder of a file that hands over a patient."""
        for path, kind in self.places.of(pattern):
            if kind != "file":
                continue
            folder, name = self._split(path)
            if any(one.path == folder and one.bridge for one in self.proposals):
                continue
            if folder not in self.watched:
                label = self._label(f"{_word(product)}-bridge" if product else "bridge")
                owner = product.id if product else None
                self.proposals.append(Proposal(label, folder, owner, "high", bridge=name))

    def _propose(self, product: Product, path: str) -> None:
        if path in self.watched or self.places.kind(path) not in _FOLDERS:
            return
        seen = self.look(self.host, path)
        self.proposals.append(
            Proposal(
                self._label(_word(product)),
                path,
                product.id,
                product.trust,
                seen.kinds,
                seen.files,
                cloud=products.cloud(path),
            )
        )

    def _configured(self, product: Product) -> Iterator[str]:
        """Folders that the product's own configuration names."""
        for path in product.configs:
            for found, _ in self.places.of(path):
                try:
                    said = orthanc.storage(read_if_there(self.host, found) or b"")
                except HostError as error:
                    self.places.unread[found] = error.why
                except ParseError:
                    self.places.unread[found] = Why.PARSE_ERROR
                else:
                    if said:
                        yield posixpath.join(posixpath.dirname(found), said)

    def _usual(self, product: Product) -> Iterator[str]:
        """Folders in which its images usually lie."""
        for pattern in product.folders:
            yield from (path for path, kind in self.places.of(pattern) if kind in _FOLDERS)

    def _split(self, path: str) -> tuple[str, str]:
        return ntpath.split(path) if self.host.os == "windows" else posixpath.split(path)

    def _label(self, wanted: str) -> str:
        """A label that no other proposal bears."""
        taken = {one.label for one in self.proposals}
        numbered = (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3)))
        return next(name for name in numbered if name not in taken)


def _word(product: Product) -> str:
    """The product as a label: a-z first, as the settings want it."""
    word = product.id.replace("_", "-")
    return word if word[0].isalpha() else f"from-{word}"
