"""How does a message reach a mailbox?

By SMTP with TLS, from the first byte or by STARTTLS, and never without: text and HTML of the same
words. The subject holds a key that stays the same as long as clinic and rule do, and the headers
name the alert, so that ticket systems and mailboxes thread what belongs together.
"""

import re
import smtplib
import socket
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from controller.alerts.channels.base import Channel, Field, Sending, Values
from controller.alerts.message import Line, Message
from controller.alerts.outcome import Outcome
from controller.alerts.outgoing import Countdown, NotAllowed, Outgoing
from controller.errors import Refusal

STARTTLS, TLS = "starttls", "tls"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}")
_MOST_RECIPIENTS = 20


class _Guarded(smtplib.SMTP):
    """SMTP over a connection that the guard made."""

    def __init__(self, outgoing: Outgoing, settings: Values) -> None:
        self._outgoing = outgoing
        self._is_tls = settings["security"] == TLS
        self._countdown: Countdown | None = None
        super().__init__(settings["host"], int(settings["port"]), timeout=outgoing.seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        plain = self._outgoing.connect(host, port)
        self._countdown = self._outgoing.countdown(plain)
        return self._outgoing.secure(plain, host) if self._is_tls else plain

    def close(self) -> None:
        """End the connection, and its countdown."""
        if self._countdown is not None:
            self._countdown.close()
        super().close()


def send(sending: Sending) -> Outcome:
    """Hand it to the mail server; accepted is what that server accepted for everybody."""
    settings = sending.settings
    try:
        with _Guarded(sending.outgoing, settings) as server:
            return _hand_over(server, sending)
    except NotAllowed as error:
        return Outcome.of("not allowed", str(error), is_accepted=False)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return Outcome.of(str(error.smtp_code), text, is_accepted=False)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome.of("no answer", f"{type(error).__name__}: {error}", is_accepted=False)


def _hand_over(server: smtplib.SMTP, sending: Sending) -> Outcome:
    settings, secrets = sending.settings, sending.secrets
    if settings["security"] == STARTTLS:
        server.starttls(context=sending.outgoing.context)
    if settings.get("user"):
        server.login(settings["user"], secrets.get("password", ""))
    refused = server.send_message(written(sending.message, settings))
    if not refused:
        return Outcome.of("250", "accepted", is_accepted=True)
    # Sending again would reach those twice who have it already: what was refused is told.
    codes = ", ".join(sorted({str(code) for code, _ in refused.values()}))
    said = f"accepted for some; {len(refused)} refused ({codes})"
    return Outcome.of("250", said, is_accepted=True)


def written(message: Message, settings: Values) -> EmailMessage:
    """The mail itself. Its id is the message's, so that a second copy is known as one."""
    mail = EmailMessage()
    mail["From"] = Address("dentinel", addr_spec=settings["sender"])
    mail["To"] = ", ".join(recipients(settings["recipients"]))
    mail["Subject"] = subject(message)
    mail["Date"] = format_datetime(message.at)
    domain = settings["sender"].rpartition("@")[2]
    mail["Message-ID"] = f"<{message.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if not message.is_digest and message.lines[0].alert:
        mail["References"] = f"<{message.lines[0].alert}@{domain}>"
    mail.set_content("\n\n".join(_text(line) for line in message.lines) + "\n")
    mail.add_alternative(_html(message), subtype="html")
    return mail


def subject(message: Message) -> str:
    """What stands in the list of mails: the key first."""
    first = message.lines[0]
    if message.is_digest:
        count = len(message.lines)
        return f"[DTL-{first.key}-digest] {count} alert{'s' if count != 1 else ''}"
    state = {"closed": "Over", "updated": "More"}.get(first.event, first.severity.capitalize())
    return f"{first.thread} {state}: {first.rule}, {first.clinic}"


def _text(line: Line) -> str:
    return f"{line.clinic}: {line.sentence}.\nSeverity: {line.severity}\n{line.link}"


def _html(message: Message) -> str:
    rows = "".join(
        f"<p><strong>{escape(line.clinic)}</strong>: {escape(line.sentence)}.<br>"
        f"Severity: {escape(line.severity)}<br>"
        f'<a href="{escape(line.link)}">{escape(line.link)}</a></p>'
        for line in message.lines
    )
    return f'<!doctype html><html lang="en"><body>{rows}</body></html>'


def recipients(text: str) -> list[str]:
    """Addresses, split by commas, blanks or lines; Refusal names the first that is none."""
    found = re.split(r"[\s,;]+", text.strip())
    for one in found:
        if not _ADDRESS.fullmatch(one):
            raise Refusal(f"{one!r} is no e-mail address", help="write it as it@bright-smiles.com")
    if len(found) > _MOST_RECIPIENTS:
        raise Refusal(f"a channel has {_MOST_RECIPIENTS} recipients at most", help="use a list")
    return found


def check(settings: Values) -> None:
    """Refusal unless a mail could be written and handed over."""
    recipients(settings["recipients"])
    if len(recipients(settings["sender"])) != 1:
        raise Refusal("there is one sender", help="write it as dentinel@north-quay.example")
    port = settings["port"]
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= 65535):
        raise Refusal(f"{port!r} is no port", help="587 for STARTTLS, 465 for TLS")
    if settings["security"] not in (STARTTLS, TLS):
        raise Refusal("mail is sent with TLS or STARTTLS", help="port 587 or 465 mostly")
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", settings["host"]):
        raise Refusal(f"{settings['host']!r} is no mail server", help="as mail.north-quay.example")


def make() -> dict[str, str]:
    """Nothing: the password is the mail server's."""
    return {}


EMAIL = Channel(
    kind="email",
    label="E-mail, to people or a ticket system",
    fields=(
        Field("recipients", "To", "one or more addresses"),
        Field("sender", "From"),
        Field("host", "Mail server"),
        Field("port", "Port", "587 for STARTTLS, 465 for TLS"),
        Field("security", "Security", choices=(STARTTLS, TLS)),
        Field("user", "User", "if the server asks for one", is_needed=False),
        Field("password", "Password", is_secret=True, is_needed=False),
    ),
    check=check,
    make=make,
    send=send,
)
