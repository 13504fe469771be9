"""Any order of sealing, sending, lost answers, crashes and restores: each report exactly once."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agent.errors import TransportError
from agent.outbox.drain import Conversation
from agent.outbox.mailbag import Mailbag
from agent.outbox.ring import Ring
from agent.outbox.store import Outbox
from agent.paths import Home
from agent.transport.base import Reply
from evidence.bodies import Gap
from tests.agent.controller import Controller
from tests.agent.practice import BOOT, Practice, full
from tests.agent.wire import Authority, Door, Heard, Says, opened


class Crash(BaseException):
    """The process is gone."""


class Line:
    """The wire without TLS: the same requests into the same controller, with faults to order."""

    def __init__(self, controller: Controller, fault: str) -> None:
        self.controller = controller
        self.fault = fault

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        if self.fault == "lost request":
            raise TransportError("no connection", "later")
        says = self.controller(Heard("POST", path, headers, body))
        match self.fault:
            case "lost answer":
                raise TransportError("the connection broke", "later")
            case "crash before the answer":
                raise Crash
            case "captive portal":
                says = Says(200, b"<html>Welcome to the guest network</html>")
            case "twice":
                self.controller(Heard("POST", path, headers, body))
        return Reply(says.status, says.body)


class CrashingOutbox(Outbox):
    """Dies between the answer that was kept and the rows that it marks."""

    def mark(self, *_: object) -> bool:
        raise Crash


FAULTS = ["none", "lost request", "lost answer", "crash before the answer", "captive portal",
          "twice", "crash before the rows"]  # fmt: skip


class Operatory(RuleBasedStateMachine):
    """OP1 and its controller, in one process, with SQLite on a real disk."""

    def __init__(self, door: Door, ca: str) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.controller = door.answers = Controller(ca)
        self.practice = Practice(Home(Path(self._folder.name)), self.controller, door)
        self.practice.join()
        self.sealed: list[str] = []

    def teardown(self) -> None:
        """Good weather at last: everything has arrived, and no epoch had to be opened."""
        try:
            for _ in range(4):
                self.send("none")
            assert [envelope.sha for envelope in self.practice.machine.received] == self.sealed
            assert not any(isinstance(r.body, Gap) for r in self.practice.machine.reports)
        finally:
            self._folder.cleanup()

    @rule(count=st.integers(1, 3))
    def seal(self, count: int) -> None:
        """A patrol; opening may seal events of its own before."""
        with self.practice.sealer() as sealer:
            for number in range(count):
                sealer.seal(full(ms=number))
        now = self.practice.sealed()
        assert now[: len(self.sealed)] == self.sealed
        self.sealed = now

    @rule()
    def seal_and_lose_power_before_the_mark(self) -> None:
        chain = self.practice.home.chain
        sealer = self.practice.sealer()
        before = chain.read_bytes()
        sealer.seal(full())
        sealer.close()
        chain.write_bytes(before)
        self.sealed = self.practice.sealed()

    @rule(fault=st.sampled_from(FAULTS))
    def send(self, fault: str) -> None:
        outbox = CrashingOutbox if fault == "crash before the rows" else Outbox
        identity = self.practice.identity
        with (
            outbox(self.practice.home.outbox) as rows,
            Mailbag(self.practice.home.courier, identity.anchor) as bag,
        ):
            talk = Conversation(
                identity, Ring.of(identity, bag), rows, bag, Line(self.controller, fault), BOOT,
                lambda: self.practice.now, lambda: 0.5, most=2,
            )  # fmt: skip
            try:
                talk.run()
            except Crash:
                return

    @rule()
    def back_up_the_controller(self) -> None:
        self.backup = self.controller.backup()

    @precondition(lambda self: hasattr(self, "backup"))
    @rule()
    def restore_the_controller(self) -> None:
        self.controller.restore(self.backup)

    @invariant()
    def what_arrived_is_what_was_sealed_once_and_in_order(self) -> None:
        received = [envelope.sha for envelope in self.practice.machine.received]
        assert received == self.sealed[: len(received)]

    @invariant()
    def the_outbox_holds_all_that_was_sealed(self) -> None:
        if self.practice.home.outbox.exists():
            assert self.practice.sealed() == self.sealed


@pytest.mark.threat("dropped-report")
@pytest.mark.slow
def test_every_sealed_report_arrives_exactly_once(tmp_path: Path, authority: Authority) -> None:
    with opened(authority, tmp_path, lambda _: Says(404)) as door:
        run_state_machine_as_test(
            lambda: Operatory(door, authority.pem),
            settings=settings(max_examples=25, stateful_step_count=20),
        )
