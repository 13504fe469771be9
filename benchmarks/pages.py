"""P15: how fast is every page of a large practice, and how often does it ask the database?

Bar: p95 <= 150 ms a page on SQLite at 20,000 machines x 60 rules in 300 clinics, with 90 days of
history; as many queries as a practice of 20 machines needs, 12 at the most; 60 KB at the most. The
part of SQL is <= 5 ms of a clinic's and a machine's page and <= 50 ms of the fleet's. The pages are
those of the router, so that a new one is measured without anybody's doing; they are asked through
Django, middleware and templates included. Beside the time on the wall stands that of the CPU, which
tells what the wall does not on a computer with other work.

Only some: `python -m benchmarks.pages fleet clinic`.
"""

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from benchmarks.large_practice import CLINICS, LARGE, NOW, RULES, SMALL, WHO, Practice, made
from benchmarks.measure import Row

ROUNDS = 10
_BAR_MS, _MOST_QUERIES, _MOST_BYTES = 150, 12, 60_000
_SQL_MS = {"clinic": 5, "machine": 5, "fleet": 50}
_OTHER_DAY = ("clinic", "machine")


@dataclass(frozen=True)
class Answered:
    """What a page took: queries, of them SQL in milliseconds, and bytes before compression."""

    queries: int
    sql_ms: float
    size: int


def rows(only: tuple[str, ...] = ()) -> list[Row]:
    """The pages of the large practice, one line each."""
    with tempfile.TemporaryDirectory() as folder:
        client = signed_in(Path(folder) / "home")
        few = {
            name: _answered(client, path).queries
            for name, path in pages(client, made(SMALL, 3))
            if not only or name in only
        }
        large = made(LARGE, CLINICS)
        # As the controller does before it serves.
        gc.freeze()
        return [
            _row(client, name, path, few[name])
            for name, path in pages(client, large)
            if name in few
        ]


def _row(client: Any, name: str, path: str, few: int) -> Row:
    found = _answered(client, path)
    begun = time.process_time()
    times = [_ms(lambda: client.get(path)) for _ in range(ROUNDS)]
    cpu = (time.process_time() - begun) / ROUNDS * 1000
    p95, sql_bar = quantiles(times, n=20)[-1], _SQL_MS.get(name, _BAR_MS)
    is_light = found.queries == few <= _MOST_QUERIES and found.size <= _MOST_BYTES
    sql = f", SQL <= {sql_bar} ms" if name in _SQL_MS else ""
    return Row(
        "P15",
        f"page {name}, {LARGE:,} machines x {RULES} rules",
        f"p50 {median(times):.0f} ms, p95 {p95:.0f} ms; CPU {cpu:.0f} ms, of it SQL"
        f" {found.sql_ms:.1f} ms; {found.queries} queries; {found.size / 1000:.0f} KB",
        f"{few} queries at {SMALL} machines",
        f"p95 <= {_BAR_MS} ms{sql}, queries equal and <= {_MOST_QUERIES},"
        f" <= {_MOST_BYTES // 1000} KB",
        p95 <= _BAR_MS and found.sql_ms <= sql_bar and is_light,
    )


def _ms(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def _answered(client: Any, path: str) -> Answered:
    """What an answer is made of, asked twice: the first one warms what is read once."""
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def noted(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, *rest)

    client.get(path)
    with connection.execute_wrapper(noted):
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return Answered(len(asked), min(_sql(asked) for _ in range(3)), len(answer.content))


def _sql(asked: list[tuple[str, Any]]) -> float:
    """The milliseconds of CPU that the database takes for these queries, to the last row of each.

    SQLite looks for a row when it is fetched, so an `execute` alone would tell too little.
    """
    from django.db import connection

    begun = time.thread_time()
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(sql, params)
            cursor.fetchall()
    return (time.thread_time() - begun) * 1000


def signed_in(home: Path) -> Any:
    """A home with tables, and a browser in which its administrator is signed in."""
    sys.argv = ["dentinel-controller"]
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    from typer.testing import CliRunner

    from controller.cli.app import app

    words = ["--home", str(home), "init", "--org", "Large", "--clinic", "First"]
    done = CliRunner().invoke(app, words)
    if done.exit_code:
        raise RuntimeError(done.output)
    return _session()


def _session() -> Any:
    from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
    from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
    from allauth.account.internal.userkit import user_id_to_str
    from django.test import Client

    from controller.people import logoff
    from controller.people.models import User

    user = User(email=WHO, name="Bench")
    user.save()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    session = client.session
    # Nobody works for so long: an act is written down once, and not in the middle of a measurement.
    logoff._GRAIN_SECONDS = 3600
    logoff.begin(session, time.time())
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": time.time()},
        {"method": "mfa", "at": time.time(), "type": "totp", "reauthenticated": True},
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client


def pages(client: Any, there: Practice) -> Iterator[tuple[str, str]]:
    """Every page of the router that stands in a place; what is posted to or downloaded is none."""
    from django.urls import URLPattern, reverse

    from controller.urls import urlpatterns

    named = _names(there)
    day = (NOW.date()).replace(day=1).isoformat()
    for route in urlpatterns:
        is_ours = isinstance(route, URLPattern) and "org" in route.pattern.converters
        if not is_ours or route.name in _TAKEN_ALONG:
            continue
        missing = route.pattern.converters.keys() - named.keys()
        if missing:
            raise RuntimeError(f"page {route.name} asks for {missing}: say which in _names")
        path = reverse(
            str(route.name), kwargs={word: named[word] for word in route.pattern.converters}
        )
        answer = client.get(path)
        if answer.status_code == 200 and _is_page(answer):
            yield str(route.name), path
            if route.name in _OTHER_DAY:
                yield f"{route.name} as of a day", f"{path}?at={day}"
        answer.close()


def _is_page(answer: Any) -> bool:
    is_file = "attachment" in answer.headers.get("Content-Disposition", "")
    return answer.headers["Content-Type"].startswith("text/html") and not is_file


def _names(there: Practice) -> dict[str, str]:
    """What stands for each word of an address."""
    from controller.alerts.models import Alert, Channel, Mute, Route
    from controller.fleet.models import Machine
    from controller.inventory.models import Listed
    from controller.oversight.models import Record
    from controller.paperwork.models import Entry
    from controller.people.models import Membership
    from controller.policy.models import Waiver, WaiverTemplate
    from controller.tenants.scope import Place

    whole, place = Place(there.org), Place(there.org).clinic(there.clinics[0])
    alert = Alert.objects.at(whole).order_by("-opened_at", "id")[0].id
    entry = Entry.objects.at(place).filter(register="vendors").values_list("entry", flat=True)[0]
    first = {
        "machine": Machine.objects.at(place),
        "waiver": Waiver.objects.at(place),
        "template": WaiverTemplate.objects.at(whole),
        "listed": Listed.objects.at(place),
        "channel": Channel.objects.at(whole),
        "route": Route.objects.at(whole),
        "mute": Mute.objects.at(whole),
        "held": Membership.objects.at(whole),
        "record": Record.objects.at(place),
    }
    return {
        **{word: str(rows.order_by("id")[0].id) for word, rows in first.items()},
        "org": there.slug,
        "clinic": "clinic-0",
        "alert": str(alert),
        "entry": str(entry),
        "register": "vendors",
        "kind": "risk-analysis",
        "deed": "retire",
        "table": "machines",
        "rule": "volumes-encrypted",
        # No month has ended in this practice: there is no scorecard to be measured.
        "record": str(UUID(int=0)),
        **dict.fromkeys(_ACTED_ON, str(there.org)),
    }


# Words of addresses that are only posted to, or downloaded; and routes of files: making one is an
# act, and no page.
_ACTED_ON = ("statement", "export")
_TAKEN_ALONG = (
    *("table", "clinic-table", "controls-csv", "register-csv", "paperwork-csv", "calendar-ics"),
    *("reports", "evidence-file", "evidence-policy"),
)


if __name__ == "__main__":
    for row in rows(tuple(sys.argv[1:])):
        print(row.line())
