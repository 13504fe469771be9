"""What shows an agent that its reports are in the log, and the log the one that it knew?

The newest checkpoint, the proof that it goes on from the size that the agent remembers, and the
path from the line of the agent's newest report to its root. Asked for once a day and after any
doubt.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from controller.findings.rows import Subject
from controller.intake import chains
from controller.intake.batch import Batch
from controller.ledger import append
from evidence import merkle
from evidence.merkle import Node
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
    return replace(
        answer,
        checkpoint=grown.note if grown else append.checkpoint_note(batch.cursor, log),
        consistency=consistency,
        inclusion=_inclusion(batch, of, answer.head, partial(_path, size, node)),
    )


def _inclusion(
    batch: Batch, of: Subject, head: tuple[int, int], path: Callable[[int], tuple[str, ...]]
) -> Inclusion | None:
    """Where the newest report stands; None if it is in the log of before a restore."""
    log = batch.log(of.org, of.clinic)
    index = chains.leaf_in(batch.cursor, of.org, log.id, of.machine, head)
    if index is None:
        return None
    line = append.line(batch.cursor, log, index).decode()
    return Inclusion(leaf=index, path=path(index), line=line)


def _path(size: int, node: Node, index: int) -> tuple[str, ...]:
    return _hex(merkle.prove_inclusion(index, size, node))


def _hex(hashes: Iterable[bytes]) -> tuple[str, ...]:
    return tuple(each.hex() for each in hashes)
