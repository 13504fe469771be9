"""Who sends too much, or nothing, is cut off; everybody else is answered."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn

from controller.cli.arrival import Bounds, bounded

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


class Narrow(Bounds):
    """Bounds that a test can reach."""

    head_bytes = 1000
    whole_bytes = 5000
    seconds = 0.4


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the size of the body."""
    size, more = 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            return
        size, more = size + len(event["body"]), event["more_body"]
    said = str(size).encode()
    headers = [(b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


def heard(talk: Talk) -> bytes:
    """What comes back of a talk with a server behind narrow bounds."""

    async def both() -> bytes:
        config = uvicorn.Config(echo, http=bounded(Narrow), lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            task = asyncio.create_task(server._serve([listener]))
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            try:
                async with asyncio.timeout(20):
                    return await talk(reader, writer)
            finally:
                writer.close()
                server.should_exit = True
                await task

    return asyncio.run(both())


async def to_the_end(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


def test_two_requests_on_one_connection_are_answered() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        said = b""
        for _ in range(2):
            writer.write(
                b"POST / HTTP/1.1\r\nHost: op1\r\nContent-Length: 4000\r\n\r\n" + b"x" * 4000
            )
            head = await reader.readuntil(b"\r\n\r\n")
            said += head[:15] + await reader.readexactly(4)
            await asyncio.sleep(Narrow.seconds * 1.5)
        return said

    assert heard(talk) == b"HTTP/1.1 200 OK4000" * 2


@pytest.mark.threat("bomb")
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: o", id="half a head"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: op1\r\nContent-Length: 9\r\n\r\nx", id="half a body"
        ),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"x" * 2000, id="a head without end"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: op1\r\nContent-Length: 90000\r\n\r\n" + b"x" * 6000,
            id="too long a body",
        ),
    ],
)
def test_a_request_that_does_not_arrive_is_cut_off(sent: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(sent)
        return await to_the_end(reader)

    assert heard(talk) == b""


def test_a_second_request_that_stops_half_way_is_cut_off() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(b"GET / HTTP/1.1\r\nHost: op1\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n0")
        writer.write(b"GET / HTTP/1.1\r\nHos")
        return await to_the_end(reader)

    assert heard(talk) == b""
