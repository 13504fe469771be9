"""From which root must the rules of an organisation hang, for whoever checks its evidence?

The controller only repeats what its author published: who wants to know it by another way compares
the line with what `dentinel pack status` says on the author's own PC.
"""

import hashlib

from controller.identity.home import ControllerHome
from controller.identity.shelf import Shelf
from controller.tenants.scope import Place
from evidence.trust_policy import FirstRoot

COMPARE = (
    "rules: the SHA-256 of their author's first root. Ask him, and not the controller, whether "
    "it is his: `dentinel pack status` says it"
)


def first_roots(home: ControllerHome, place: Place) -> tuple[FirstRoot, ...]:
    """The lines of a policy file that name them; none before an author has published.

    One more for each time that the author began anew.
    """
    roots = Shelf(home).first_roots(place.org)
    return tuple(FirstRoot(str(place.org), hashlib.sha256(root).hexdigest()) for root in roots)
