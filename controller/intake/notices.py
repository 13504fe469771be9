"""What is a machine told of the controller's own keys, and which of them signs what it is told?

A notice goes with every answer until the machine uses the nonce that came beside it. Until then
answers are signed with the receipt key before it, so that no machine is ever left with answers
which it cannot believe.
"""

from dataclasses import replace

from controller.findings.rows import Subject
from controller.intake.batch import Batch
from controller.intake.statements import MachineRow
from evidence.messages import Sync

MOST = 16
"""In one answer (evidence.messages)."""


def known(batch: Batch, of: Subject, row: MachineRow, sync: Sync) -> MachineRow:
    """The row of a machine that used the nonce of its last answer, and so has read it."""
    heard = [
        one.generation or 1
        for one in batch.notices(of.org, of.clinic)
        if one.kind == "receipt" and one.n <= row.told
    ]
    ca = ",".join(sync.ca) or row.ca
    return replace(row, noticed=row.told, ca=ca, receipt=max([row.receipt, *heard]))


def given(batch: Batch, of: Subject, row: MachineRow) -> tuple[MachineRow, tuple[str, ...]]:
    """The row after an answer, and the notices that go with it."""
    due = [one for one in batch.notices(of.org, of.clinic) if one.n > row.noticed][:MOST]
    told = max([row.told, *(one.n for one in due)])
    return replace(row, told=told), tuple(bytes(one.envelope).decode() for one in due)
