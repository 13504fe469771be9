"""When do the keys and certificates end by which others know this controller?

How long before an end it is told, and how heavily, is policy of our own: a CA takes months to be
replaced on every machine, a certificate that renews itself is spoken of only when that failed.
What cannot be read is told as if it had ended: unknown is no pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from django.conf import settings

from controller.alerts.decide import Kind, Topic, Trouble
from controller.fleet.own_keys import RECEIPT_LASTS, receipt_since
from controller.identity.home import ControllerHome
from controller.ledger import queries as ledger
from controller.tenants.models import Org
from controller.tenants.scope import Place

ENDING = Topic(Kind.EXPIRY, "keys-expire")
CHANGE_LASTS = timedelta(days=30)
"""A change of the CA that is neither finished nor taken back by then was forgotten."""
_NOW, _DAY = timedelta(), timedelta(days=1)
_CA = ((_NOW, "critical"), (90 * _DAY, "high"), (365 * _DAY, "medium"))
_SERVER = ((_NOW, "critical"), (25 * _DAY, "high"))
_PEOPLE = ((_NOW, "critical"), (7 * _DAY, "high"), (20 * _DAY, "medium"))
_RECEIPT = ((_NOW, "medium"), (30 * _DAY, "low"))
_LOG = ((7 * _DAY, "medium"), (CHANGE_LASTS, "low"))
_CHANGE = ((_NOW, "medium"),)


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends: what it is, when (None if that cannot be read), and what to do.

    `steps` are how much time may be left for each weight, the heaviest first.
    """

    name: str
    what: str
    at: datetime | None
    advice: str
    steps: tuple[tuple[timedelta, str], ...]

    def weight(self, now: datetime) -> str | None:
        """How heavy it is by now; None while there is time."""
        if self.at is None:
            return self.steps[0][1]
        left = self.at - now
        return next((word for within, word in self.steps if left <= within), None)

    def said(self, now: datetime) -> str:
        """In words, with what to do."""
        if self.at is None:
            return f"{self.what} cannot be read: {self.advice}"
        word = "ended" if self.at <= now else "ends"
        return f"{self.what} {word} on {self.at:%Y-%m-%d}: {self.advice}"


def troubles(home: ControllerHome, org: Org, now: datetime) -> Iterator[Trouble]:
    """What of it is to be told now; one alert of the org, with each that ends inside."""
    for one in endings(home, org, now):
        weight = one.weight(now)
        if weight is not None:
            yield Trouble(ENDING, one.name, one.said(now)[:200], weight, now)


def endings(home: ControllerHome, org: Org, now: datetime) -> Iterator[Ending]:
    """Everything that ends, whether soon or not."""
    yield _certificate("ca", "the CA", home.ca_certificate, _CA)
    if home.server_certificate.exists():
        name = "the certificate that machines are shown"
        yield _certificate("server", name, home.server_certificate, _SERVER)
    if settings.PEOPLE_CERT is not None:
        name = "the certificate that people are shown"
        yield _certificate("people", name, settings.PEOPLE_CERT, _PEOPLE)
    yield from _change(home)
    since = receipt_since(org)
    yield Ending("receipt", "the year of the receipt key", since + RECEIPT_LASTS, _RENEW, _RECEIPT)
    until = ledger.both_sign_until(Place(org.id), now)
    if until is not None:
        yield Ending("log", "the key that logs had before", until, _POLICY, _LOG)


_ADVICE = {
    "ca": "begin the next with dentinel-controller init --rotate-ca start",
    "server": "start serve, which renews it",
    "people": "put a new one in its place and start serve again",
}
_RENEW = "stop serve, then dentinel-controller keys rotate-receipt"
_POLICY = "hand out dentinel-controller evidence policy before"


def _certificate(
    name: str, what: str, path: Path, steps: tuple[tuple[timedelta, str], ...]
) -> Ending:
    try:
        read = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return Ending(name, what, None, _ADVICE[name], steps)
    return Ending(name, what, read.not_valid_after_utc, _ADVICE[name], steps)


def _change(home: ControllerHome) -> Iterator[Ending]:
    for path in (home.ca_coming, home.ca_going):
        if path.exists():
            begun = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            advice = (
                "finish it or go back: dentinel-controller init --rotate-ca serve|finish|rollback"
            )
            what = "the time for the change of the CA"
            yield Ending("ca-change", what, begun + CHANGE_LASTS, advice, _CHANGE)
