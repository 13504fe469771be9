"""What does each problem id mean, and how is it mended?"""

from collections.abc import Iterator

from rules.compiled.codes import MEANINGS
from rules.workbench.markdown import plain
from rules.workbench.pages import page

GROUPS = {
    "DL0": "Reading a file",
    "DL1": "Keys and ids",
    "DL2": "Writing an expression",
    "DL3": "What an expression means",
    "DL4": "Warnings",
    "DL5": "Tests",
    "DL6": "Tailorings and waivers",
    "DL7": "Packs",
    "DL8": "On the machine",
}


def lines() -> Iterator[str]:
    """The page of problem ids."""
    yield "# Problems"
    yield ""
    yield "An id keeps its meaning for ever. `dentinel rules explain DL306` says the same."
    for prefix, title in GROUPS.items():
        yield ""
        yield f"## {prefix}xx: {title}"
        for identifier in sorted(MEANINGS):
            if identifier.startswith(prefix):
                yield ""
                yield from _problem(identifier)


def _problem(identifier: str) -> Iterator[str]:
    head, *more = page(identifier)
    yield f"### {identifier}"
    yield ""
    yield plain(head.removeprefix(f"{identifier}: "))
    if more:
        yield ""
        yield "```text"
        yield from more
        yield "```"
