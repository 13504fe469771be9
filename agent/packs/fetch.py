"""How do signed rules get from the controller to this machine?

The part with the network and without privilege: it reads the repository of its org over the pinned
connection, with the token of the last answer, and leaves in `packs/incoming` what it has verified.
Nobody believes that folder: agent.packs.keep verifies all of it again.

- What was cut short is half, and no attack: it is marked as such until a fetch has ended.
"""

from collections.abc import Iterator
from pathlib import Path

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface

from agent import paths
from agent.errors import PacksRefused
from agent.identity.machine import Identity
from agent.packs import client, store
from agent.packs.client import Client, Repository
from agent.transport.base import Wire
from evidence import distribution
from evidence.distribution import Assignment
from evidence.errors import EvidenceError


class Door(FetcherInterface):
    """The controller's repositories, as python-tuf asks for files."""

    def __init__(self, wire: Wire, token: str) -> None:
        self._wire = wire
        self._headers = {"Authorization": f"Bearer {token}"}

    def _fetch(self, url: str) -> Iterator[bytes]:
        reply = self._wire.get(url, self._headers)
        if reply.status != 200:
            raise DownloadHTTPError(f"{url} was answered with {reply.status}", reply.status)
        return iter((reply.body,))


def fetch(identity: Identity, wire: Wire, token: str) -> Assignment | None:
    """Bring the newest rules of this machine's clinic; None if none are assigned to it yet.

    PacksRefused, PacksExpired or PacksUnreached if they cannot be had; HomeError.
    """
    home = identity.home
    paths.write(store.under_way(home), b"", mode=0o660, shared=True)
    try:
        assignment = _bring(identity, Door(wire, token))
    except PacksRefused:
        store.under_way(home).unlink(missing_ok=True)
        raise
    store.under_way(home).unlink(missing_ok=True)
    paths.write(home.fetched, b"", mode=0o660, shared=True)
    return assignment


def _bring(identity: Identity, door: Door) -> Assignment | None:
    """All that the newest assignment names; what is there from before goes."""
    home, clinic = identity.home, identity.clinic
    theirs = Repository.below(f"/{distribution.ROOM}/{identity.org}/")
    asked = Client(store.metadata(home.incoming), theirs, door, client.bootstrap(identity))
    asked.refresh()
    folder = store.targets(home.incoming)
    assigned = asked.bring(
        distribution.assignment_target(clinic), distribution.ASSIGNMENT_BYTES, folder
    )
    assignment = _read(assigned) if assigned else None
    files = {assigned}
    if assignment is not None:
        for target, _, most in client.wanted(clinic, assignment):
            files.add(asked.bring(target, most, folder))
    _forget(folder, files)
    return assignment


def _read(file: Path) -> Assignment:
    try:
        return Assignment.from_bytes(file.read_bytes())
    except EvidenceError as error:
        raise PacksRefused(
            f"the assignment of this clinic cannot be read ({error})", "update the agent"
        ) from error


def _forget(folder: Path, files: set[Path | None]) -> None:
    """Remove the targets of before: each has its digest in its name, so they would pile up."""
    for file in folder.rglob("*"):
        if file.is_file() and file not in files:
            file.unlink()
