"""What does a problem id mean, and how is it mended? The page that `rules explain DL302` shows.

The tests put each example where it belongs and hold that the wrong one is told by its id, and the
right one by none.
"""

import textwrap
from collections.abc import Iterator

from rules.compiled.codes import MEANINGS
from rules.errors import Misused
from rules.language.suggest import did_you_mean
from rules.workbench.manual.index import PAGES

_COLUMNS = 76


def page(identifier: str) -> list[str]:
    """The lines about a problem id; Misused if there is none such."""
    identifier = identifier.upper()
    if identifier not in MEANINGS:
        near = did_you_mean(identifier, MEANINGS)
        ids = f"the ids are {min(MEANINGS)} to {max(MEANINGS)}, as dentinel rules check tells them"
        raise Misused(f"there is no problem {identifier!r}; {near or ids}")
    return [f"{identifier}: {MEANINGS[identifier]}", *_lines(identifier)]


def _lines(identifier: str) -> Iterator[str]:
    of = PAGES[identifier]
    yield ""
    yield from textwrap.wrap(of.why, _COLUMNS, initial_indent="  ", subsequent_indent="  ")
    for name, example in (("wrong", of.wrong), ("right", of.right)):
        if example:
            yield ""
            yield f"  {name}"
            yield from (f"    {line}" for line in example.split("\n"))
