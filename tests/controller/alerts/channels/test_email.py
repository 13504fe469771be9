"""A mail arrives at a real mail server, over TLS, in text and HTML, under a key that stays."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from controller.alerts.channels import email
from controller.alerts.channels.base import Sending
from controller.alerts.message import Message
from controller.errors import Refusal
from controller.legible import is_legible
from tests.controller.alerts.conftest import Pair
from tests.controller.alerts.told import line

NOW = datetime.now(tz=UTC)


@dataclass
class Mailbox:
    """What a mail server keeps, and whom it refuses."""

    mails: list[EmailMessage] = field(default_factory=list)
    refused: tuple[str, ...] = ()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 kept"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def signs_in(_server, _session, _envelope, _mechanism, data) -> AuthResult:
    is_right = (data.login, data.password) == (b"dentinel", b"correct horse")
    return AuthResult(success=is_right, handled=False)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def starttls(mailbox: Mailbox, pair: Pair) -> Iterator[Controller]:
    server = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=pair.server,
        require_starttls=True,
        authenticator=signs_in,
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sending(starttls: Controller, outgoing) -> Sending:
    settings = {
        "recipients": "it@north-quay.example, front_desk@bright-smiles.example",
        "sender": "dentinel@north-quay.example",
        "host": "localhost",
        "port": str(starttls.server.sockets[0].getsockname()[1]),
        "security": "starttls",
        "user": "",
    }
    return Sending(Message(uuid4(), NOW, (line(),)), settings, {}, outgoing, NOW)


def test_it_arrives_by_starttls_in_text_and_html(mailbox: Mailbox, sending: Sending) -> None:
    assert email.send(sending).is_accepted

    (mail,) = mailbox.mails
    assert mail["Subject"].startswith("[DTL-bright-smiles-volumes-encrypted] ")
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "volumes-encrypted fails on 2 computers (OP1, PANO-01)" in text.get_content()
    assert "<strong>Bright Smiles</strong>" in html.get_content()


def test_opening_and_closing_thread_and_a_second_copy_is_known_as_one() -> None:
    settings = {"recipients": "it@a.example", "sender": "d@a.example"}
    alert = uuid4()
    opened = Message(uuid4(), NOW, (line(alert=alert),))
    closed = Message(uuid4(), NOW, (line(alert=alert, event="closed"),))

    mails = [email.written(one, settings) for one in (opened, opened, closed)]

    assert mails[0]["Message-ID"] == mails[1]["Message-ID"] != mails[2]["Message-ID"]
    assert len({mail["References"] for mail in mails}) == 1
    assert len({mail["Subject"].split("]")[0] for mail in mails}) == 1


def test_it_signs_in_where_the_server_asks_for_it(mailbox: Mailbox, sending: Sending) -> None:
    named = replace(
        sending,
        settings={**sending.settings, "user": "dentinel"},
        secrets={"password": "correct horse"},
    )

    assert email.send(named).is_accepted
    refused = email.send(replace(named, secrets={"password": "wrong"}))
    assert (refused.is_accepted, refused.status) == (False, "535")


def test_it_is_never_sent_without_tls(mailbox: Mailbox, outgoing, sending: Sending) -> None:
    plain = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    plain.start()
    try:
        port = str(plain.server.sockets[0].getsockname()[1])
        outcome = email.send(replace(sending, settings={**sending.settings, "port": port}))
    finally:
        plain.stop()

    assert not outcome.is_accepted
    assert mailbox.mails == []


def test_it_arrives_by_tls_from_the_first_byte(mailbox: Mailbox, pair: Pair, sending) -> None:
    server = Controller(mailbox, hostname="127.0.0.1", port=free_port(), ssl_context=pair.server)
    server.start()
    try:
        port = str(server.server.sockets[0].getsockname()[1])
        settings = {**sending.settings, "port": port, "security": "tls"}
        outcome = email.send(replace(sending, settings=settings))
    finally:
        server.stop()

    assert outcome.is_accepted, outcome
    assert len(mailbox.mails) == 1


def test_one_mailbox_that_is_refused_does_not_send_to_the_others_twice(
    mailbox: Mailbox, sending: Sending
) -> None:
    mailbox.refused = ("front_desk@bright-smiles.example",)

    outcome = email.send(sending)

    assert (outcome.is_accepted, outcome.answer) == (True, "accepted for some; 1 refused (550)")


def test_all_mailboxes_refused_is_no_acceptance(mailbox: Mailbox, sending: Sending) -> None:
    mailbox.refused = ("it@north-quay.example", "front_desk@bright-smiles.example")

    assert not email.send(sending).is_accepted


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"recipients": "nobody"}, "no e-mail address"),
        ({"recipients": "a@b.example\nBcc: c@d.example"}, "no e-mail address"),
        ({"sender": "a@b.example c@d.example"}, "one sender"),
        ({"port": "70000"}, "no port"),
        ({"security": "none"}, "TLS or STARTTLS"),
        ({"host": "mail server"}, "no mail server"),
    ],
)
def test_what_cannot_work_is_told_when_it_is_filled_in(wrong, said, sending: Sending) -> None:
    with pytest.raises(Refusal, match=said):
        email.check({**sending.settings, **wrong})


def test_a_hostile_clinic_name_stays_text(sending: Sending) -> None:
    evil = line(clinic="Smiles\r\nBcc: x@evil.example <script>")

    mail = email.written(Message(uuid4(), NOW, (evil,)), sending.settings)

    html = mail.get_body(("html",))
    assert mail["Bcc"] is None
    assert html is not None
    assert "<script>" not in html.get_content()


@pytest.mark.threat("unseen")
@pytest.mark.parametrize("sign", ["\r\nBcc: thief@elsewhere.example", "\u2028Bcc: x@y.example",
                                  "\x00", "\x1b[2J", "\u202e", "\x85"])  # fmt: skip
def test_no_name_of_a_clinic_ends_a_header_or_turns_a_subject_around(sign: str) -> None:
    settings = {"recipients": "it@a.example", "sender": "d@a.example"}
    said = Message(uuid4(), NOW, (line(clinic=f"Bright{sign} Smiles"),))

    mail = message_from_bytes(bytes(email.written(said, settings)), policy=policy.default)

    assert mail["Bcc"] is None
    assert is_legible(mail["Subject"])
    assert mail["Subject"].endswith("Smiles")
