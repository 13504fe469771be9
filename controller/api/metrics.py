"""How is the controller itself: numbers for whoever watches servers.

For one token that the server's shell has made (controller.identity.watcher), sent as
`Authorization: Bearer …`. Over all orgs together: no host, clinic or person is a label.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.alerts import ends, troubles
from controller.alerts import queries as alerts
from controller.api.exposition import MEDIA_TYPE, Gauge, written
from controller.fleet import queries as fleet
from controller.identity import watcher
from controller.identity.home import ControllerHome
from controller.meters import METERS, QUEUE
from controller.tenants.queries import orgs
from controller.tenants.scope import Place

_DAY_SECONDS = 24 * 3600


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The numbers; 404 as long as no token was made, 401 without it."""
    home = ControllerHome(settings.HOME) if settings.HOME else None
    if home is None or not watcher.is_open(home):
        raise Http404
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not watcher.is_known(home, token.strip()):
        said = "show the token: Authorization: Bearer …\n"
        refused = HttpResponse(said, "text/plain; charset=utf-8", status=401)
        refused["WWW-Authenticate"] = "Bearer"
        return refused
    return HttpResponse(written(gauges(home, timezone.now()), METERS), MEDIA_TYPE)


def gauges(home: ControllerHome, now: datetime) -> Iterator[Gauge]:
    """What stands in the database and the home now."""
    places = [Place(org.id) for org in orgs()]
    yield _by(
        "dentinel_machines",
        "Machines by state.",
        "state",
        sum((Counter(fleet.states(place)) for place in places), Counter()),
    )
    silent = sum(fleet.unheard(place, now).count() for place in places)
    yield _one("dentinel_machines_silent", "Active machines that are overdue.", silent)
    yield _by(
        "dentinel_deliveries",
        "Messages of channels by state.",
        "state",
        sum((Counter(alerts.delivery_states(place)) for place in places), Counter()),
    )
    waiting = [at for place in places if (at := alerts.waiting_since(place)) is not None]
    oldest = (now - min(waiting)).total_seconds() if waiting else 0
    yield _one("dentinel_delivery_oldest_seconds", "Age of the oldest that waits.", oldest)
    yield _one(QUEUE.name, QUEUE.about, QUEUE.now)
    yield from _of_home(home, now)


def _of_home(home: ControllerHome, now: datetime) -> Iterator[Gauge]:
    files = (home.database, home.database.with_name(f"{home.database.name}-wal"))
    size = sum(file.stat().st_size for file in files if file.exists())
    yield _one("dentinel_database_bytes", "Database with what waits beside it.", size)
    backup = troubles.last_backup(home)
    if backup is not None:
        age = (now - backup).total_seconds()
        yield _one("dentinel_backup_age_seconds", "Since the newest backup.", age)
    left: dict[str, float] = {}
    for org in orgs():
        for one in ends.endings(home, org, now):
            days = (one.at - now).total_seconds() / _DAY_SECONDS if one.at else 0
            left[one.name] = min(days, left.get(one.name, days))
    about = "Until keys and certificates end; 0 where that cannot be read."
    yield _by("dentinel_days_to_expiry", about, "key", left)


def _one(name: str, about: str, value: float) -> Gauge:
    return Gauge(name, about, {(): value})


def _by(name: str, about: str, label: str, values: dict[str, float] | Counter[str]) -> Gauge:
    return Gauge(name, about, {((label, word),): n for word, n in sorted(values.items())})
