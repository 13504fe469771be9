"""The formatter: whatever can be read is laid out once, says the same, or is left alone."""

from benchmarks.fuzzed import files
from benchmarks.fuzzed.base import Target
from rules.errors import Problem
from rules.language.files import read_file
from rules.language.forms.index import FORMS
from rules.workbench.layout.read import Unreadable
from rules.workbench.layout.text import laid_out


def run(content: bytes) -> None:
    """Lay a file out, and again; that it says the same is looked at by `laid_out`."""
    problems: list[Problem] = []
    file = read_file("rules.yaml", content, problems)
    if file is None or problems:
        return
    form = FORMS[file.form]
    try:
        once = laid_out(form, file.source.text)
    except Unreadable:
        return
    if laid_out(form, once) != once:
        raise AssertionError(f"it is laid out otherwise the second time: {content!r}")


LAYOUTS = Target("layouts", files.seeds, files.WORDS, run)
