"""Are the keys there, of one seed, guarded, and in date?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509

from controller.cli.checks.base import Seen, Told, moment, reading
from controller.identity import authority
from controller.identity.secrets import Keys
from controller.ledger import log_keys
from controller.ledger.sql import PercentCursor
from controller.policy.due import stray_keys

_CA_LATE = timedelta(days=365)
_CHANGE_LATE = timedelta(days=30)
_SKEW = timedelta(minutes=5)


def seed(seen: Seen) -> Iterator[Told]:
    """The seed can be read by its owner alone; HomeProblem says what else is the case."""
    keys = Keys.load(seen.home)
    yield (
        f"the seed is there, {authority.generation(seen.home, keys)}. CA and its keys fit it",
        None,
    )


def authority_end(seen: Seen) -> Iterator[Told]:
    """A CA ends after ten years; agents must know the next one before."""
    ends = x509.load_pem_x509_certificate(seen.home.ca_certificate.read_bytes()).not_valid_after_utc
    late = ends - seen.now < _CA_LATE
    advice = "begin the next: dentinel-controller init --rotate-ca start" if late else None
    yield f"the CA ends on {ends:%Y-%m-%d}", advice


def authority_change(seen: Seen) -> Iterator[Told]:
    """A change of the CA that was begun is finished or taken back."""
    for path in (seen.home.ca_coming, seen.home.ca_going):
        if not path.exists():
            continue
        begun = datetime.fromtimestamp(path.stat().st_mtime, seen.now.tzinfo)
        late = seen.now - begun > _CHANGE_LATE
        advice = "see dentinel-controller keys show, then init --rotate-ca serve, finish, rollback"
        yield f"a change of the CA is under way since {begun:%Y-%m-%d}", advice if late else None


def log_change(seen: Seen) -> Iterator[Told]:
    """While a log changes its key both sign: in these days its readers need the new policy."""
    with reading(seen.home) as connection:
        found = log_keys.beside(connection.cursor(PercentCursor), seen.now)
    hint = "" if found.until is None else ". Hand out: dentinel-controller evidence policy"
    yield f"keys that sign logs: {found}{hint}", None


def certificate(seen: Seen) -> Iterator[Told]:
    """The certificate that machines are shown is in date and has the name that join strings say."""
    if not seen.home.server_certificate.exists():
        yield "no certificate for machines yet: serve makes it", None
        return
    found = x509.load_pem_x509_certificate(seen.home.server_certificate.read_bytes())
    ends = found.not_valid_after_utc
    if ends <= seen.now:
        yield f"the certificate for machines ended on {ends:%Y-%m-%d}", "start serve: it renews it"
        return
    yield f"the certificate for machines ends on {ends:%Y-%m-%d} and is renewed by itself", None
    host = seen.agents.rpartition(":")[0].strip("[]")
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    if host not in {str(name.value) for name in names}:
        yield f"it does not hold the name {host}", f"start serve with --reached-as {seen.agents}"


def clock(seen: Seen) -> Iterator[Told]:
    """A clock that went back: something in the books is later than now."""
    with reading(seen.home) as connection:
        (newest,) = connection.execute("SELECT max(seen_at) FROM machine").fetchone()
    if newest and moment(newest) - seen.now > _SKEW:
        said = f"the clock says {seen.now:%Y-%m-%d %H:%M} UTC; a machine was heard at"
        yield f"{said} {moment(newest):%Y-%m-%d %H:%M}", "set the clock: timedatectl set-ntp true"
    else:
        yield f"the clock says {seen.now:%Y-%m-%d %H:%M} UTC", None


def strays(seen: Seen) -> Iterator[Told]:
    """The key of a rule author on the server would let a thief of the server write rules."""
    for path in stray_keys(seen.home.root):
        said = f"{path} is the key of a rule author"
        yield said, "take it away from this server, then replace it: dentinel pack keys"
