"""Which lines of a log go into a bundle, and what proves another line of it?

A log begins anew after a restore: each generation is a stretch of its own, the oldest first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Self
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from controller.ledger import append
from controller.ledger.append import LogRow
from controller.ledger.models import Checkpoint, Log, LogEntry
from controller.tenants.scope import Place
from evidence import bundle, leaf, merkle
from evidence.checkpoint import Continuation, LogProof
from evidence.leaf import ErasedLeaf
from evidence.records import Elsewhere


@dataclass(frozen=True, slots=True)
class Stretch:
    """The lines [first, end) of one generation of a log."""

    place: Place
    log: LogRow
    first: int
    end: int

    @classmethod
    def all_of(cls, place: Place, clinic: UUID | None) -> list[Self]:
        """Every generation of a clinic's log, or of the org's own, whole; the oldest first."""
        mine = Q(clinic_id=clinic) if clinic else Q(clinic__isnull=True)
        logs = Log.objects.at(Place(place.org)).filter(mine, size__gt=0).order_by("generation")
        return [cls(place, row_of(log), 0, log.size) for log in logs]

    def since(self, at: datetime) -> Self:
        """From the last checkpoint before a time on."""
        size = self.checkpoints().filter(at__lt=at).aggregate(size=Max("size"))["size"]
        return type(self)(self.place, self.log, size or 0, self.end)

    def until(self, at: datetime) -> Self:
        """To the first checkpoint that is kept after a time; to the line that erased of it since.

        Facts may be gone after 90 days in any case, and no bundle grows for that.
        """
        after = self.checkpoints().filter(at__gt=at)
        size = after.aggregate(size=Min("size"))["size"] or self.end
        end = self.end if any(self._lost(size)) else size
        return type(self)(self.place, self.log, min(self.first, end), end)

    def _lost(self, size: int) -> Iterator[bool]:
        """For each line beyond that erased what judged a machine: does it concern these?"""
        lines = LogEntry.objects.at(self.place).filter(log_id=self.log.id, kind="erased")
        for line in lines.filter(idx__gte=size).values_list("line", flat=True).iterator():
            said = leaf.read(bytes(line))
            if isinstance(said, ErasedLeaf) and said.kept is not None and said.log is None:
                yield any(self.first <= index < size for index in said.leaves)

    def entries(self) -> QuerySet[LogEntry]:
        """Its lines, in order."""
        mine = LogEntry.objects.at(self.place).filter(log_id=self.log.id)
        return mine.filter(idx__gte=self.first, idx__lt=self.end).order_by("idx")

    def before(self, *kinds: str) -> QuerySet[LogEntry]:
        """All lines of some kinds up to its end, also those before it begins."""
        mine = LogEntry.objects.at(self.place).filter(log_id=self.log.id, kind__in=kinds)
        return mine.filter(idx__lt=self.end).order_by("idx")

    def checkpoints(self) -> QuerySet[Checkpoint]:
        """Those that are kept of this generation."""
        return Checkpoint.objects.at(self.place).filter(log_id=self.log.id)

    def note(self, size: int | None = None) -> str:
        """What was signed at its end, or at another size."""
        note: str = self.checkpoints().get(size=self.end if size is None else size).note
        return note

    def written(self) -> bundle.Stretch:
        """As it goes into the bundle; the lines are read while they are written."""
        return bundle.Stretch(
            first=self.first,
            frontier=append.edge(connection.cursor(), self.log, self.first),
            lines=self.lines(),
            checkpoint=self.note(),
        )

    def lines(self) -> Iterator[bytes]:
        """Its lines, byte for byte."""
        return map(bytes, self.entries().values_list("line", flat=True).iterator())

    def proof(self, index: int, extra: bytes | None = None) -> LogProof:
        """That a line stands in it."""
        path = merkle.prove_inclusion(index, self.end, self._node())
        return LogProof(index, tuple(path), self.note(), extra)

    def elsewhere(self, index: int) -> Elsewhere | None:
        """The line and its proof, if it is not among those that are written."""
        if index >= self.first:
            return None
        line = append.line(connection.cursor(), self.log, index)
        return Elsewhere.of(line, self.proof(index))

    def number(self, own: LogRow) -> int | None:
        """Its generation as records name it: none for the log that the bundle is of."""
        return None if self.log.id == own.id else self.log.generation

    def goes_on(self) -> Continuation | None:
        """The proof to the newest checkpoint, if there is one beyond the end."""
        if self.end == self.log.size:
            return None
        path = merkle.prove_consistency(self.end, self.log.size, self._node())
        return Continuation(self.end, tuple(path), self.note(self.log.size))

    def _node(self) -> merkle.Node:
        return partial(append.node, connection.cursor(), self.log)


def row_of(log: Log) -> LogRow:
    """A log as those see it who append to it."""
    return LogRow(log.org_id.hex, log.id.hex, log.uuid, log.generation, log.origin, log.size)
