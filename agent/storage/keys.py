"""Does the key of an encrypted disk lie in clear on this very machine?

Then who carries the disk away carries its key, and it is unprotected (HHS guidance of 2009, 74 FR
19006: keys belong on another device or place). It is not called suspended: a rule gives that a
day's grace, for an update that ends by itself, and this does not.

- A key file counts as in clear unless its own volume is protected, by a key that is not.
- Where a key file lies on the volume that it opens, its copy is in the image that starts the
  system: then that image's folder has to be protected.
- A key on another device, or one that was not to be read of, leaves the disk unread.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent.host.base import Absent, Host, HostError, is_there
from agent.readers import crypttab
from agent.readers.crypttab import Opened
from agent.readers.errors import ParseError
from agent.storage.standing import Standing
from rules.facts.base import Unknown, Why

_TABLE = "/etc/crypttab"
_STARTS = "/boot"
_KEPT = "/etc/cryptsetup-keys.d/{}.key"
"""Where systemd looks for a key when the table names none (systemd-cryptsetup@.service(8))."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The devices whose key lies in clear, and those of which that is not known, by name.

    `unread`: the table could not be read, so it is not known of any.
    """

    in_clear: frozenset[str] = frozenset()
    doubtful: Mapping[str, Why] = field(default_factory=dict)
    unread: Why | None = None

    def doubt(self, name: str) -> Why | None:
        """Why it is not known where the key of a device lies; None if it is."""
        return self.unread or self.doubtful.get(name)


NO_KEYS = Keys()
Walked = Callable[[Keys], Callable[[str], Standing]]
"""Given what is known of keys: how do the data of a file stand?"""


def beside(host: Host, walked: Walked) -> Keys:
    """Whose keys lie beside their data; grows until no further key is found in clear."""
    try:
        opened = tuple(_with_files(host, crypttab.parse(host.read(_TABLE))))
    except Absent:
        return NO_KEYS
    except HostError as error:
        return Keys(unread=error.why)
    except ParseError:
        return Keys(unread=Why.PARSE_ERROR)
    keys = NO_KEYS
    for _ in opened:  # each round finds one at least, or is the last
        found = _round(opened, keys, walked)
        if found == keys:
            break
        keys = found
    return keys


def _with_files(host: Host, opened: tuple[Opened, ...]) -> list[Opened]:
    """Those that a key file opens."""
    found = []
    for one in opened:
        kept = _KEPT.format(one.name)
        if one.key is not None:
            found.append(one)
        elif not one.by_other_means and is_there(host, kept):
            found.append(Opened(one.name, kept))
    return found


def _round(opened: tuple[Opened, ...], keys: Keys, walked: Walked) -> Keys:
    in_clear, doubtful = set(keys.in_clear), dict[str, Why]()
    for one in opened:
        said = _key_of(one, keys, walked)
        if isinstance(said, Unknown):
            doubtful[one.name] = said.why
        elif said != "protected":
            in_clear.add(one.name)
    return Keys(frozenset(in_clear), doubtful)


def _key_of(one: Opened, keys: Keys, walked: Walked) -> object:
    """How the place of a key stands: its file, or the image that starts the system."""
    path = one.key or ""
    if ":" in path:  # on another device
        return Unknown(Why.UNRECOGNISED)
    now = walked(keys)
    said = now(path).protection
    if said != "protected":
        return said
    without = walked(Keys(keys.in_clear | {one.name}, keys.doubtful))
    if without(path).protection == "protected":
        return said
    return now(_STARTS).protection  # the key lies on what it opens
