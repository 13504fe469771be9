"""What is a machine told of the controller's own keys, and which of them signs what it is told?

A notice goes with every answer until the machine shows that it has it: by using the nonce that
came beside it, and of a receipt key by naming it in a sync. Until then answers are signed with the
newest receipt key that the machine says it trusts, so that no machine is ever left with answers
which it cannot believe.
"""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from controller.findings.rows import Subject
from controller.identity.secrets import Keys
from controller.intake.batch import Batch
from controller.intake.statements import MachineRow, NoticeRow
from evidence.messages import Sync

MOST = 16
"""In one answer (evidence.messages)."""


def known(batch: Batch, row: MachineRow, sync: Sync) -> MachineRow:
    """The row of a machine that used the nonce of its last answer, and says what it trusts."""
    ca = ",".join(sync.ca) or row.ca
    return replace(row, noticed=row.told, ca=ca, receipt=_newest(batch.keys, sync.receipt, row))


def given(batch: Batch, of: Subject, row: MachineRow) -> tuple[MachineRow, tuple[str, ...]]:
    """The row after an answer, and the notices that go with it."""
    due = [one for one in batch.notices(of.org, of.clinic) if _is_due(one, row)][:MOST]
    told = max([row.told, *(one.n for one in due)])
    return replace(row, told=told), tuple(bytes(one.envelope).decode() for one in due)


def _is_due(notice: NoticeRow, row: MachineRow) -> bool:
    is_lacking = notice.kind == "receipt" and (notice.generation or 0) > row.receipt
    return notice.n > row.noticed or is_lacking


def _newest(keys: Keys, trusted: Collection[str], row: MachineRow) -> int:
    """The newest generation among the receipt keys that a machine names; if none, as before."""
    for generation in range(keys.generation, 0, -1) if trusted else ():
        if _keyid(keys, generation) in trusted:
            return generation
    return row.receipt


@lru_cache(maxsize=64)
def _keyid(keys: Keys, generation: int) -> str:
    return keys.receipt(generation).keyid
