"""How does a log go on after the database was restored from a backup?

The old generation is closed as it stands. The new one begins with a `restart` line that holds the
last checkpoint known of the old, then the keys that speak for it, then the notice that agents get:
they keep their old checkpoint for ever, and fill in what the backup lacks.

- A controller that uses this to rewrite history leaves every agent with the signed contradiction.
"""

from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID, uuid4

from django.db.models import F

from controller.fleet.models import JoinToken
from controller.fleet.notices import Owner, publish
from controller.identity.home import ControllerHome
from controller.ledger import generations
from controller.ledger.actions import Act, Books, By, acting
from controller.ledger.append import Line, LogRow, log_of
from controller.ledger.generations import Outdated
from controller.ledger.lock import CheckpointLock, Held
from controller.tenants.queries import orgs
from controller.tenants.scope import Place
from evidence.leaf import KeysLeaf, RestartLeaf


@dataclass(frozen=True, slots=True)
class Restarted:
    """One log that has a new generation: how much of the old is here, how much was signed."""

    old: str
    new: str
    held: int
    signed: int


def restart(home: ControllerHome, by: By) -> tuple[Restarted, ...]:
    """Open the next generation of every log that is older than what was signed."""
    if not home.checkpoint_lock.exists():
        CheckpointLock.make(home)
    with acting(home, by) as books, closing(CheckpointLock.open(home)) as lock:
        began = tuple(_begin(books, lock, one) for one in generations.outdated(books.cursor, lock))
        if began:
            _withdraw_tokens(books)
    return began


def _begin(books: Books, lock: CheckpointLock, one: Outdated) -> Restarted:
    rows, known = _signed_before(books, lock, one)
    old, new = rows[-1], _next(books, rows[-1], one.clinic, "open")
    org, clinic = UUID(old.org), UUID(one.clinic) if one.clinic else None
    leaf = RestartLeaf(
        at=books.by.at, old=old.origin, size=known.size, root=known.root.hex(), why="restore"
    )
    books.leaf(org, clinic, Line("restart", leaf.to_line()))
    for notice in generations.opening(books.keys, books.keys.receipt(), new):
        line = KeysLeaf(at=books.by.at, env=notice.sha).to_line()
        books.leaf(org, clinic, Line("keys", line, env=notice.sha))
    for before, after in pairwise((*rows, new)):
        said = generations.restarted(books.cursor, books.keys, before, after)
        publish(books, Owner(org, clinic), said, None, books.keys.receipt())
    told = {"generation": new.generation, "held": one.log.size, "signed": known.size}
    books.record(org, clinic, Act("controller.restore", old.origin, after=told))
    return Restarted(old.origin, new.origin, one.log.size, known.size)


def _withdraw_tokens(books: Books) -> None:
    """A join string that was used since the backup would count as unused again."""
    for org in orgs():
        held = JoinToken.objects.at(Place(org.id)).filter(withdrawn_at=None, uses__lt=F("max_uses"))
        for token in held.filter(expires_at__gt=books.by.at):
            token.withdrawn_at = books.by.at
            token.save(update_fields=["withdrawn_at"])
            books.record(token.org_id, token.clinic_id, Act("token.withdraw", token.tid))


def _signed_before(books: Books, lock: CheckpointLock, one: Outdated) -> tuple[list[LogRow], Held]:
    """The generations that were ever signed here, and the last checkpoint known of the newest.

    The same backup may be restored twice: what began after the first time is not in it, and its
    name must not be signed for again. It gets its row, empty and closed, so that notices lead on.
    """
    rows, known = [one.log], one.known
    while (held := lock.held(_origin(rows[-1], rows[-1].generation + 1))) is not None:
        rows.append(_next(books, rows[-1], one.clinic, "closed"))
        known = held
    return rows, known


def _next(books: Books, old: LogRow, clinic: str | None, state: str) -> LogRow:
    """Close a generation and insert the next, empty."""
    generation = old.generation + 1
    books.cursor.execute("UPDATE log SET state = 'closed' WHERE id = %s", (old.id,))
    books.cursor.execute(
        "INSERT INTO log (id, org_id, clinic_id, uuid, generation, origin, size, state)"
        " VALUES (%s, %s, %s, %s, %s, %s, 0, %s)",
        (
            uuid4().hex,
            old.org,
            clinic,
            old.uuid.hex,
            generation,
            _origin(old, generation),
            state,
        ),
    )
    return log_of(books.cursor, old.org, clinic)


def _origin(log: LogRow, generation: int) -> str:
    return f"{log.origin.rpartition('/')[0]}/{generation}"
