"""A controller that is not reached, not believed, or takes nothing; and clocks that differ."""

import socket
import threading
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.cli.checks import contact
from agent.transport.base import Limits
from tests.agent.wire import Authority, Says, opened


@pytest.fixture
def elsewhere(practice):
    """The controller that OP1 trusts is now said to be there."""

    def at(host: str, port: int) -> None:
        replace(practice.identity.trust, host=host, port=port).save(practice.home.trust)

    return at


def test_a_controller_that_answers_is_well(is_well, ask, practice) -> None:
    heard = len(practice.door.heard)

    assert is_well(contact.road)
    assert "is the one that this machine trusts" in ask(contact.road)[0][0]
    assert len(practice.door.heard) == heard


def test_a_name_that_nobody_knows(elsewhere, fault) -> None:
    elsewhere("controller.invalid", 8443)

    assert "the name controller.invalid is not known here" in fault(contact.road).said
    assert "DNS" in str(fault(contact.road).advice)


def test_a_port_where_nothing_listens(elsewhere, fault) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        elsewhere("127.0.0.1", free.getsockname()[1])

        assert "nothing listens" in fault(contact.road).said
    assert "firewall" in str(fault(contact.road).advice)


def test_a_server_that_hangs(elsewhere, fault, monkeypatch) -> None:
    """As one under SIGSTOP: the kernel takes the connection, and nobody ever answers."""
    short = timedelta(seconds=0.2)
    monkeypatch.setattr(contact, "_LIMITS", Limits(connect=short, whole=short))
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        elsewhere("127.0.0.1", silent.getsockname()[1])

        assert "did not answer within 0.2 s" in fault(contact.road).said


def test_an_antivirus_that_opens_tls_is_named(elsewhere, fault, tmp_path) -> None:
    with opened(Authority("Web Shield of an antivirus"), tmp_path, lambda _: Says()) as antivirus:
        elsewhere("127.0.0.1", antivirus.port)
        found = fault(contact.road)

    assert "CN=Web Shield of an antivirus" in found.said
    assert "exempt this address" in str(found.advice)


def test_a_proxy_that_refuses(practice, fault) -> None:
    with closing(socket.socket()) as proxy:
        proxy.bind(("127.0.0.1", 0))
        proxy.listen()
        port = proxy.getsockname()[1]
        practice.home.settings.write_text(f'proxy = "http://127.0.0.1:{port}"\n')

        def refuse() -> None:
            link, _ = proxy.accept()
            with link:
                link.recv(4096)
                link.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        found = fault(contact.road)
        thread.join()

    assert "407 Proxy Authentication Required" in found.said
    assert "remove `proxy`" in str(found.advice)


def test_before_joining_the_address_of_the_join_string_is_tried(strangers, ask, seen) -> None:
    string = strangers.controller.join(strangers.door.port)
    seen.home.enrolled.unlink()
    seen.home.join.write_text(f"{string}\n")

    assert ask(contact.road) == [(f"127.0.0.1:{strangers.door.port} answers to a handshake", None)]


def test_nobody_is_called_where_that_is_not_wanted(is_well, practice, elsewhere) -> None:
    elsewhere("controller.invalid", 8443)

    assert is_well(contact.road, calls=False)


def test_a_clock_a_year_behind_is_known_by_what_the_controller_said(practice, fault) -> None:
    found = fault(contact.clock, now=practice.now - timedelta(days=365))

    assert "the controller said" in found.said
    assert "timedatectl" in str(found.advice)


def test_a_clock_a_year_ahead_is_known_by_the_last_contact(practice, fault) -> None:
    practice.now += timedelta(days=365)
    practice.deliver()

    assert "days ahead of the controller's" in fault(contact.clock, now=practice.now).said


def test_clocks_that_agree_are_well(practice, is_well, ask) -> None:
    practice.deliver()

    assert is_well(contact.clock)
    assert ask(contact.clock)


def test_silence_of_more_than_an_hour(practice, fault, is_well) -> None:
    practice.deliver()
    assert is_well(contact.controller)

    later = practice.now + timedelta(hours=2)
    assert "not heard for more than an hour" in fault(contact.controller, now=later).said


@pytest.mark.parametrize(
    ("state", "advice"),
    [("pending", "approves it"), ("quarantined", "controller's page"), ("revoked", "enroll JOIN")],
)
def test_a_machine_that_the_controller_does_not_take_whole(
    practice, ask, state: str, advice: str
) -> None:
    practice.machine.state = state
    practice.deliver()
    told = dict(ask(contact.controller))

    assert advice in str(told[f"the controller calls this machine {state}"])


def test_reports_that_have_waited_for_days(practice, fault, is_well) -> None:
    practice.seal(2)
    assert is_well(contact.outbox)
    found = fault(contact.outbox, now=practice.now + timedelta(days=9))

    assert found.said == "2 reports wait, the oldest for 9 days"
    assert "none is lost" in str(found.advice)


def test_reports_that_a_newer_controller_refused(practice, fault) -> None:
    practice.seal(1)
    practice.controller.rejects = lambda _: "schema"
    practice.deliver()
    practice.patrol()

    assert "refused" in fault(contact.outbox).said
    assert "older than the controller asks" in str(fault(contact.outbox).advice)
