"""How does a machine come to new keys, so that a crash at any point loses neither key nor report?

    *.key.next → rotating → sealed key_rotate → trust.json → receipt verified → *.key

The file `rotating` says that both new keys are on the disk. `trust.json` says which key is in
force, and the file of that key may still be called `next`. So a cut between two steps leaves
nothing undecided: `carry_on` does what is left at the next start.

- The report key counts once its key_rotate is sealed: what is sealed after it is signed by it.
- The courier key counts once the controller has stored its key_rotate; the one before is kept as
  `courier.key.old`, for a controller that is restored to before it knew the new one.
- A key_rotate that was lost before it was acknowledged, or that was rejected, brought nothing: the
  machine goes back to the key before, which is kept until then.
- If it was lost here after it had arrived there, the controller shows it: it answers the courier's
  next key, and the report that brings that one follows the one that brings the report key.
"""

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

from agent import paths
from agent.identity import keyfile
from agent.identity.keyfile import Purpose
from agent.identity.trust import KEPT, Trust
from agent.outbox import brought
from agent.outbox.link import Linker
from agent.outbox.store import Sealed
from agent.paths import Home
from evidence.bodies import KeyRotate, RotateReason
from evidence.keys import SigningKey

LIFE = timedelta(days=365)
"""How old a key may become (trust.md, section 2)."""


def due(linker: Linker, *, ordered: bool) -> RotateReason | None:
    """Why new keys are to be made now: a person here, the controller, or their age says so.

    A clock that was set back makes no key younger.
    """
    identity = linker.identity
    if identity.home.rotate_wanted.exists():
        return "admin"
    if ordered:
        return "order"
    born = identity.trust.rotated_at or identity.enrolled.at
    now = max(linker.moments().at, identity.trust.clock_floor)
    return "age" if now - born >= LIFE else None


def begin(linker: Linker, reason: RotateReason) -> Linker:
    """Make both keys anew, and go on with them; an earlier rotation is finished first."""
    home = linker.identity.home
    if not home.rotating.exists():
        for path, purpose in _both(home):
            key = SigningKey.from_seed(secrets.token_bytes(32))
            keyfile.write(keyfile.next_of(path), key, purpose)
        paths.write(home.rotating, reason.encode(), mode=0o600)
    home.rotate_wanted.unlink(missing_ok=True)
    return carry_on(linker)


def carry_on(linker: Linker) -> Linker:
    """Do what is left of a rotation, if one was begun: each step once, and in order."""
    home = linker.identity.home
    if not home.rotating.exists():
        return linker
    linker = _courier(_report(linker))
    if not any(keyfile.next_of(path).exists() for path, _ in _both(home)):
        home.rotating.unlink(missing_ok=True)
    return linker


def unwound(linker: Linker, give_up_to: int = 0) -> Linker:
    """Back to the report key that the controller knows, where its successor never reached it.

    That is when the key_rotate is lost with the outbox, or waits in an epoch up to `give_up_to`.
    """
    trust, path = linker.identity.trust, linker.identity.home.report_key
    fresh = keyfile.read_if_there(keyfile.next_of(path), "report")
    if fresh is None or fresh.public.hex != trust.report or not trust.former:
        return linker
    said = brought.by(linker.outbox, fresh.keyid)
    if said and (said.state == "stored" or (said.state == "waiting" and said.epoch > give_up_to)):
        return linker
    before = replace(trust, report=trust.former[-1], former=trust.former[:-1])
    return _believing(linker, before)


def known(linker: Linker, stands: int) -> Linker:
    """With both next keys in force: the controller, which stands at that epoch, has them.

    The same linker if nothing is to be taken up, because what brought them is still here.
    """
    trust, home = linker.identity.trust, linker.identity.home
    report, courier = (keyfile.read_if_there(keyfile.next_of(p), of) for p, of in _both(home))
    if report is None or courier is None:
        return linker
    said = _said(linker, report)
    if said and (said.state != "waiting" or said.epoch <= stands):
        return linker
    if trust.report != report.public.hex:
        former = (*trust.former, trust.report)[-KEPT:]
        trust = replace(trust, report=report.public.hex, former=former)
    if trust.courier != courier.public.hex:
        trust = replace(trust, courier=courier.public.hex, courier_before=trust.courier)
    return _believing(linker, replace(trust, rotated_at=linker.moments().at))


def finish(home: Home) -> None:
    """Both next keys are in force, and nothing is to be said of them any more."""
    for path, _ in _both(home):
        if keyfile.next_of(path).exists():
            _take_place(path) if path == home.courier_key else keyfile.next_of(path).replace(path)
    home.rotating.unlink(missing_ok=True)


def _report(linker: Linker) -> Linker:
    path = linker.identity.home.report_key
    fresh = keyfile.read_if_there(keyfile.next_of(path), "report")
    if fresh is None:
        return linker
    linker = unwound(linker)
    said, trust = _said(linker, fresh), linker.identity.trust
    if said and said.state == "rejected":
        keyfile.next_of(path).unlink()
        return linker
    if trust.report == fresh.public.hex:
        if said and linker.outbox.is_proven(said.place):
            keyfile.next_of(path).replace(path)
        return linker
    if said is None:
        _say(linker, fresh, "report")
    former = (*trust.former, trust.report)[-KEPT:]
    at = linker.moments().at
    after = replace(trust, report=fresh.public.hex, former=former, rotated_at=at)
    return _believing(linker, after)


def _courier(linker: Linker) -> Linker:
    path, trust = linker.identity.home.courier_key, linker.identity.trust
    fresh = keyfile.read_if_there(keyfile.next_of(path), "courier")
    if fresh is None:
        return linker
    said = _said(linker, fresh)
    if said and said.state == "rejected":
        keyfile.next_of(path).unlink()
        return linker
    if trust.courier != fresh.public.hex:
        if said is None:
            _say(linker, fresh, "courier")
        if said is None or not linker.outbox.is_proven(said.place):
            return linker
        after = replace(trust, courier=fresh.public.hex, courier_before=trust.courier)
        linker = _believing(linker, after)
    _take_place(path)
    return linker


def _said(linker: Linker, fresh: SigningKey) -> Sealed | None:
    """The report that brings a key, if the controller may still get it or has it."""
    said = brought.by(linker.outbox, fresh.keyid)
    return said if said and said.state != "orphaned" else None


def _say(linker: Linker, fresh: SigningKey, purpose: Purpose) -> None:
    reason = _reason(linker.identity.home)
    body = KeyRotate(purpose=purpose, keyid=fresh.keyid, public=fresh.public.hex, reason=reason)
    linker.seal(body, fresh)


def _reason(home: Home) -> RotateReason:
    """Why it was begun, as the file says; by order, if that is nothing of ours."""
    said = home.rotating.read_text(encoding="ascii", errors="replace")
    known: tuple[RotateReason, ...] = get_args(RotateReason)
    return next((reason for reason in known if reason == said), "order")


def _believing(linker: Linker, trust: Trust) -> Linker:
    """With this belief, on the disk first, and with the report key that it names."""
    trust.save(linker.identity.home.trust)
    identity = replace(linker.identity, trust=trust)
    return replace(linker, identity=identity, key=identity.report_key())


def _take_place(path: Path) -> None:
    """The next key becomes the key, and the key the old one."""
    if path.exists():
        path.replace(keyfile.old_of(path))
    keyfile.next_of(path).replace(path)


def _both(home: Home) -> tuple[tuple[Path, Purpose], tuple[Path, Purpose]]:
    return (home.report_key, "report"), (home.courier_key, "courier")
