"""One CA follows another over real TLS: who heard in time stays in, who slept joins anew."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from agent.errors import PinMismatch
from agent.transport import tls
from agent.transport.base import Address
from agent.transport.https import Https
from agent.transport.route import Route
from controller.errors import Refusal
from controller.fleet import own_keys
from controller.identity import authority, succession
from controller.identity.home import ControllerHome
from controller.identity.succession import Phase
from controller.ledger.actions import By
from evidence import envelope, frames, messages
from evidence.join import Welcome, base32
from evidence.messages import Answer
from tests.controller.clinic import MORNING, Clinic, Machine, Server
from tests.controller.conftest import _template, bright_smiles, home

__all__ = ["_template", "bright_smiles", "home"]

SHELL = By("shell", "", MORNING)


@dataclass
class Office:
    """A controller that is stopped, changed and started again."""

    home: ControllerHome
    clinic: Clinic

    @contextmanager
    def open(self) -> Iterator[int]:
        """Serve over TLS; the port."""
        authority.ensure(self.home, own_keys.Keys.load(self.home), ["localhost"], MORNING)
        with Server(self.home, self.clinic) as server:
            self.server = server
            listener = http.server.HTTPServer(("127.0.0.1", 0), _handler(server))
            listener.socket = authority.context(self.home).wrap_socket(
                listener.socket, server_side=True
            )
            thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
            thread.start()
            try:
                yield listener.server_port
            finally:
                listener.shutdown()
                thread.join()
                listener.server_close()


def _handler(server: Server) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard = server.post(self.path, body)
            self.send_response(heard.status)
            self.send_header("content-length", str(len(heard.body)))
            self.end_headers()
            self.wfile.write(heard.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


@dataclass
class Agent:
    """A machine behind the agent's own transport; it trusts what the notices say."""

    machine: Machine
    ca: tuple[str, ...]
    receipt: dict = field(default_factory=dict)

    def sync(self, office: Office, port: int) -> Answer:
        self.machine.server = office.server
        body = self.machine.body(ca=tuple(map(authority.spki, self.ca)))
        with Https(Route(Address("localhost", port)), tls.pinned(self.ca)) as wire:
            reply = wire.post("/v1/sync", body, {"Content-Type": frames.MEDIA_TYPE})
        (sealed,) = frames.read(reply.body)
        answer = messages.unseal(Answer, sealed, self._keys())
        self.machine.nonce = answer.nonce
        for text in answer.notices:
            notice = messages.unseal_notice(envelope.from_json(text.encode()), self._keys())
            assert notice.kind == "ca"
            self.ca = tuple(pem for pem in (notice.old, notice.new) if pem)
        return answer

    def _keys(self) -> dict:
        key = self.machine.server.keys.receipt().public
        return {key.keyid: key}


@pytest.fixture
def office(home: ControllerHome, bright_smiles: Clinic) -> Office:
    return Office(home, bright_smiles)


def agent(office: Office, name: str) -> Agent:
    """A machine that joins as the controller stands now."""
    join = office.server.token()
    machine = Machine(office.server, name)
    welcome = Welcome.from_bytes(office.server.get(f"/v1/ca/{base32(join.tid)}").body)
    assert machine.join(join).status == 200
    return Agent(machine, welcome.ca)


@pytest.mark.threat("ca-rotated")
def test_a_new_ca_takes_over_and_nobody_who_heard_of_it_is_outside(office: Office) -> None:
    with office.open() as port:
        op1, asleep = agent(office, "OP1"), agent(office, "OP2")
    own_keys.start_ca(office.home, SHELL)
    with office.open() as port:
        op1.sync(office, port)
        late = agent(office, "OP3")
        assert (len(op1.ca), len(late.ca), len(asleep.ca)) == (2, 2, 1)
        op1.sync(office, port)
        late.sync(office, port)

    with pytest.raises(Refusal, match="OP2") as refused:
        own_keys.serve_ca(office.home, SHELL)
    assert "--give-up" in refused.value.help
    given_up = own_keys.serve_ca(office.home, SHELL, give_up=True)
    assert [one.host for one in given_up.lacking] == ["OP2"]
    with office.open() as port:
        assert op1.sync(office, port).code == late.sync(office, port).code == "ok"
        with pytest.raises(PinMismatch, match="dentinel CA"):
            asleep.sync(office, port)

    own_keys.finish_ca(office.home, SHELL)
    with office.open() as port:
        op1.sync(office, port)
        assert op1.ca == (authority.ca_pem(office.home),)
        assert op1.sync(office, port).code == "ok"
        assert agent(office, "OP4").ca == op1.ca
    assert succession.phase(office.home) is Phase.STANDBY


@pytest.mark.parametrize("until", [Phase.STARTED, Phase.SERVING])
def test_a_rollback_leads_back_to_the_first_ca(office: Office, until: Phase) -> None:
    first = authority.ca_pem(office.home)
    with office.open() as port:
        op1 = agent(office, "OP1")
    own_keys.start_ca(office.home, SHELL)
    with office.open() as port:
        op1.sync(office, port)
        op1.sync(office, port)
    if until is Phase.SERVING:
        own_keys.serve_ca(office.home, SHELL)
        with office.open() as port:
            assert op1.sync(office, port).code == "ok"
    own_keys.roll_back_ca(office.home, SHELL)
    with office.open() as port:
        op1.sync(office, port)
        assert op1.sync(office, port).code == "ok"

    assert op1.ca == (first,) == succession.trusted(office.home)
    assert succession.phase(office.home) is Phase.STANDBY


def test_steps_out_of_their_order_are_refused(office: Office) -> None:
    for step in (own_keys.serve_ca, own_keys.finish_ca, own_keys.roll_back_ca):
        with pytest.raises(Refusal, match="start"):
            step(office.home, SHELL)
    own_keys.start_ca(office.home, SHELL)
    with pytest.raises(Refusal, match="serve"):
        own_keys.start_ca(office.home, SHELL)
