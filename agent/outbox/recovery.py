"""How does a chain go on that cannot go on as it was?

By a new epoch, whose first report is a signed gap: it says why, names the last report that was
sealed, and lists the hashes of what is given up. No person is needed, nothing is hidden.

- A file that cannot be used is renamed and kept beside the new one, never deleted.
- The controller takes epoch E+1 after E and no other, so its signed answer decides the number;
  before it has spoken, the number after our own is tried.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from agent.errors import OutboxDamaged, OutboxError
from agent.identity.machine import Identity
from agent.outbox import database, mark, rotation, soundness
from agent.outbox.link import Linker
from agent.outbox.mailbag import Mailbag
from agent.outbox.review import Demand, Review
from agent.outbox.soundness import Broken, Loss, Sound, Soundness
from agent.outbox.store import Outbox
from agent.paths import Home
from evidence.chain import Head


def look(identity: Identity, at: datetime) -> tuple[Outbox, Soundness]:
    """Open the outbox, or a new one in place of one that is damaged or of another enrolment."""
    marked = mark.load(identity.home.chain, identity.anchor)
    outbox, loss = _usable(identity, at)
    return outbox, soundness.compare(outbox, marked, loss)


def mend(linker: Linker, found: Soundness) -> Linker:
    """Make the outbox ready to seal as it was found; Forgotten leaves it as it is."""
    anchor, home = linker.identity.anchor, linker.identity.home
    match found:
        case Sound(head):
            if linker.outbox.head() is None:
                linker.outbox.begin(anchor, head)
            if mark.load(home.chain, anchor) != head:
                mark.save(home.chain, anchor, head)
        case Broken(why, last):
            held = linker.outbox.head()
            newest = max(last.epoch, held.epoch if held else 0)
            linker = rotation.unwound(linker)
            linker.open_epoch(newest + 1, why, last)
    return linker


def take_up(linker: Linker, review: Review) -> Linker:
    """Open the epoch that the controller's signed answers make necessary, if any.

    By keys that it has, though the outbox was lost that brought them: what the keys before have
    signed since is refused for ever.
    """
    stands = review.by_next
    turned = linker if stands is None else rotation.known(linker, stands)
    head = turned.outbox.head()
    if turned is linker or stands is None:
        return obey(linker, review.demand)
    if head is None:
        turned = obey(turned, review.demand)
    else:
        turned = _begun_anew(turned) if stands < head.epoch else turned
        turned.open_epoch(stands + 1, "outbox_lost", head, give_up_to=head.epoch)
    rotation.finish(turned.identity.home)
    return turned


def obey(linker: Linker, demand: Demand | None) -> Linker:
    """Open the epoch that is demanded, if any."""
    if demand is None:
        return linker
    head = linker.outbox.head()
    if head is None:
        return _learned(linker, demand)
    known, linker = linker.key, rotation.unwound(linker, give_up_to=head.epoch)
    epoch = demand.epoch + 1
    opening = linker.outbox.at((epoch, 1))
    if opening is not None and opening.state == "waiting" and linker.key == known:
        linker.outbox.orphan(demand.epoch, linker.identity.trust.clock_floor)
        return linker
    if epoch <= head.epoch:
        linker = _begun_anew(linker)
    linker.open_epoch(epoch, demand.why, head, give_up_to=head.epoch)
    return linker


def mailbag(home: Home, anchor: str, at: datetime) -> Mailbag:
    """Open the courier's memory; a damaged one is set aside, it holds nothing but answers."""
    with suppress(OutboxDamaged):
        bag = Mailbag(home.courier, anchor)
        if bag.is_whole():
            return bag
        bag.close()
    set_aside(home.courier, at)
    return Mailbag(home.courier, anchor)


def set_aside(path: Path, at: datetime) -> None:
    """Rename a SQLite file with its log, so that somebody can look at it later."""
    suffix = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f")
    for end in ("", *database.BESIDE):
        file = path.with_name(path.name + end)
        try:
            file.rename(path.with_name(f"{path.name}.aside-{suffix}{end}"))
        except FileNotFoundError:
            continue
        except OSError as error:
            said = f"{file} cannot be set aside: {error.strerror}"
            raise OutboxError(said, "run as root, or look who holds the file") from error


def _usable(identity: Identity, at: datetime) -> tuple[Outbox, Loss]:
    """The outbox of this enrolment, new if need be, and what an empty one then means."""
    home, anchor = identity.home, identity.anchor
    try:
        outbox = Outbox(home.outbox)
        owner = outbox.anchor()
    except OutboxDamaged:
        return _renewed(home, at), "outbox_corrupt"
    if owner in {None, anchor} and soundness.is_intact(outbox, identity.report_keys()):
        return outbox, "outbox_lost"
    outbox.close()
    return _renewed(home, at), "outbox_corrupt" if owner == anchor else "outbox_lost"


def _renewed(home: Home, at: datetime) -> Outbox:
    set_aside(home.outbox, at)
    return Outbox(home.outbox)


def _begun_anew(linker: Linker) -> Linker:
    """Epochs that the controller never saw stand where the next one must: put them aside."""
    linker.outbox.close()
    return replace(linker, outbox=_renewed(linker.identity.home, linker.moments().at))


def _learned(linker: Linker, demand: Demand) -> Linker:
    """Outbox and mark were lost; the controller has said where the chain stands."""
    anchor = linker.identity.anchor
    if demand.seq == 0:
        start = Head(demand.epoch, 0, anchor)
        linker.outbox.begin(anchor, start)
        mark.save(linker.identity.home.chain, anchor, start)
    else:
        linker.open_epoch(demand.epoch + 1, demand.why, None)
    return linker
