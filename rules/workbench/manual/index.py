"""Which pages are there? One module a hundred of ids."""

from rules.workbench.manual import (
    expressions,
    files,
    keys,
    meanings,
    packs,
    running,
    tailoring,
    tests,
    warnings,
)
from rules.workbench.manual.base import Page

PAGES: dict[str, Page] = {
    **files.PAGES,
    **keys.PAGES,
    **expressions.PAGES,
    **meanings.PAGES,
    **warnings.PAGES,
    **tests.PAGES,
    **tailoring.PAGES,
    **packs.PAGES,
    **running.PAGES,
}
