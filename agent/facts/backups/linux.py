"""How old is each copy of the images, and where does it lie? The answer for Linux.

Declared copies ([[backup]], and imaging folders of the role `backup`), and repositories of restic
and borg that lie on this machine. The list is whole only where somebody declared what there is.
"""

from collections.abc import Iterator

from agent.facts.backups import copies, search
from agent.facts.backups.copies import Look
from agent.facts.base import About, answers
from agent.host.base import Host, HostError
from agent.host.paths import holds
from agent.settings import Settings
from rules.facts.backups import BACKUPS, Backups
from rules.facts.base import Items, Why


@answers(BACKUPS, on="linux", confidence="derived")
def linux(host: Host, about: About) -> Backups:
    """What was declared first, then what was found beside it."""
    look = Look(host, about)
    found = copies.declared(look)
    missing = None if found else Why.NOT_COLLECTED
    try:
        found += [look.at(path) for path in _beside(host, about.settings)]
    except HostError as error:
        missing = missing or error.why
    return Backups(copies=Items(tuple(found), missing), last_restore_test=copies.restored(about))


def _beside(host: Host, settings: Settings) -> Iterator[str]:
    images = {root.path.as_posix() for root in settings.roots}
    named = copies.places(settings)
    for path in search.repositories(host, images):
        if not any(holds(path, place) or holds(place, path) for place in named):
            yield path
