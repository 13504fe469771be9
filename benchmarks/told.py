"""P18: how soon is a change on a machine on the dashboard, and how soon is somebody told of it?

Bar: <= 10 s to the dashboard, <= 60 s to a webhook. Real processes: a controller, and an enrolled
machine with its guard and errands. An X-ray that anybody can read is written into an export folder
and taken away again; from the moment that the file is there, the time is taken to the verdict on
the page that a person's browser gets, and to the message at an HTTPS receiver. Each is the worst of
the rounds; the message is told once, since what fails again within minutes is no news.
"""

import ssl
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.measure import Row, run
from controller.cli.demo.files import bitewing
from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from tests.together.conftest import Agent, Controller, Process, controller_at, until

ROUNDS = 5
_PAGE_S, _WEBHOOK_S = 10, 60
_RULE = "exports-encrypted"
_PREPARE = Path(__file__).parents[1] / "tests/controller/alerts/prepare.py"


def rows() -> list[Row]:
    """The page and the webhook, one line each."""
    with tempfile.TemporaryDirectory() as folder, _practice(Path(folder)) as (there, told):
        first = time.monotonic()
        shown, gone = [there.changes("fail")], []
        until(lambda: told)
        webhook = told[0] - first
        for _ in range(ROUNDS - 1):
            gone.append(there.changes("pass"))
            shown.append(there.changes("fail"))
    page = max(*shown, *gone)
    return [
        Row(
            "P18",
            f"a change on a machine, on the dashboard; worst of {2 * ROUNDS - 1}",
            f"{page:.1f} s (an image that anybody can read {max(shown):.1f} s,"
            f" taken away {max(gone):.1f} s)",
            "",
            f"<= {_PAGE_S} s",
            page <= _PAGE_S,
        ),
        Row("P18", "the same, at a webhook", f"{webhook:.1f} s", "", f"<= {_WEBHOOK_S} s",
            webhook <= _WEBHOOK_S),
    ]  # fmt: skip


class _There:
    """An operatory with an export folder, and the page of it that Dr. Lee has before her."""

    def __init__(self, folder: Path, controller: Controller) -> None:
        export, home = folder / "export", folder / "agent"
        export.mkdir()
        self._image = export / "bitewing.dcm"
        command = ["-m", "agent", "--home", str(home), "run"]
        self.agent = Agent(home, Process(command, folder / "agent.log"))
        self.agent.watch(export=(export, "export"))
        join = folder / "join"
        join.write_text(controller.join(controller.agents_port), encoding="ascii")
        self.agent.command("enroll", str(join))
        self._browser = controller.signed_in()
        self._page = f"/north-quay/c/bright-smiles/m/{self.agent.id}/"

    def says(self) -> str:
        """What the page says of the rule now."""
        return self._browser.machine(self._page).verdicts.get(_RULE, "")

    def changes(self, to: str) -> float:
        """Write the image or take it away; seconds until the page says so."""
        begun = time.monotonic()
        if to == "fail":
            self._image.write_bytes(bitewing())
        else:
            self._image.unlink()
        until(lambda: self.says() == to)
        return time.monotonic() - begun


@contextmanager
def _practice(folder: Path) -> Iterator[tuple[_There, list[float]]]:
    """All of it at work, once the rule passes on the machine's page; and when a message came."""
    controller = controller_at(folder)
    controller.command("init", "--org", "North Quay", "--clinic", "Bright Smiles")
    home = ControllerHome(controller.home)
    authority.ensure(home, Keys.load(home), ["localhost"], datetime.now(tz=UTC))
    trusting = {
        "SSL_CERT_FILE": str(home.ca_certificate),
        "DENTINEL_CONTROLLER_ALLOW_TO": "127.0.0.0/8,::1/128",
    }
    controller.process.environment |= trusting
    with _receiver(home) as (url, told):
        _prepare(home, url, trusting)
        controller.start()
        there = _There(folder, controller)
        there.agent.guard.start()
        try:
            until(lambda: there.says() == "pass")
            yield there, told
        finally:
            there.agent.guard.stop()
            controller.process.stop()


def _prepare(home: ControllerHome, url: str, environment: dict[str, str]) -> None:
    """A webhook for what is critical."""
    house = {"PYTHONPATH": str(_PREPARE.parents[3])}
    done = run([sys.executable, str(_PREPARE), str(home.root), url], **house, **environment)
    if done.rc:
        raise RuntimeError("the channel could not be made")


@contextmanager
def _receiver(home: ControllerHome) -> Iterator[tuple[str, list[float]]]:
    """Where messages arrive over TLS, and when they did."""
    told: list[float] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(time.monotonic())
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(home.server_certificate, home.server_key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"https://localhost:{server.server_address[1]}/hook", told
    finally:
        server.shutdown()
        server.server_close()
