"""Does a controller serve from this home, alone, where machines and people look for it?"""

import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

from controller.cli.checks.base import Seen, Told

_OWN = {"localhost", "127.0.0.1", "::1"}
_AGENTS, _PEOPLE = ("0.0.0.0", 8443), ("127.0.0.1", 8444)  # noqa: S104 - where serve listens


def serving(seen: Seen) -> Iterator[Told]:
    """Somebody holds the lock of who serves."""
    if is_served(seen):
        yield "a controller serves from this home", None
        return
    yield "no controller serves from this home", "systemctl start dentinel-controller"


def ports(seen: Seen) -> Iterator[Told]:
    """The ports are free for it, or its own."""
    if is_served(seen):
        return
    for host, port in (_AGENTS, _PEOPLE):
        if _is_taken(host, port):
            said = f"port {port} is taken by another program"
            yield said, f"find it with ss -ltnp 'sport = :{port}', or serve --agents, --people"
        else:
            yield f"port {port} is free", None


def address(seen: Seen) -> Iterator[Told]:
    """Machines and people can find it by the addresses that it says of itself."""
    host = seen.agents.rpartition(":")[0].strip("[]")
    settings = "/etc/dentinel-controller/environment"
    if host in _OWN:
        said = f"join strings name {seen.agents}: no other machine finds it there"
        yield said, f"write DENTINEL_CONTROLLER_AGENTS=controller.lan:8443 into {settings}"
    elif not _is_known(host):
        yield f"this machine does not know the name {host}", f"look at DNS, or at {settings}"
    else:
        yield f"machines are told {seen.agents}", None
    url = urlsplit(seen.people)
    if url.scheme != "https" and url.hostname not in _OWN:
        said = f"people open {seen.people}: passwords and pages travel in clear"
        yield said, "put a proxy with a certificate before it; see docs/install.md, on TLS"
    else:
        yield f"people open {seen.people}", None


def is_served(seen: Seen) -> bool:
    """Does a process hold the lock? Asked without taking it for longer than a moment."""
    file = seen.home.root / "serving.sqlite"
    if not file.exists() or not os.access(file, os.W_OK):
        return False
    uri = f"{file.as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
        lock.execute("ROLLBACK")
    return False


def _is_taken(host: str, port: int) -> bool:
    with closing(socket.socket()) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError:
            return True
    return False


def _is_known(host: str) -> bool:
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return False
    return True
