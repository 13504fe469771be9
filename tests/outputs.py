"""By which ways does anything leave a controller or an agent? One line each, and no other way.

Most lines are made: of the router, the tables, the registers, the papers and the commands there
are. A new page without its line in the sweep of tenancy, or a new command without one here, fails.
"""

import io
import subprocess
import zipfile
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import typer
from asgiref.sync import async_to_sync
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from controller.alerts.channels import email, slack, teams, webhook
from controller.alerts.channels.index import CHANNELS
from controller.alerts.deliver import message
from controller.alerts.message import Message
from controller.alerts.models import Alert, AlertMachine, Delivery
from controller.alerts.posting import encoded
from controller.api import metrics
from controller.api.exposition import written
from controller.cli.app import app
from controller.exports.paper.profiles import PROFILES
from controller.exports.tables.index import TABLES
from controller.ledger.bus import BUS, Change, Kind
from controller.meters import METERS
from controller.paperwork.registers.index import BY_ID as REGISTERS
from controller.policy import waivers
from tests.controller import waived
from tests.controller.alerts.conftest import Desk
from tests.controller.bright_smiles import Practice, path
from tests.controller.pages.test_tenancy import OF_A_PLACE, ROUTES

SHOWING = (
    *("doctor", "doctor --format json", "token list", "keys show", "machine list"),
    *("machine show {machine}", "user list", "issuer list", "waiver list", "waiver show {waiver}"),
    *("evidence policy", "packs list", "packs show", "packs status", "retention show"),
    *("audit list", "audit verify", "alert list", "checkpoint show", "checkpoint print"),
    "rebuild --check",
)
"""What the commands of the controller say."""
CHANGING = frozenset(
    {
        *("init", "serve", "migrate", "backup", "restore", "demo", "keys rotate-receipt"),
        *("token make", "token show", "token revoke", "keys rotate-log", "keys recover"),
        *("machine approve", "machine quarantine", "machine revoke", "machine retire"),
        *("machine replace", "machine move", "machine rotate-keys", "machine order", "user add"),
        *("user password", "user reset-second-factor", "user break-glass", "issuer add"),
        *("issuer end", "waiver import", "waiver delegate", "waiver self-approval"),
        *("evidence export", "packs online-keys", "packs publish", "inventory import"),
        *("retention run", "retention hold", "retention release", "retention set"),
        *("alert test-channel", "metrics token", "metrics close"),
    }
)
"""What changes something, or makes a file that is looked into elsewhere, and says how it went."""
OF_THE_AGENT = (
    *("status", "status --format json", "status --format line", "doctor", "doctor --format json"),
    *("doctor --no-call", "audit", "audit --format json", "audit --format junit", "rotate-keys"),
)
"""What an RMM reads of a machine. `show`, `scan`, `discover` and `facts` are for its own screen."""
_PLAIN = (
    "/healthz",
    "/readyz",
    "/metrics",
    "/sign-in",
    "/me/sign-in-by",
    "/me/sessions",
    "/nowhere",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A practice that heard of machines, who is signed in there, and how to ask an agent."""

    there: Practice
    client: Client
    agent: Callable[[str], "subprocess.CompletedProcess[str]"] | None = None


Output = Callable[[Scene], bytes]


def commands() -> set[str]:
    """Every command of the controller, by its words."""

    def walk(group: Any, words: tuple[str, ...]) -> Iterator[str]:
        for name, one in group.commands.items():
            inner = (*words, name)
            yield from walk(one, inner) if hasattr(one, "commands") else [" ".join(inner)]

    return set(walk(typer.main.get_command(app), ()))


def _got(scene: Scene, address: str) -> bytes:
    answer = scene.client.get(address)
    head = "".join(f"{name}: {value}\n" for name, value in answer.items())
    return head.encode() + unpacked(answer.getvalue())


def _page(route: str, scene: Scene) -> bytes:
    return _got(scene, reverse(route, kwargs=ROUTES[route](scene.there)))


def _below(tail: str, scene: Scene) -> bytes:
    return _got(scene, path(scene.there, tail))


def _heard(scene: Scene) -> bytes:
    """What the stream of events says when everything has changed."""
    BUS.tell(Change(scene.there.org.id, scene.there.clinic.id, kind) for kind in Kind)
    answer = scene.client.get(f"/live?org={scene.there.org.slug}&clinic={scene.there.clinic.slug}")

    async def listening() -> bytes:
        pieces = aiter(answer.streaming_content)
        return await anext(pieces) + await anext(pieces)

    return async_to_sync(listening)()


_MAIL = {"recipients": "it@a.example", "sender": "d@a.example"}
_FORMS: dict[str, Callable[[Message], bytes]] = {
    "email": lambda one: bytes(email.written(one, _MAIL)),
    "webhook": lambda one: encoded(webhook.payload(one)),
    "slack": lambda one: encoded(slack.payload(one)),
    "teams": lambda one: encoded(teams.payload(one)),
}


def _messages(scene: Scene) -> bytes:
    """What an alert makes, by every channel. The last: alerts that are open stay so."""
    assert _FORMS.keys() == CHANNELS.keys()
    desk = Desk(scene.there)
    desk.route(desk.webhook())
    desk.look()
    said = [message(row) for row in Delivery.objects.at(scene.there.place)]
    assert said
    return b"\n".join(form(one) for form in _FORMS.values() for one in said)


def _told(words: str, scene: Scene) -> bytes:
    """What a command of the controller says; it may find a fault, and must not break."""
    named = {
        "machine": next(iter(scene.there.machines.values())).id,
        "waiver": waivers.waivers(scene.there.place)[0].label,
    }
    typed = words.format(**named).split()
    done = CliRunner().invoke(app, ["--home", str(scene.there.home.root), *typed])
    assert done.exit_code in (0, 1, 2), (words, done.output)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout.encode() + done.stderr.encode()


def _of_the_agent(words: str, scene: Scene) -> bytes:
    if scene.agent is None:
        return b""
    done = scene.agent(words)
    assert done.stdout
    return (done.stdout + done.stderr).encode()


def filled(there: Practice) -> None:
    """With a failure that is accepted; alerts begin anew, each page makes its own."""
    for table in (Delivery, AlertMachine, Alert):
        table.objects.at(there.place).delete()
    waived.of(there, "exports-encrypted")


def unpacked(data: bytes) -> bytes:
    """What came, and all that is within it: files of a bundle, and payloads of envelopes."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        files = [bundle.read(name) for name in bundle.namelist()]
    within = [_payloads(file) for file in files]
    return b"\n".join((*files, *within))


def _payloads(file: bytes) -> bytes:
    parts = file.split(b'"payload":"')[1:]
    return b"\n".join(b64decode(part.partition(b'"')[0] + b"==") for part in parts)


OUTPUTS: dict[str, Output] = {
    **{f"page {route}": partial(_page, route) for route in OF_A_PLACE},
    **{f"page {address}": lambda scene, at=address: _got(scene, at) for address in _PLAIN},
    **{f"table {one.id}": partial(_below, f"tables/{one.id}.csv") for one in TABLES},
    **{f"register {name}": partial(_below, f"r/{name}.csv") for name in REGISTERS},
    **{f"paper {one.id}": partial(_below, f"paper/?profile={one.id}") for one in PROFILES},
    **{f"dentinel-controller {words}": partial(_told, words) for words in SHOWING},
    **{f"dentinel {words}": partial(_of_the_agent, words) for words in OF_THE_AGENT},
    "the stream of events": _heard,
    "figures of the server": lambda scene: written(
        metrics.gauges(scene.there.home, timezone.now()), METERS
    ).encode(),
    "messages of channels": _messages,
}
"""What each of them lets out. The journals are read where they lie (test_canary)."""
