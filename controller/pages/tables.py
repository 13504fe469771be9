"""How does a table leave as CSV, so that no spreadsheet computes what somebody typed?"""

import csv
from collections.abc import Iterable
from io import StringIO

from django.http import HttpResponse

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_csv(lines: Iterable[list[str]], name: str) -> HttpResponse:
    """A table of text (RFC 4180), to be saved under a name."""
    text = StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in line] for line in lines)
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def harmless(cell: str) -> str:
    """A cell that is only text: what begins like a formula gets an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell
