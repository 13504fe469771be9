"""Each way in which a network fails has its own sentence."""

import http.client
import socket
import ssl

import pytest

from agent.transport import blame
from agent.transport.base import Address, Limits

HERE = Address("controller.lan", 8443)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(-2, "Name or service not known"), "the name controller.lan is not known"),
        (TimeoutError(), "controller.lan:8443 did not answer within 60 s"),
        (ConnectionRefusedError(), "nothing listens at controller.lan:8443"),
        (ssl.SSLError(), "controller.lan:8443 does not speak TLS as we do"),
        (ConnectionResetError(), "the connection to controller.lan:8443 broke"),
        (http.client.BadStatusLine("220 smtp"), "what answers at controller.lan:8443 is no web"),
    ],
    ids=lambda case: type(case).__name__,
)
def test_a_failure_names_the_address_and_what_to_do(error: Exception, said: str) -> None:
    blamed = blame.blamed(error, HERE, Limits())

    assert blamed.message.startswith(said)
    assert blamed.advice


@pytest.mark.parametrize(("shown", "issuer"), [(None, "an unknown"), (b"rubbish", "an unreadable")])
def test_a_certificate_that_says_nothing_is_said_to_say_nothing(
    shown: bytes | None, issuer: str
) -> None:
    error = ssl.SSLCertVerificationError()
    error.verify_message = "self-signed certificate"

    assert issuer in blame.mismatch(error, HERE, shown).message
