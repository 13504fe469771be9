"""Which pages are there, and what do they say now? To add one, add its line."""

from collections.abc import Callable, Iterable

from rules.compiled import builtin
from rules.workbench import markdown
from rules.workbench.docs.packs import pack_page
from rules.workbench.reference import facts, forms, language, problems

_MADE = "<!-- Made from the code by `make docs`; what is written here by hand is lost. -->"

_PAGES: dict[str, tuple[str, Callable[[], Iterable[str]]]] = {
    "facts.md": ("every fact, field and word that a rule may read, and what leaves", facts.lines),
    "language.md": ("types, operators, functions and limits of a leaf", language.lines),
    "files.md": ("the keys of every form of file", forms.lines),
    "problems.md": ("what each problem id means, with a wrong and a right example", problems.lines),
    f"{builtin.NAME}.md": ("the rules that the package carries", lambda: _pack().splitlines()),
}


def pages() -> dict[str, str]:
    """Every page of the reference by its name, as the code has it now."""
    made = {name: _made(lines()) for name, (_, lines) in _PAGES.items()}
    return {"README.md": _made(_index()), **made}


def _made(lines: Iterable[str]) -> str:
    return markdown.page([_MADE, "", *lines])


def _index() -> Iterable[str]:
    yield "# Reference"
    yield ""
    yield "For who writes rules. [Writing rules](../rules.md) is the way in."
    yield ""
    rows = ((f"[{name}]({name})", about) for name, (about, _) in _PAGES.items())
    yield from markdown.table(("page", "about"), rows)


def _pack() -> str:
    return pack_page(builtin.pack())
