"""Where in the file does a row stand that shall pass, so that its room is used again?

SQLite gives a page back when its last row goes, and what goes from a page between rows that stay
leaves a hole for ever: a year of facts was half of the file. So rows that will pass stand in a
stretch of rowids of their own, above `_ABOVE`, in the order in which they came and go; what stays
of one is moved below. Only where rows stand is touched, never what they say: a VACUUM may number
them anew, and rows of before stand below already.
"""

_ABOVE = 1 << 40
"""Rowids from here on are of rows that pass; 30,000 rows a second for a year stay below."""


def stays(table: str) -> str:
    """The next rowid for a row that stays, as SQL; in a statement that touches one row."""
    newest = f"SELECT max(rowid) FROM {table} WHERE rowid < {_ABOVE}"  # noqa: S608
    return f"(coalesce(({newest}), 0) + 1)"


def passes(table: str) -> str:
    """The next rowid for a row that will pass, as SQL; in a statement that touches one row."""
    return f"(max(coalesce((SELECT max(rowid) FROM {table}), 0), {_ABOVE}) + 1)"  # noqa: S608
