"""How does a table become a file: CSV (RFC 4180), row by row, with its head and its hash?

The first line says what it is, whose, as of when, made by whom, by which table of controls, and
that it is unsigned; the second names the columns. Nothing is held in memory but a few rows.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO

from controller.controls.catalogue import catalogue
from controller.exports.cells import written
from controller.exports.tables.base import Asked, Table

MARK = "unsigned"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was written: how many rows and bytes, and the SHA-256 of the whole file."""

    rows: int
    size: int
    sha256: str


class _Out(io.TextIOBase):
    """Counts and hashes what goes through to a binary file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0
        self.hash = hashlib.sha256()

    def write(self, text: str) -> int:
        data = text.encode()
        self.hash.update(data)
        self.size += len(data)
        return self._file.write(data)


def write(table: Table, asked: Asked, scope: str, by: str, file: BinaryIO) -> Sheet:
    """Write a table; `scope` is the name of the clinic or org, `by` who asked for it."""
    out = _Out(file)
    lines = csv.writer(out)
    lines.writerow(map(written, _head(table, asked, scope, by)))
    lines.writerow(name for name, _ in table.columns)
    n = 0
    for row in table.rows(asked):
        lines.writerow(written(column(row)) for _, column in table.columns)
        n += 1
    return Sheet(n, out.size, out.hash.hexdigest())


def _head(table: Table, asked: Asked, scope: str, by: str) -> list[str]:
    held, at = catalogue(), written(asked.now)
    head = [f"dentinel: {table.title}", scope, f"as of {at}", f"made by {by}", MARK]
    return [*head, f"controls.yaml of {held.as_of}", held.sha256]
