"""Does a port of this machine speak DICOM, and does it speak it in clear?

Plain first, but TLS first where TLS is expected. The certificate is not checked, and old versions
are let in: what is spoken is asked, not by whom. It asks for Verification, sends no query and no
name, and says goodbye.

- A refusal is an answer too: who rejects us in clear speaks DICOM in clear.
- `no` needs a proof: something else was answered. Silence is `timeout`, and a door that is shut
  again proves nothing (`unrecognised`).
- A second a step, whatever drips or stalls.
"""

import socket
import ssl
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.readers import association, tlsrecords
from agent.readers.probed import Answer
from agent.transport.line import Clock, Line, Tunnel
from rules.facts.base import Unknown, Why
from rules.facts.types import Version

TLS_FIRST = frozenset({2762, 11113})

Heard: TypeAlias = Literal["dicom", "other", "mutual", "closed", "silent", "refused"]

_STEP = 1.0
_VERSIONS = {"TLSv1": (1, 0), "TLSv1.1": (1, 1), "TLSv1.2": (1, 2), "TLSv1.3": (1, 3)}


@dataclass(frozen=True, slots=True)
class _Said:
    """What was heard in one way of asking, and under which version of TLS."""

    heard: Heard
    tls: str | None = None


def probe(
    address: str,
    port: int,
    until: float,
    step: float = _STEP,
    tls_first: Collection[int] = TLS_FIRST,
) -> Answer:
    """Ask one port; it is done by `until` (time.monotonic), `step` is in seconds."""
    ways = (_in_tls, _plain) if port in tls_first else (_plain, _in_tls)
    said: dict[Callable[[Line], _Said], _Said] = {}
    for way in ways:
        said[way] = _tried(way, address, port, Clock(until, step))
        if said[way].heard in ("dicom", "mutual", "refused"):
            break
    return _answer(said.get(_plain), said.get(_in_tls))


def _answer(plain: _Said | None, tls: _Said | None) -> Answer:
    said = [one for one in (plain, tls) if one]
    heard = {one.heard for one in said}
    version = _version(tls)
    if plain and plain.heard == "dicom":
        return Answer("plain", None)
    if tls and tls.heard in ("dicom", "mutual"):
        return Answer("tls" if tls.heard == "dicom" else "mutual_tls", version)
    if "other" in heard:
        return Answer("no", version)
    silent = Why.TIMEOUT if "silent" in heard else Why.UNRECOGNISED
    nothing = Unknown(Why.UNREACHABLE if "refused" in heard else silent)
    return Answer(nothing, nothing)


def _version(tls: _Said | None) -> Version | Unknown | None:
    if tls is None or tls.tls is None:
        return None
    known = _VERSIONS.get(tls.tls)
    return Version(known) if known else Unknown(Why.UNRECOGNISED)


def _tried(way: Callable[[Line], _Said], address: str, port: int, clock: Clock) -> _Said:
    wait = clock.next() - time.monotonic()
    if wait <= 0:
        return _Said("silent")
    try:
        with socket.create_connection((address, port), timeout=wait) as connected:
            return way(Line(connected, clock))
    except TimeoutError:
        return _Said("silent")
    except OSError:
        return _Said("refused")


def _plain(line: Line) -> _Said:
    """Ask in clear."""
    line.begin()
    try:
        line.send(association.request())
        heard = _heard(line.receive)
        if heard == "dicom" and line.heard[0] == 2:
            _leave(line.send, line.receive)
    except TimeoutError:
        return _Said("silent")
    except OSError:
        return _Said("closed")
    # What a TLS server says to somebody who speaks in clear is no other protocol.
    return _Said("closed" if tlsrecords.are_records(bytes(line.heard)) else heard)


def _heard(receive: Callable[[], bytes]) -> Heard:
    """What comes back on a request, whole."""
    data = b""
    while association.read(data) == "part":
        more = receive()
        if not more:
            return "closed"
        data += more
    return "other" if association.read(data) == "other" else "dicom"


def _leave(send: Callable[[bytes], None], receive: Callable[[], bytes]) -> None:
    """Release what was accepted; whether anybody answers does not matter any more."""
    try:
        send(association.RELEASE)
        receive()
    except OSError:
        return


def _in_tls(line: Line) -> _Said:
    """Shake hands, and ask inside."""
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    tunnel = Tunnel(line, _context().wrap_bio(coming, going), coming, going)
    try:
        line.begin()
        tunnel.through(tunnel.inner.do_handshake)
    except TimeoutError:
        return _Said("silent")
    except OSError:  # ssl.SSLError among them
        heard = bytes(line.heard)
        return _Said(_refusal(heard), tlsrecords.version(heard))
    version = tunnel.inner.version()  # OpenSSL forgets it when it is refused
    return _Said(_inside(line, tunnel), version)


def _inside(line: Line, tunnel: Tunnel) -> Heard:
    """What is answered to the request in a tunnel that stands."""
    try:
        if tunnel.inner.version() == "TLSv1.3" and tunnel.greeting():
            return "other"  # who is called waits for the caller: DICOM PS3.8, section 9.2
        line.begin()
        tunnel.send(association.request())
        heard = _heard(tunnel.receive)
        if heard == "dicom":
            _leave(tunnel.send, tunnel.receive)
    except TimeoutError:
        return "silent"
    except ssl.SSLError as error:
        return "mutual" if "CERTIFICATE" in (error.reason or "") else "closed"
    except OSError:
        return "closed"
    return heard


def _refusal(heard: bytes) -> Heard:
    """Why there was no handshake: a certificate is wanted, it is TLS and refuses us, or no TLS."""
    if tlsrecords.asks_for_certificate(heard):
        return "mutual"
    return "closed" if tlsrecords.are_records(heard) or not heard else "other"


def _context() -> ssl.SSLContext:
    """Lets everything in: what is asked is how weak the other side may be."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    return context
