"""How is The Update Framework asked, by whoever fetches rules and by whoever installs them?

One client over two fetchers: the network, without privilege (agent.packs.fetch), and what lies in
`packs/incoming`, with it (agent.packs.keep). Both begin at the root that the join string pinned,
both keep what they have verified in a folder of their own, and both obey the same limits.

- python-tuf reads the system's clock and offers no other: what a wrong clock does to rules is
  `expired` or `stale`, and neither stops a machine from judging.
"""

import base64
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tuf.api import exceptions
from tuf.ngclient.config import UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from agent.errors import HomeError, PacksExpired, PacksRefused, PacksUnreached
from agent.identity.machine import Identity
from evidence import distribution
from evidence.distribution import Assignment
from rules.compiled import limits

CONFIG: Final = UpdaterConfig(
    max_root_rotations=distribution.ROOT_ROTATIONS,
    max_delegations=distribution.DELEGATIONS,
    root_max_length=distribution.MOST_BYTES[distribution.ROOT],
    timestamp_max_length=distribution.MOST_BYTES[distribution.TIMESTAMP],
    snapshot_max_length=distribution.MOST_BYTES[distribution.SNAPSHOT],
    targets_max_length=distribution.MOST_BYTES[distribution.TARGETS],
)

_AGAIN = "it is tried again; if it stays, ask who signs the rules, and who runs the controller"


@dataclass(frozen=True, slots=True)
class Repository:
    """Under which names its files are asked for."""

    metadata: str
    targets: str

    @classmethod
    def below(cls, base: str) -> Self:
        """As controllers serve it, and as it lies in `packs/incoming`."""
        return cls(f"{base}metadata/", f"{base}targets/")


class Client:
    """One look at a repository; each method raises a PacksError, or HomeError."""

    def __init__(
        self, store: Path, repository: Repository, fetcher: FetcherInterface, root: bytes
    ) -> None:
        logging.getLogger("tuf").setLevel(logging.CRITICAL)
        store.mkdir(parents=True, exist_ok=True)
        with _translated():
            self._updater = Updater(
                str(store),
                repository.metadata,
                target_base_url=repository.targets,
                fetcher=fetcher,
                config=CONFIG,
                bootstrap=root,
            )

    def refresh(self) -> None:
        """Learn what is newest."""
        with _translated():
            self._updater.refresh()

    def bring(self, target: str, most: int, folder: Path) -> Path | None:
        """The file of a target, verified, below a folder; None if nobody has signed for it."""
        with _translated():
            info = self._updater.get_targetinfo(target)
            if info is None:
                return None
            if info.length > most:
                raise PacksRefused(f"{target} has {info.length} bytes; the most is {most}", _AGAIN)
            digest = next(iter(info.hashes.values()))  # by which python-tuf asks for it, too
            file = folder / distribution.target_file(target, digest)
            if self._updater.find_cached_target(info, str(file)) is None:
                part = file.with_name("part")
                self._updater.download_target(info, str(part))
                part.replace(file)
            return file


def bootstrap(identity: Identity) -> bytes:
    """The root of the welcome document; PacksUnreached if there was none when it joined."""
    root = base64.b64decode(identity.trust.tuf_root)
    if not root:
        raise PacksUnreached(
            "this machine joined before its practice had a key for rules",
            "to take signed rules, join again (keys and chain stay): dentinel enroll JOIN",
        )
    return root


def wanted(clinic: str, assignment: Assignment) -> Iterator[tuple[str, str, int]]:
    """The targets that an assignment needs: name, SHA-256, and bytes that they may have."""
    for pack in assignment.packs:
        target = distribution.pack_target(pack.pack, pack.version)
        yield target, pack.sha256, limits.PACK_BYTES
    if assignment.tailoring is not None:
        target = distribution.tailoring_target(clinic)
        yield target, assignment.tailoring.sha256, limits.TAILORING_BYTES


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except exceptions.ExpiredMetadataError as error:
        raise PacksExpired(
            f"what says which rules are newest has expired ({error})",
            "the rules of before stay in force; is the controller's clock right, and this one's? "
            "If it is root or targets, who signs the rules must sign again",
        ) from error
    except (exceptions.RepositoryError, exceptions.DownloadLengthMismatchError) as error:
        said = f"rules were refused ({type(error).__name__}: {error})"
        raise PacksRefused(said, _AGAIN) from error
    except exceptions.DownloadError as error:
        said = getattr(error.__cause__, "message", None) or str(error)
        raise PacksUnreached(f"the rules were not reached: {said}", _AGAIN) from error
    except OSError as error:
        raise HomeError(
            f"rules cannot be kept: {error.strerror}", "look for a full disk, or run as root"
        ) from error
