"""Where do symbolic links lead, without touching what must not be touched?

A path is walked name by name. Before a name is looked at, `guard` may refuse it: that is how a
dead network mount, which holds a reader in a sleep that no kill ends, is never even asked.
"""

import posixpath
from collections.abc import Callable

LINKS = 40
"""As many links as Linux follows before it says ELOOP (path_resolution(7))."""


class TooManyLinks(ValueError):
    """The links lead in a circle."""


def follow(path: str, link: Callable[[str], str | None], *, last: bool = True) -> str:
    """The path without links; `link` gives a name's target, or None if it is no link.

    With `last` false the last name itself is not followed, as lstat does it.
    """
    todo, done, seen = _names(path), "/", 0
    while todo:
        name = todo.pop(0)
        if name == "..":
            done = posixpath.dirname(done)
            continue
        here = posixpath.join(done, name)
        target = link(here) if todo or last else None
        if target is None:
            done = here
            continue
        seen += 1
        if seen > LINKS:
            raise TooManyLinks(path)
        todo = _names(target) + todo
        done = "/" if target.startswith("/") else done
    return done


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name not in ("", ".")]


def holds(mount: str, path: str) -> bool:
    """Does the folder `mount` hold the path, or is it the path itself?"""
    return path == mount or path.startswith(mount.rstrip("/") + "/")
