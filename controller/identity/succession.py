"""How does one CA follow another, without an agent that is left outside?

standby → *start*: agents are told of the coming CA and trust both → *serve*: the server's
certificate is by the new one → *finish*: the old one is trusted no more. *rollback* leads from
either back to the first. Which phase it is, is which files lie in the home; each step is one
rename, so that a crash leaves one phase or the other.

- A machine that slept through all of it joins anew: `dentinel enroll JOIN`.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path

from controller.errors import Refusal
from controller.identity import authority
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys


class Phase(StrEnum):
    """How far the change of the CA is."""

    STANDBY = "standby"
    STARTED = "started"
    SERVING = "serving"


def phase(home: ControllerHome) -> Phase:
    """The phase of this home."""
    if home.ca_coming.exists():
        return Phase.STARTED
    return Phase.SERVING if home.ca_going.exists() else Phase.STANDBY


def trusted(home: ControllerHome) -> tuple[str, ...]:
    """The CAs that whoever joins now must trust, PEM: the one that serves first."""
    others = (one for one in (home.ca_coming, home.ca_going) if one.exists())
    return (authority.ca_pem(home), *map(_text, others))


def draft(home: ControllerHome, keys: Keys, now: datetime) -> str:
    """The CA that would come next, PEM; nothing is written."""
    _require(home, Phase.STANDBY)
    return authority.new_ca(home, keys, authority.generation(home, keys) + 1, now)


def start(home: ControllerHome, coming: str) -> None:
    """Have the drafted CA come: join strings and notices hold both from now on."""
    _require(home, Phase.STANDBY)
    write_private(home.ca_coming, coming.encode())


def serve(home: ControllerHome) -> None:
    """Take the coming CA for the server's certificate; the one before it stays trusted."""
    _require(home, Phase.STARTED)
    write_private(home.ca_going, authority.ca_pem(home).encode())
    home.ca_coming.replace(home.ca_certificate)


def finish(home: ControllerHome) -> None:
    """Trust the one before no more."""
    _require(home, Phase.SERVING)
    home.ca_going.unlink()


def rollback(home: ControllerHome) -> None:
    """Back to the CA before, from either phase."""
    _require(home, Phase.STARTED, Phase.SERVING)
    if phase(home) is Phase.STARTED:
        home.ca_coming.unlink()
        home.ca_going.unlink(missing_ok=True)
    else:
        home.ca_going.replace(home.ca_certificate)


def other(home: ControllerHome) -> str:
    """The CA beside the one that serves: the coming or the going one, PEM."""
    return _text(home.ca_coming if phase(home) is Phase.STARTED else home.ca_going)


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii")


_NEXT = {
    Phase.STANDBY: "no change of the CA is under way: it begins with `start`",
    Phase.STARTED: "agents are being told of the new CA: next is `serve`, or `rollback`",
    Phase.SERVING: "the new CA serves already: next is `finish`, or `rollback`",
}


def _require(home: ControllerHome, *wanted: Phase) -> None:
    found = phase(home)
    if found not in wanted:
        raise Refusal(_NEXT[found], help="`dentinel-controller keys show` says where it stands")
