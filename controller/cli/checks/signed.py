"""Is something due of the rules that authors signed?"""

from collections.abc import Iterator

from controller.cli.checks.base import Seen, Told
from controller.policy.due import due
from controller.policy.repository import Repository


def rules(seen: Seen) -> Iterator[Told]:
    """Roots, targets and timestamps that end soon, or have ended."""
    folder = seen.home.root / "tuf"
    for place in sorted(folder.glob("*-*-*-*-*")) if folder.is_dir() else ():
        for said in due(Repository(place), seen.now):
            yield f"rules of the org {place.name[:8]}: {said}", "see docs/packs.md"
    if not folder.is_dir():
        yield "no author has published rules: machines are judged by the built-in pack", None
