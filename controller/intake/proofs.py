"""What shows an agent that its reports are in the log, and the log the one that it knew?

The newest checkpoint, the proof that it goes on from the size that the agent remembers, and the
path from the agent's newest report to its root. Asked for once a day and after any doubt.
"""

from dataclasses import replace
from functools import partial

from controller.findings.rows import Subject
from controller.intake import statements
from controller.intake.batch import Batch
from controller.ledger import append
from evidence import merkle
from evidence.messages import Answer, Inclusion


def prove(batch: Batch, of: Subject, remembered: int, answer: Answer) -> Answer:
    """The answer with its proofs, for a machine that remembers a log of so many entries."""
    log = batch.log(of.org, of.clinic)
    grown = batch.appended(of.org, of.clinic)
    size = grown.checkpoint.size if grown else log.size
    node = partial(append.node, batch.cursor, log)
    consistency = None
    if 0 < remembered <= size:
        consistency = _hex(merkle.prove_consistency(remembered, size, node))
    held = statements.stored(batch.cursor, *of.key, answer.head)
    inclusion = None
    if held is not None:
        path = _hex(merkle.prove_inclusion(held[1], size, node))
        inclusion = Inclusion(leaf=held[1], path=path)
    return replace(
        answer,
        checkpoint=grown.note if grown else append.checkpoint_note(batch.cursor, log),
        consistency=consistency,
        inclusion=inclusion,
    )


def _hex(hashes: list[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in hashes)
