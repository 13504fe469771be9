"""Who is told of what goes wrong in the story, and did the messages arrive?

The MSP has a help desk that takes signed webhooks. It is a real receiver on loopback, over TLS
with a certificate of the demo's own authority; what the pages call delivered was accepted there.
The controller looks at each practice once a day, after the afternoon's heartbeats, and more than
that once it serves.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET, AF_INET6
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from controller.alerts.outgoing import resolved
from controller.cli.demo.msp import history
from controller.cli.demo.msp.history import Act, Story
from controller.identity import authority
from controller.identity.home import ControllerHome

if TYPE_CHECKING:
    from controller.people.models import User

_HOST = "localhost"
_NAME = "Help desk of North Quay IT"
_SWITCHED_ON = timedelta(hours=2)
_LOOKED_AT = time(16, 20)
_LOOKED_DAYS = 10


class _Accepts(BaseHTTPRequestHandler):
    """Takes every message."""

    def do_POST(self) -> None:  # the name is http.server's
        """Read it, and say so."""
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the controller keeps what was answered."""


class _Desk(ThreadingHTTPServer):
    """A server at the first address that this machine's own name has, of either family."""

    def __init__(self, home: ControllerHome) -> None:
        host = resolved(_HOST, 0)[0]
        self.address_family = AF_INET6 if ":" in host else AF_INET
        super().__init__((host, 0), _Accepts)
        self.socket = authority.context(home).wrap_socket(self.socket, server_side=True)


@contextmanager
def staffed(home: ControllerHome, folder: Path) -> Iterator[str]:
    """The help desk answers; its address. This process and its children trust the demo's CA."""
    trusted, before = folder / "desk-ca.pem", os.environ.get("SSL_CERT_FILE")
    trusted.write_text(authority.ca_pem(home), encoding="ascii")
    os.environ["SSL_CERT_FILE"] = str(trusted)
    server = _Desk(home)
    thread = threading.Thread(target=server.serve_forever, name="demo-desk", daemon=True)
    thread.start()
    try:
        yield f"https://{_HOST}:{server.server_address[1]}/hooks/dentinel"
    finally:
        server.shutdown()
        server.server_close()
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


def told(story: Story, users: dict[str, "User"], address: str) -> Iterator[Act]:
    """The channel and its route, and then each look with what it sends."""
    desk = _HelpDesk(story, users["administrator"], address)
    yield story.clock.now + _SWITCHED_ON, desk.open
    for place in story.places:
        zone = ZoneInfo(place.ward.zone)
        for ago in range(_LOOKED_DAYS):
            day = (story.ends - timedelta(days=ago)).astimezone(zone).date()
            at = datetime.combine(day, _LOOKED_AT, zone).astimezone(story.ends.tzinfo)
            if story.clock.now < at < story.ends:
                yield at, desk.look_at(place)


@dataclass(frozen=True, slots=True)
class _HelpDesk:
    """The channel to it, and who set it up."""

    story: Story
    user: "User"
    address: str

    def open(self, at: datetime) -> None:
        """A channel that was tried, and a route of what is high or critical."""
        from controller.alerts import actions, queries
        from controller.alerts.models import Channel
        from controller.ledger.actions import By
        from controller.tenants.scope import Place

        home, org = self.story.opened.home, self.story.opened.org
        by = By(self.user.email, "192.0.2.10", at, self.user.pk)
        wanted = actions.Wanted(org.id, None, "webhook", _NAME, {"url": self.address})
        actions.add_channel(home, wanted, by)
        channel: Channel = queries.channels(Place(org.id)).get(name=_NAME)
        actions.send_test(home, channel, by)
        route = actions.new_route(channel, None, {"severity": "high"})
        actions.add_route(home, route, "all", by)

    def look_at(self, place: history.Place) -> "_Look":
        """Look into a practice, and send what is due."""
        return _Look(self.story, place)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look into a practice."""

    story: Story
    place: history.Place

    def __call__(self, at: datetime) -> None:
        """At that time."""
        from controller.alerts import deliver, look

        home, org = self.story.opened.home, self.story.opened.org
        look.look(home, look.Whose(org, self.place.clinic), at)
        deliver.send_due(deliver.Post.open(home), at)
