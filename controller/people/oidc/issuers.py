"""Which sign-in services does an org have, and with which secret do they know us?

Set up by who manages the people of the whole org. The secret lies locked: AES-256-GCM (NIST SP
800-38D) under `Keys.secrets_lock`, bound to the id of the row.
"""

from dataclasses import dataclass
from secrets import token_bytes
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db.models import QuerySet

from controller.errors import AlreadyDone, HomeProblem, NotThere, Refusal
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import Act, By, acting
from controller.people.models import Connection, Issuer
from controller.people.oidc.provider import Client
from controller.tenants.models import Org
from controller.tenants.queries import orgs
from controller.tenants.scope import Place

_NONCE_BYTES = 12
_LONGEST = 200
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sign-in service as somebody filled it in."""

    name: str
    url: str
    client_id: str
    secret: str
    is_trusted: bool = False
    acr: tuple[str, ...] = ()


def add(home: ControllerHome, org: Org, wanted: Wanted, by: By) -> Issuer:
    """Set a service up; Refusal for what is missing, AlreadyDone for one that is there."""
    _require_whole(wanted)
    held = of_org(Place(org.id)).filter(url=wanted.url, client_id=wanted.client_id)
    row = Issuer(
        org=org,
        name=wanted.name,
        url=wanted.url,
        client_id=wanted.client_id,
        is_trusted=wanted.is_trusted,
        acr=sorted(set(wanted.acr)),
        made_at=by.at,
    )
    row.secret = _lock(Keys.load(home), row.id, wanted.secret)
    told = {"name": row.name, "url": row.url, "trusted": row.is_trusted, "acr": row.acr}
    with acting(home, by) as books:
        if held.exists():
            raise AlreadyDone(f"{wanted.url} is set up already", help="end it first")
        row.save(force_insert=True)
        books.record(org.id, None, Act("issuer.add", str(row.id), after=told))
    return row


def trust(home: ControllerHome, place: Place, issuer: UUID, by: By, *, is_trusted: bool) -> None:
    """Say whether a second factor that a service shows counts. NotThere elsewhere."""
    with acting(home, by) as books:
        row = of(place, issuer)
        if row.is_trusted == is_trusted:
            return
        row.is_trusted = is_trusted
        row.save(update_fields=["is_trusted"])
        books.record(place.org, None, Act("issuer.trust", str(row.id), not is_trusted, is_trusted))


def end(home: ControllerHome, place: Place, issuer: UUID, by: By) -> None:
    """Nobody comes in by a service any more. NotThere elsewhere."""
    with acting(home, by) as books:
        row = of(place, issuer)
        row.ended_at, row.secret = by.at, b""
        row.save(update_fields=["ended_at", "secret"])
        Connection.objects.at(Place(row.org_id)).filter(issuer=row).delete()
        books.record(place.org, None, Act("issuer.end", str(row.id), {"name": row.name}))


def of_org(place: Place) -> QuerySet[Issuer]:
    """The services of an org that are in use, by name."""
    return Issuer.objects.at(place).filter(ended_at__isnull=True).order_by("name", "id")


def of(place: Place, issuer: UUID) -> Issuer:
    """One of them; NotThere elsewhere."""
    found = of_org(place).filter(pk=issuer).first()
    if found is None:
        raise NotThere("there is no such sign-in service here")
    return found


def at_the_door(issuer: UUID) -> Issuer:
    """A service by its id alone, for who is not signed in yet; NotThere for none in use."""
    every: QuerySet[Issuer] = QuerySet(Issuer)
    found = every.filter(pk=issuer, ended_at__isnull=True).select_related("org").first()
    if found is None:
        raise NotThere("there is no such sign-in service here")
    return found


def offered(org_slug: str) -> list[Issuer]:
    """What stands on the sign-in page: the services of the org named there, or of the only one."""
    every = list(orgs())
    chosen = [one for one in every if one.slug == org_slug] or (every if len(every) == 1 else [])
    return [row for one in chosen for row in of_org(Place(one.id))]


def client(home: ControllerHome, row: Issuer, redirect: str) -> Client:
    """As whom the service knows us; HomeProblem if the row is another seed's."""
    return Client(row.client_id, _unlock(Keys.load(home), row.id, bytes(row.secret)), redirect)


def _require_whole(wanted: Wanted) -> None:
    parts = urlsplit(wanted.url)
    is_plain = wanted.url.isascii() and wanted.url.isprintable() and not parts.query
    if not (is_plain and parts.scheme == "https" and parts.hostname and "@" not in parts.netloc):
        raise Refusal(
            f"{wanted.url!r} is no https address of a sign-in service",
            help="as https://login.north-quay.example, without /.well-known",
        )
    for word, text in (("a name", wanted.name), ("a client id", wanted.client_id)):
        if not text.strip():
            raise Refusal(f"it needs {word}")
    if not wanted.secret:
        raise Refusal("it needs the client's secret", help="the service shows it once")
    if max(len(wanted.url), len(wanted.client_id)) > _LONGEST or len(wanted.name) > _LONGEST_NAME:
        raise Refusal(f"{_LONGEST} characters are the most, {_LONGEST_NAME} for the name")


def _lock(keys: Keys, issuer: UUID, secret: str) -> bytes:
    nonce = token_bytes(_NONCE_BYTES)
    return nonce + keys.secrets_lock().encrypt(nonce, secret.encode(), _bound(issuer))


def _unlock(keys: Keys, issuer: UUID, box: bytes) -> str:
    try:
        lock = keys.secrets_lock()
        return lock.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], _bound(issuer)).decode()
    except InvalidTag as error:
        raise HomeProblem(
            "the secret of a sign-in service cannot be opened with this controller's seed",
            help="put the seed of the recovery sheet back, or set the service up anew",
        ) from error


def _bound(issuer: UUID) -> bytes:
    return b"issuer\0" + issuer.bytes
