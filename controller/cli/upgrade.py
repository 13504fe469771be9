"""What do machines and people hear while the tables of an older release are brought up?

Both doors answer 503, so that machines keep what they have and people read a sentence; the service
manager hears that it takes longer. Then the doors close, and `serve` goes on as on any day.
"""

import asyncio
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn

from controller.cli import supervisor

_RETRY_SECONDS = 30
_TELL_SECONDS = 10
_SENTENCE = (
    "This controller is being brought to a new release. It takes some seconds, on a large one"
    " some minutes. Nothing is lost: every machine keeps its reports until it answers again."
)


async def closed(scope: dict[str, Any], _receive: object, send: Any) -> None:  # noqa: ANN401 - ASGI
    """An ASGI callable that tells everybody to come again, machines as RFC 9457 has it."""
    if scope["type"] != "http":
        return
    is_machine = scope["path"].startswith("/v1/")
    problem = {"title": "Service Unavailable", "status": 503, "code": "busy", "detail": _SENTENCE}
    headers = [
        (b"content-type", b"application/problem+json" if is_machine else b"text/plain"),
        (b"retry-after", str(_RETRY_SECONDS).encode()),
        (b"cache-control", b"no-store"),
    ]
    body = json.dumps(problem) if is_machine else f"{_SENTENCE}\n"
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


@contextmanager
def meanwhile(doors: Sequence[uvicorn.Server], sockets: Sequence[Any]) -> Iterator[None]:
    """Answer at these sockets from a thread, for as long as the block runs."""
    thread = threading.Thread(target=lambda: asyncio.run(_answer(doors, sockets)), daemon=True)
    thread.start()
    try:
        yield
    finally:
        for door in doors:
            door.should_exit = True
        thread.join()


async def _answer(doors: Sequence[uvicorn.Server], sockets: Sequence[Any]) -> None:
    telling = asyncio.create_task(_tell())
    answering = (one.serve([bound]) for one, bound in zip(doors, sockets, strict=True))
    try:
        await asyncio.gather(*answering)
    finally:
        telling.cancel()


async def _tell() -> None:
    """A service that starts for long is not ended for it (EXTEND_TIMEOUT_USEC of sd_notify(3))."""
    while True:
        supervisor.say("STATUS=bringing its tables to this release")
        supervisor.say(f"EXTEND_TIMEOUT_USEC={6 * _TELL_SECONDS * 1_000_000}")
        await asyncio.sleep(_TELL_SECONDS)
