"""How do the two listeners live in one process, and end together?

- Both sockets are bound before anything starts, so that a taken port is told in a sentence.
- The servers' own signal handlers are not used: they would stop only one of the two.
- What the controller does by itself runs in threads beside them (controller.jobs).
- The service manager hears when both are open, and that the loop lives (controller.cli.supervisor).
- The agents' certificate is looked at daily and taken over without a restart when it was renewed.
"""

import asyncio
import gc
import os
import signal
import socket
import ssl
from collections.abc import Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import typer
import uvicorn

from controller.cli import supervisor, tables, upgrade
from controller.cli.arrival import bounded
from controller.errors import HomeProblem, Refusal
from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.identity.sole import sole
from controller.ledger import generations
from controller.ledger.bus import BUS
from controller.ledger.lock import CheckpointLock
from controller.ledger.sql import connect, cursor
from rules.counted import counted

_DAY_SECONDS = 24 * 3600
_GRACE_SECONDS = 10
_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Door:
    """Where to listen."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read HOST:PORT; Refusal for anything else."""
        try:
            parts = urlsplit(f"//{text}")
            if parts.hostname and parts.port is not None:
                return cls(parts.hostname, parts.port)
        except ValueError:
            pass
        raise Refusal(f"{text!r} is no address to listen at", help="write it as 127.0.0.1:8443")

    def bind(self) -> socket.socket:
        """Take the address; HomeProblem says who may have it."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, self.port), family=family, backlog=_BACKLOG)
        except OSError as error:
            raise HomeProblem(
                f"{self.host}:{self.port} cannot be listened at: {os.strerror(error.errno or 0)}",
                help="is another controller running? `--agents` and `--people` name other places",
            ) from error


@dataclass(frozen=True, slots=True)
class PeopleTls:
    """A certificate of one's own for the people's listener."""

    certificate: Path
    key: Path | None

    def require_usable(self) -> None:
        """Refusal unless both files are there, and fit each other."""
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key)
        except OSError as error:
            raise Refusal(
                f"{self.certificate} cannot be used as the people's certificate: {error.strerror}",
                help="name PEM files: --people-cert with the chain, --people-key with its key",
            ) from error


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Nothing to capture: `open_both` does."""
        yield


def open_both(
    machines: Door, browsers: Door, people_tls: PeopleTls | None, proxy: str | None
) -> None:
    """Serve until SIGTERM or SIGINT; HomeProblem if the home is not ready for it."""
    from controller.cli import ready

    if people_tls is not None:
        people_tls.require_usable()
    _bring_up(ready.found(), machines, browsers, people_tls)
    home = ready.opened()
    # Only now: jobs import models, which are known once Django is set up.
    from controller.jobs.base import working
    from controller.jobs.index import JOBS

    _require_signable(home)
    _sweep_sessions()
    keys = Keys.load(home)
    with sole(home), machines.bind() as agents_socket, browsers.bind() as people_socket:
        _listen_again()
        # What was loaded by now stays: no page shall wait while the collector walks through it.
        gc.freeze()
        certificate = _Certificate.made(home, keys, _names(machines))
        pair = _agents(home, certificate.context), _people(people_tls, proxy)
        _tell(agents_socket, people_socket)
        loop_factory = pair[0].config.get_loop_factory()
        with working(home, JOBS), asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(_serve(pair, (agents_socket, people_socket), certificate))


def _bring_up(
    home: ControllerHome, machines: Door, browsers: Door, people_tls: PeopleTls | None
) -> None:
    """Tables of an older release become this one's, while both doors say when to come again."""
    if not tables.are_older(home):
        return
    typer.echo("tables are of an older release: a backup first, then they are brought to this one")
    keys = Keys.load(home)
    context = _Certificate.made(home, keys, _names(machines)).context
    with machines.bind() as agents_socket, browsers.bind() as people_socket:
        pair = (
            _server(
                upgrade.closed,
                lifespan="off",
                ssl_context_factory=lambda _config, _default: context,
            ),
            _server(upgrade.closed, lifespan="off", **_files(people_tls)),
        )
        with upgrade.meanwhile(pair, (agents_socket, people_socket)):
            done = tables.bring_up(home)
    kept = f"; what was before: {done.backup}" if done.backup else ""
    typer.echo(f"{counted(len(done.steps), 'step is', 'steps are')} done{kept}")


def _require_signable(home: ControllerHome) -> None:
    """LockAhead, before a door is open, if this database is an old copy."""
    with closing(CheckpointLock.open(home)) as lock, closing(connect(home.database)) as connection:
        generations.require_signable(cursor(connection), lock)


def _sweep_sessions() -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("clearsessions")
    connection.close()


def _listen_again() -> None:
    """Who could not be heard meanwhile gets time to come back before he is called silent."""
    from django.db import connection

    from controller.fleet import absence

    absence.pulse(datetime.now(tz=UTC))
    connection.close()


def _names(machines: Door) -> tuple[str, ...]:
    """The names that the agents' certificate holds: the one that join strings say, and our own."""
    from django.conf import settings

    own = [] if machines.host in ("0.0.0.0", "::") else [machines.host]  # noqa: S104
    names = {settings.AGENTS_HOST, "localhost", "127.0.0.1", socket.gethostname(), *own}
    return tuple(sorted(names))


def _agents(home: ControllerHome, context: ssl.SSLContext) -> _Server:
    from controller.intake.asgi import application

    config: dict[str, Any] = {"lifespan": "on", "proxy_headers": False}
    return _server(
        application(home.root), ssl_context_factory=lambda _config, _default: context, **config
    )


def _people(tls: PeopleTls | None, proxy: str | None) -> _Server:
    from controller.asgi import application

    return _server(
        application,
        lifespan="off",
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        **_files(tls),
    )


def _files(tls: PeopleTls | None) -> dict[str, Any]:
    return {"ssl_certfile": tls.certificate, "ssl_keyfile": tls.key} if tls else {}


def _server(app: Any, **config: Any) -> _Server:  # noqa: ANN401 - an ASGI callable and its options
    return _Server(
        uvicorn.Config(
            app,
            http=bounded(),
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            **config,
        )
    )


def _tell(agents: socket.socket, people: socket.socket) -> None:
    from django.conf import settings

    typer.echo(f"machines  https://{settings.AGENTS_HOST}:{settings.AGENTS_PORT}  {_at(agents)}")
    typer.echo(f"people    {settings.PUBLIC_URL}  {_at(people)}")


def _at(listener: socket.socket) -> str:
    host, port, *_ = listener.getsockname()
    return f"(listening at {host}:{port})"


@dataclass(frozen=True, slots=True)
class _Certificate:
    """The agents' certificate and the TLS context that holds it."""

    home: ControllerHome
    keys: Keys
    names: tuple[str, ...]
    context: ssl.SSLContext

    @classmethod
    def made(cls, home: ControllerHome, keys: Keys, names: tuple[str, ...]) -> Self:
        """As it is, or new if it is missing, due or has other names."""
        authority.ensure(home, keys, names, datetime.now(tz=UTC))
        return cls(home, keys, names, authority.context(home))

    async def kept_fresh(self) -> None:
        """Look at it once a day, for ever."""
        while True:
            await asyncio.sleep(_DAY_SECONDS)
            if authority.ensure(self.home, self.keys, self.names, datetime.now(tz=UTC)):
                self.context.load_cert_chain(self.home.server_certificate, self.home.server_key)


async def _serve(
    pair: tuple[_Server, _Server],
    sockets: tuple[socket.socket, socket.socket],
    certificate: _Certificate,
) -> None:
    def stop(*_: object) -> None:
        BUS.close()
        supervisor.say("STOPPING=1")
        for server in pair:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    beside = [
        asyncio.create_task(certificate.kept_fresh()),
        asyncio.create_task(supervisor.told(pair)),
    ]
    serving = [
        asyncio.create_task(one.serve([bound])) for one, bound in zip(pair, sockets, strict=True)
    ]
    try:
        # One that ends by itself takes the other with it: half a controller helps nobody.
        await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
        stop()
        await asyncio.gather(*serving)
    finally:
        for task in beside:
            task.cancel()
    if not all(server.started for server in pair):
        raise HomeProblem(
            "the controller did not start", help="what stands above says why; then start it again"
        )
