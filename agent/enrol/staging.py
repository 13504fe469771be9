"""What is on the disk while a machine joins, and how does it become the identity?

A folder `joining` beside the identity: the new keys, and the request with its secret, written
before anything is sent, so that after a lost answer the very same bytes are sent again. Once the
answer is verified and stored here, its files are moved into the identity one by one, the answer
last; a move that was cut off is finished by the next `dentinel enroll`.

- The secret is gone with the request, at the latest when the machine has joined or was refused.
- A key is never overwritten before the controller has accepted the one that replaces it.
"""

import base64
import shutil
from dataclasses import dataclass
from pathlib import Path

from agent import paths
from agent.errors import HomeError
from agent.identity import keyfile
from agent.identity.binding import Binding
from agent.identity.trust import Trust
from agent.outbox import mark
from agent.paths import Home
from evidence import envelope, strict_json
from evidence.chain import Head
from evidence.envelope import Envelope
from evidence.errors import EvidenceError
from evidence.join import JoinString, Welcome, base32
from evidence.keys import SigningKey
from evidence.messages import Enroll, Enrolled


@dataclass(frozen=True, slots=True)
class Request:
    """What was, or will be, sent: the welcome that it was made for, and the signed envelope."""

    welcome: bytes
    envelope: Envelope


def folder(home: Home) -> Home:
    """The home that the new identity grows up in."""
    return Home(home.root / "joining")


def begin(home: Home, report: SigningKey, courier: SigningKey, binding: Binding) -> None:
    """Store new keys, in place of those of an attempt that came to nothing."""
    discard(home)
    staged = folder(home)
    _make(staged.root)
    _make(staged.identity)
    keyfile.write(staged.report_key, report, "report")
    keyfile.write(staged.courier_key, courier, "courier")
    binding.save(staged.binding)


def store(home: Home, request: Request) -> None:
    """Store the request before it is sent, for root alone: it holds the secret."""
    document = {
        "v": 1,
        "welcome": base64.b64encode(request.welcome).decode(),
        "request": base64.b64encode(envelope.to_json(request.envelope)).decode(),
    }
    paths.write(_request(home), strict_json.write(document), mode=0o600)


def pending(home: Home, join: JoinString) -> Request | None:
    """The request of an earlier attempt by the same join string, if one was cut off."""
    try:
        document = strict_json.read(_request(home).read_bytes())
        welcome = base64.b64decode(document["welcome"])
        signed = envelope.from_json(base64.b64decode(document["request"]))
        enroll = Enroll.from_bytes(signed.payload)
        Welcome.pinned(welcome, join)
    except (OSError, EvidenceError, KeyError, TypeError, ValueError):
        return None
    same = (enroll.tid, enroll.secret) == (base32(join.tid), base32(join.secret))
    return Request(welcome, signed) if same else None


def accept(home: Home, answer: Envelope, trust: Trust) -> None:
    """Store a verified answer, and move all of it into the identity."""
    staged = folder(home)
    trust.save(staged.trust)
    paths.write(staged.enrolled, envelope.to_json(answer), mode=0o640, shared=True)
    finish(home)


def finish(home: Home) -> bool:
    """Move what was accepted into place; False if nothing was."""
    staged = folder(home)
    if not staged.enrolled.exists():
        return False
    answer = envelope.from_json(staged.enrolled.read_bytes())
    epoch = Enrolled.from_bytes(answer.payload).epoch
    try:
        for name in ("report_key", "courier_key", "binding", "trust", "enrolled"):
            source: Path = getattr(staged, name)
            if source.exists():
                source.replace(getattr(home, name))
    except OSError as error:
        said = f"the new identity cannot be stored in {home.identity}: {error.strerror}"
        raise HomeError(said, "run as root, then enroll again with the same join string") from error
    _forget_former(home)
    mark.save(home.chain, answer.sha, Head(epoch, 0, answer.sha))
    discard(home)
    return True


def _forget_former(home: Home) -> None:
    """Destroy what the identity before left beside its keys."""
    for path in (home.report_key, home.courier_key):
        for other in (keyfile.next_of(path), keyfile.old_of(path)):
            other.unlink(missing_ok=True)
    home.rotating.unlink(missing_ok=True)
    home.copied.unlink(missing_ok=True)


def discard(home: Home) -> None:
    """Destroy what was not accepted: new keys, and the secret."""
    shutil.rmtree(folder(home).root, ignore_errors=True)


def _request(home: Home) -> Path:
    return folder(home).root / "request.json"


def _make(place: Path) -> None:
    try:
        place.mkdir(mode=0o700)
    except OSError as error:
        said = f"{place} cannot be made: {error.strerror}"
        raise HomeError(said, "run as root, or choose a folder of your own with --home") from error
