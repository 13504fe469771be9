"""Agent and controller as they are, in any weather: what was sealed is what is stored, once.

The weather: lost requests, lost answers, answers that come twice, a captive portal, a courier that
dies, a controller that is stopped, and one that is put back from an older backup.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
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
from agent.transport.base import Reply
from controller.identity.home import ControllerHome
from evidence import report
from tests.agent.practice import BOOT
from tests.agent.wire import Heard
from tests.controller.clinic import Clinic
from tests.controller.conftest import _template, django_on
from tests.controller.tables import check_logs, rows
from tests.together.surgery import Operatory, Surgery, opened

__all__ = ["_template"]
Opens = Callable[[], AbstractContextManager[Surgery]]
FAULTS = ["none", "none", "lost request", "lost answer", "twice", "portal", "crash"]


class Crash(BaseException):
    """The courier is gone."""


class Line:
    """The wire without TLS, with a fault to order."""

    def __init__(self, surgery: Surgery, fault: str) -> None:
        self.surgery, self.fault = surgery, fault

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        if self.fault == "lost request":
            raise TransportError("no connection", "later")
        says = self.surgery._answer(Heard("POST", path, headers, body))
        if self.fault == "twice":
            self.surgery._answer(Heard("POST", path, headers, body))
        if self.fault == "lost answer":
            raise TransportError("the connection broke", "later")
        if self.fault == "crash":
            raise Crash
        return Reply(200, b"<html>") if self.fault == "portal" else Reply(says.status, says.body)


@pytest.fixture
def opens(
    _template: tuple[Path, Clinic], tmp_path_factory: pytest.TempPathFactory, django_db_blocker
) -> Opens:
    """As many surgeries as a test wants."""

    @contextmanager
    def made() -> Iterator[Surgery]:
        folder = tmp_path_factory.mktemp("surgery")
        shutil.copytree(_template[0], folder / "home")
        home = ControllerHome(folder / "home")
        with (
            django_db_blocker.unblock(),
            django_on(home),
            opened(home, _template[1], folder) as surgery,
        ):
            yield surgery
        shutil.rmtree(folder)

    return made


class Weather(RuleBasedStateMachine):
    """OP1 and the controller of Bright Smiles."""

    def __init__(self, opens: Opens) -> None:
        super().__init__()
        self._open = opens()
        self.surgery = self._open.__enter__()
        self.op1 = self.surgery.operatory()
        self.backups: list[Path] = []

    def teardown(self) -> None:
        """Good weather at last: all that was ever sealed is stored, in its order."""
        try:
            self.op1.sync()
            assert self.surgery.received(self.op1) == self.op1.sealed()
            check_logs(self.surgery.home)
        finally:
            self._open.__exit__(None, None, None)

    @rule(count=st.integers(1, 3))
    def seal(self, count: int) -> None:
        self.op1.seal_fulls(count)

    @rule(fault=st.sampled_from(FAULTS))
    def send(self, fault: str) -> None:
        identity = self.op1.identity
        with (
            Outbox(self.op1.home.outbox) as outbox,
            Mailbag(self.op1.home.courier, identity.anchor) as bag,
        ):
            talk = Conversation(
                identity, Ring.of(identity, bag), outbox, bag, Line(self.surgery, fault), BOOT,
                lambda: self.op1.now, lambda: 0.5, most=2,
            )  # fmt: skip
            try:
                talk.run()
            except Crash:
                return

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        self.surgery.passes(self.op1, hours=hours)

    @rule()
    def stop_and_start(self) -> None:
        self.surgery.close()
        self.surgery.serve()

    @rule()
    def back_up(self) -> None:
        self.backups.append(self.surgery.backup())

    @precondition(lambda self: self.backups)
    @rule(which=st.integers(0, 5))
    def restore(self, which: int) -> None:
        self.surgery.restore(self.backups[which % len(self.backups)])

    @invariant()
    def what_is_stored_was_sealed_and_in_its_order(self) -> None:
        if self.op1.home.outbox.exists():
            stored = self.surgery.received(self.op1)
            assert stored == self.op1.sealed()[: len(stored)]


@pytest.mark.slow
@pytest.mark.threat("dropped-report", "restored-database")
def test_in_any_weather_what_was_sealed_is_what_is_stored(opens: Opens) -> None:
    run_state_machine_as_test(
        lambda: Weather(opens),
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def clocks(op1: Operatory) -> list[str]:
    with Outbox(op1.home.outbox, read_only=True) as outbox:
        return [
            report.unseal(one.envelope, op1.identity.report_keys()).header.clock.trust
            for one in outbox.kept()
        ]


@pytest.mark.slow
@pytest.mark.threat("wrong-clock")
@pytest.mark.parametrize(("days", "first"), [(365, "ok"), (-365, "unset")])
def test_a_clock_a_year_off_changes_no_order_and_is_refused_nowhere(
    opens: Opens, days: int, first: str
) -> None:
    with opens() as surgery:
        op1 = surgery.operatory()
        op1.now = surgery.server.now + timedelta(days=days)
        for _ in range(3):
            op1.seal_fulls(2)
            op1.sync()

        assert surgery.received(op1) == op1.sealed()
        assert clocks(op1) == [first] * 2 + ["skewed"] * 4
        leaves = rows(
            surgery.home, "SELECT seq, standing FROM report WHERE machine_id = ? ORDER BY leaf",
            op1.identity.agent.replace("-", ""),
        )  # fmt: skip
        assert leaves == [(n, "stored") for n in range(1, 7)]


def test_a_clock_that_is_mended_in_between_changes_no_order(opens: Opens) -> None:
    with opens() as surgery:
        op1 = surgery.operatory()
        for days in (0, 365, -365, 0):
            op1.now = surgery.server.now + timedelta(days=days)
            op1.seal_fulls(1)
            op1.deliver()
        op1.sync()

        assert surgery.received(op1) == op1.sealed()
