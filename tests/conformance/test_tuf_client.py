"""The command line that the suite of The Update Framework drives, driven by a local repository."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.agent.packs.repository import Repository
from tests.conformance import tuf_client
from tests.evidence.clinic import CLINIC, ORG

FILE = Path(tuf_client.__file__)


class Suite:
    """What the suite does: a server, folders, and one command after another."""

    def __init__(self, folder: Path, repository: Repository, port: int) -> None:
        self.metadata, self.targets = folder / "metadata", folder / "targets"
        self.metadata.mkdir()
        self.targets.mkdir()
        self.root = folder / "initial_root.json"
        self.root.write_bytes(repository.first_root)
        self.url = f"http://127.0.0.1:{port}"

    def run(self, *words: str) -> int:
        return tuf_client.main(["--metadata-dir", str(self.metadata), *words])

    def init(self) -> int:
        return self.run("init", str(self.root))

    def refresh(self) -> int:
        return self.run("--metadata-url", f"{self.url}/metadata", "refresh")

    def download(self, *names: str) -> int:
        wanted = [word for name in names for word in ("--target-name", name)]
        return self.run(
            "--metadata-url", f"{self.url}/metadata", *wanted,
            "--target-base-url", f"{self.url}/targets", "--target-dir", str(self.targets),
            "download",
        )  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "served", ORG, CLINIC)
    made.publish("9.0.0")
    return made


@pytest.fixture
def suite(tmp_path: Path, repository: Repository):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = repository.folder / self.path.lstrip("/")
            data = file.read_bytes() if file.is_file() else b""
            self.send_response(200 if data else 404)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    (tmp_path / "client").mkdir()
    yield Suite(tmp_path / "client", repository, server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()


def test_it_keeps_the_root_that_it_begins_with(suite: Suite):
    assert suite.init() == 0

    assert (suite.metadata / "root.json").read_bytes() == suite.root.read_bytes()


def test_a_refresh_keeps_metadata_by_role(suite: Suite):
    suite.init()

    assert suite.refresh() == 0

    kept = {file.name for file in suite.metadata.glob("*.json")}
    assert kept == {"root.json", "timestamp.json", "snapshot.json", "targets.json"}


def test_a_download_leaves_one_file_a_target(suite: Suite, repository: Repository):
    suite.init()

    assert suite.download("packs/dental-baseline/9.0.0.json") == 0

    (file,) = suite.targets.iterdir()
    assert file.read_bytes() == repository.packs["9.0.0"]


def test_what_nobody_has_signed_for_fails(suite: Suite):
    suite.init()

    assert suite.download("packs/dental-baseline/1.2.3.json") == 1


def test_a_thief_fails(suite: Suite, repository: Repository):
    suite.init()
    thief = repository.stolen()
    thief.sign_targets()
    thief.sign_online()

    assert suite.refresh() == 1


def test_it_runs_by_itself(suite: Suite):
    words = ["--metadata-dir", str(suite.metadata), "init", str(suite.root)]

    done = subprocess.run([sys.executable, FILE, *words], check=False, capture_output=True)

    assert (done.returncode, done.stderr) == (0, b"")
