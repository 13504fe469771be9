"""What may a request be, before anybody looks into it?

The body of an ASGI request: so many bytes as sent, within so many seconds, and inflated to so many
and no more. And how an answer goes back.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from controller.intake.problems import MEDIA_TYPE, Problem, of_sync, too_large
from evidence import frames
from evidence.errors import EvidenceError

ARRIVAL_S = 10.0

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Gone(Exception):
    """Whoever asked has hung up."""


async def body(scope: Scope, receive: Receive) -> bytes:
    """The inflated body; Problem over a limit, Gone if it will never come."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length) > frames.SENT_LIMIT:
        raise too_large(f"more than {frames.SENT_LIMIT} bytes in one body")
    encoding = headers.get(b"content-encoding", b"identity")
    if encoding not in (b"identity", b"gzip"):
        raise Problem(415, "encoding", "Content-Encoding is gzip or nothing")
    try:
        async with asyncio.timeout(ARRIVAL_S):
            sent = await _all(receive)
    except TimeoutError:
        raise Problem(408, "too_slow", f"the body took longer than {ARRIVAL_S:.0f} s") from None
    return _inflated(sent) if encoding == b"gzip" else sent


async def _all(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Gone
        piece = event.get("body", b"")
        size += len(piece)
        if size > frames.SENT_LIMIT:
            raise too_large(f"more than {frames.SENT_LIMIT} bytes in one body")
        pieces.append(piece)
        if not event.get("more_body", False):
            return b"".join(pieces)


def _inflated(sent: bytes) -> bytes:
    try:
        return frames.inflate(sent)
    except EvidenceError as error:
        raise of_sync(error) from error


async def say(
    send: Send, status: int, media_type: str, data: bytes, *more: tuple[str, str]
) -> None:
    """Send an answer whole."""
    headers = [
        ("content-type", media_type),
        ("content-length", str(len(data))),
        ("cache-control", "no-store"),
        *more,
    ]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
    )
    await send({"type": "http.response.body", "body": data})


async def refuse(send: Send, problem: Problem) -> None:
    """Send a problem, and when to come again."""
    wait = problem.retry_after_s
    more = [("retry-after", str(wait))] if wait is not None else []
    await say(send, problem.status, MEDIA_TYPE, problem.to_bytes(), *more)
