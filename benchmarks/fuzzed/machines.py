"""Machines that lie: over SSH, in a recording, and behind a port that might speak DICOM.

Whatever they answer, every fact comes to a reading, and no collector breaks.
"""

import base64
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from agent.errands.visit import afar
from agent.facts.gather import gather
from agent.host.base import Host
from agent.host.recorded import RecordedHost, Recorder
from agent.host.recording import Answer, Call, Header, NotARecording, read, write
from agent.host.ssh import sections
from agent.host.ssh.needs import RUNS
from agent.host.ssh.rounds import Heard, through
from agent.transport.dicom import probe
from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.bends import bent_once
from benchmarks.fuzzed.shaken import shaken
from rules.facts.base import Reading, Status
from tests.agent.facts.clinic import NOW, about, op1, pano_01
from tests.agent.facts.macs import front_mac
from tests.agent.facts.windows.clinic import front_1, hyg_2

NONCE = "c0ffee"


def unbroken(readings: Mapping[str, Reading]) -> None:
    """No collector broke; that a recording lacks a call is its own fault."""
    broken = [one.reasons[0] for one in readings.values() if one.status is Status.ERROR]
    broken = [one for one in broken if "NotRecorded" not in one.detail]
    assert not broken, broken


def recorded(host: Host) -> Mapping[Call, Answer]:
    """What the collectors ask of a machine, and what it answers."""
    recorder = Recorder(host)
    gather(recorder, about())
    return recorder.calls


@cache
def _answers() -> Sequence[bytes]:
    return [b"".join(_told(recorded(host))) for host in (op1(), pano_01())]


def _told(calls: Mapping[Call, Answer]) -> Iterator[bytes]:
    """The sections of a script's first round, as answer.sh writes them."""
    yield _section("about", "/", b"0 Linux")
    for call, answer in calls.items():
        match call.op, answer:
            case "read", bytes():
                yield _section(f"read/{call.args[0]}/{call.args[1]}", call.subject, answer + b".")
            case "list", tuple():
                names = (f"{one.kind[0]}{one.name}\0".encode() for one in answer)
                yield _section(f"list/{call.args[0]}", call.subject, b"".join(names) + b".")
    for number, (program, args) in enumerate(RUNS):
        ran = calls.get(Call("run", program, args))
        if ran is not None and not isinstance(ran, Exception):
            yield _section(f"run/{number}", "/usr/bin/it", _ended(ran))
    yield _section("end", "/", b"")


def _ended(ran: Any) -> bytes:  # noqa: ANN401 - of a Ran
    return ran.out + b"\n%d." % ran.rc


def _section(op: str, path: str, body: bytes, status: str = "ok") -> bytes:
    word = b"t" + path.encode()
    packed = b"b" + base64.b64encode(body)
    head = f"@@{NONCE} {op} {status} {len(word)} {len(packed)}@@\n".encode()
    return head + word + b"\n" + packed + b"\n"


def _cut_up(content: bytes) -> None:
    list(sections.parse(content, NONCE))


def _visited(content: bytes) -> None:
    """Hosts that answer with these bytes, and in good form with what these bytes make of it."""
    dice = Random(content)
    told = list(sections.parse(dice.choice(_answers()), NONCE))
    for number in dice.choices(range(len(told)), k=3):
        bent = bent_once(told[number].body or b"", _WORDS, dice)
        told[number] = replace(told[number], body=bent)
    _asked(content)
    _asked(b"".join(map(_again, told)))


def _again(told: sections.Section) -> bytes:
    op = "/".join((told.op, *map(str, told.numbers)))
    return _section(op, told.path, told.body or b"", told.status)


def _asked(said: bytes) -> None:
    """A host that answers every round the same, under the nonce that it was sent."""

    def ask(script: str) -> Heard:
        nonce = script.rpartition("nonce=")[2].split()[0].strip("'")
        return Heard(said.replace(NONCE.encode(), nonce.encode()))

    readings, _ = through(ask, lambda host: gather(host, about(), None, afar(host.os)))
    unbroken(readings)


@cache
def _recordings() -> Sequence[bytes]:
    hosts = (op1(), pano_01(), hyg_2(), front_1(), front_mac())
    return [
        write(Header(host.os, host.elevated, NOW, "made"), recorded(host)).encode()
        for host in hosts
    ]


def _replayed(content: bytes) -> None:
    """These bytes as a recording, and a good one whose lines are shaken by them."""
    _collected(content.decode(errors="replace"))
    dice = Random(content)
    lines = dice.choice(_recordings()).decode().splitlines()
    for number in dice.choices(range(len(lines)), k=3):
        lines[number] = json.dumps(shaken(json.loads(lines[number]), dice))
    _collected("\n".join(lines))


def _collected(text: str) -> None:
    try:
        host = RecordedHost(*read(text))
    except NotARecording:
        return
    unbroken(gather(host, about()))


def _heard(content: bytes) -> None:
    """A port that says this and hangs up, asked as any other."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=_serve, args=(listening, content), daemon=True)
        server.start()
        port = listening.getsockname()[1]
        ways = (frozenset({port}), frozenset())
        until = time.monotonic() + 1
        probe("127.0.0.1", port, until, 0.2, ways[len(content) % 2])
    server.join()


def _serve(listening: socket.socket, content: bytes) -> None:
    listening.settimeout(0.5)
    for _ in range(2):
        try:
            client, _ = listening.accept()
        except OSError:
            return
        with client:
            client.settimeout(0.2)
            try:
                client.sendall(content)
                client.shutdown(socket.SHUT_WR)
                client.recv(65536)
            except OSError:
                continue


_WORDS = (
    *(b"@@c0ffee ", b"@@\n", b" ok ", b" absent ", b" timeout ", b"read/0/1048576", b"list/10000"),
    *(b"stat", b"stats", b"run/0", b"end", b"tnas", b"b", b"x", b"l", b"t", b" 999999999 ", b"."),
    *(b'"error": "absent"', b'"rc": ', b'{"b64": "AA=="}', b'"data": ', b"null", b"[]", b"1e400"),
    *(b"\x02\0\0\0\0\xb8", b"\x03\0\0\0\0\4", b"\x07\0\0\0\0\4", b"\x16\x03\x03", b"\x15\x03\x03"),
    *(b"9" * 5_000, b"\xff", b"\0", b"\n", b'"', b"{", b"}", b"/etc/passwd", b"/proc/1/mountinfo"),
)
_PDUS = (
    b"\x02\0\0\0\0\xb8" + bytes(184),
    b"\x03\0\0\0\0\x04\0\1\1\1",
    b"\x16\x03\x03\0\x02\x02\0",
    b"\x15\x03\x03\0\x02\x02\x74",
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
)

MACHINES = (
    Target("sections", _answers, _WORDS, _cut_up),
    Target("visit", _answers, _WORDS, _visited, is_slow=True),
    Target("recordings", _recordings, _WORDS, _replayed, is_slow=True),
    Target("dicom", lambda: _PDUS, _WORDS, _heard, is_slow=True),
)
