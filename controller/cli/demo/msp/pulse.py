"""After ninety days real time goes on: every computer that is on says every few minutes that it is.

Over TLS, to the running controller, with the keys and the nonces that the story left. The one that
had fallen silent stays silent.
"""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from controller.cli.demo.msp import plot
from controller.cli.demo.msp.history import Story
from controller.cli.demo.msp.machine import Machine
from controller.cli.demo.msp.wire import Outside
from controller.identity import authority

_EVERY_SECONDS = 240


def connect(story: Story, port: int) -> list[Machine]:
    """Those that are heard now, from here on over TLS."""
    trust = ssl.create_default_context(cadata=authority.ca_pem(story.opened.home))
    heard = []
    for place in story.places:
        for machine in place.machines:
            machine.wire = Outside(port, trust)
            if not plot.unheard(place.ward, machine.box, is_renewed=machine.replaces is not None):
                heard.append(machine)
    return heard


async def beat(machines: list[Machine]) -> None:
    """One heartbeat of each; DemoStopped or OSError if one is not answered."""
    for machine in machines:
        await machine.sync([])


@contextmanager
def beating(machines: list[Machine]) -> Iterator[None]:
    """Heartbeats of all of them every four minutes, for as long as this lasts."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(_EVERY_SECONDS):
            asyncio.run(beat(machines))

    thread = threading.Thread(target=go_on, name="demo-pulse", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
