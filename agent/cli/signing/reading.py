"""Which files were named: a person's public keys, the key of an author that lies here?"""

from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import AuthorError

if TYPE_CHECKING:
    from tuf.api.metadata import Root

    from agent.packs.author.desk import Desk
    from evidence.roster import PublicKeys


def public_file(file: Path) -> "PublicKeys":
    """The public keys that a person handed over; AuthorError if the file holds none."""
    from evidence.errors import EvidenceError
    from evidence.roster import PublicKeys

    help_ = "take the file NAME.public.json that dentinel pack keys --mine wrote"
    try:
        return PublicKeys.from_bytes(file.read_bytes())
    except OSError as error:
        raise AuthorError(f"{file} cannot be read: {error.strerror}", help_) from error
    except EvidenceError as error:
        raise AuthorError(f"{file} holds no public keys: {error}", help_) from error


def own_key(desk: "Desk", root: "Root") -> Path:
    """The key file in the author's folder that may sign targets; AuthorError if there is none."""
    from agent.packs.author import keyfile, roots
    from agent.packs.author.signing import described
    from evidence.distribution import TARGETS

    allowed = roots.holders(root, TARGETS)
    for file in sorted(desk.keys.glob("*.key")):
        locked = keyfile.read(file.read_bytes(), str(file))
        if described(locked.public).keyid in allowed:
            return file
    raise AuthorError(
        f"no key in {desk.keys} may sign targets by root {root.version}",
        f"name one of {', '.join(sorted(allowed.values()))}: --key FILE",
    )
