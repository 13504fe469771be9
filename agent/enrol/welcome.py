"""Is this the controller that the join string was made for?

The welcome document is asked of whoever answers, over TLS that believes anybody, and kept only if
its hash is the pin. It is public; the one thing that is sent is the token's id, which is no secret.
"""

from agent.enrol import refusal
from agent.errors import EnrolError
from agent.transport import tls
from agent.transport.base import Address, Reply
from agent.transport.https import Https
from agent.transport.route import Route
from evidence.errors import EvidenceError, WrongPin
from evidence.join import JoinString, Welcome, base32
from evidence.keys import PublicKey
from evidence.note import Verifier


def fetch(route: Route, join: JoinString) -> bytes:
    """The welcome with the pin of this join string; EnrolError or TransportError."""
    with Https(route, tls.unchecked()) as anybody:
        reply = anybody.get(f"/v1/ca/{base32(join.tid)}")
    if reply.status != 200:
        raise _unwelcome(reply, route.address)
    try:
        _require_strong(Welcome.pinned(reply.body, join))
    except WrongPin as error:
        raise EnrolError(
            f"what answers at {route.address} is not the controller that this join string was "
            "made for. Nothing secret was sent to it",
            "stop here, and ask who made the join string: somebody may stand in between",
        ) from error
    except EvidenceError as error:
        raise EnrolError(
            f"the welcome of the controller at {route.address} cannot be read ({error})",
            "bring agent and controller to the same version",
        ) from error
    return reply.body


def _require_strong(welcome: Welcome) -> None:
    """WeakKey or Malformed, if anybody could sign in the controller's place, or in its log's."""
    for key in welcome.receipt:
        PublicKey.from_hex(key)
    Verifier.parse(welcome.log)


def _unwelcome(reply: Reply, address: Address) -> EnrolError:
    if reply.status != 404:
        return refusal.read(reply, address).error
    return EnrolError(
        f"what answers at {address} does not know this join string",
        "check the address in it; if the controller is the right one, ask for a new one",
    )
