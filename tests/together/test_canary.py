"""A patient's name, planted wherever one can stand, is found nowhere but on its machine."""

import asyncio
import base64
import re
import secrets
import ssl
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pydicom
import pytest

from controller.cli.demo import files
from controller.identity import backup
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from tests.spellings import spellings

pytestmark = pytest.mark.xdist_group("canary")


class Wire:
    """Stands between agent and controller with the controller's own certificate, and listens."""

    def __init__(self, controller) -> None:
        home = ControllerHome(controller.home)
        self._ahead = controller.agents_port
        self._outside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._outside.load_cert_chain(home.server_certificate, home.server_key)
        self._inside = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._inside.check_hostname = False
        self._inside.verify_mode = ssl.CERT_NONE
        self.heard: list[bytes] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        listening = asyncio.start_server(self._relay, "127.0.0.1", 0, ssl=self._outside)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _relay(self, reader, writer) -> None:
        near = (reader, writer)
        far = await asyncio.open_connection("127.0.0.1", self._ahead, ssl=self._inside)
        await asyncio.gather(self._pump(near[0], far[1]), self._pump(far[0], near[1]))

    async def _pump(self, source, sink) -> None:
        said = bytearray()
        with suppress(OSError):
            while chunk := await source.read(65536):
                said += chunk
                sink.write(chunk)
                await sink.drain()
        self.heard.append(bytes(said))
        sink.close()
        with suppress(OSError):
            await sink.wait_closed()

    def close(self) -> None:
        async def stop() -> None:
            self._server.close()
            here = asyncio.current_task()
            others = [task for task in asyncio.all_tasks() if task is not here]
            await asyncio.wait(others, timeout=5) if others else None

        asyncio.run_coroutine_threadsafe(stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def everything(self) -> bytes:
        """All that was said, as it was and with what was compressed unpacked."""
        said = b"\n".join(self.heard)
        packed = [said[match.start() :] for match in re.finditer(rb"\x1f\x8b\x08", said)]
        return said + b"\n".join(filter(None, map(unpacked, packed)))


def unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(data)
    except zlib.error:
        return b""


@pytest.fixture
def wire(bright_smiles) -> Iterator[Wire]:
    """What agent and controller say to each other, heard in clear."""
    listening = Wire(bright_smiles)
    yield listening
    listening.close()


@pytest.fixture
def way_in(wire) -> int:
    """The machine of this story reaches its controller over the wire that listens."""
    return wire.port


@pytest.fixture
def canaries() -> dict[str, str]:
    mark = secrets.token_hex(6)
    return {where: f"Zephyrine{where}{mark}" for where in ("File", "Folder", "Tag", "Title")}


@pytest.fixture
def planted(canaries, operatory, tmp_path) -> Path:
    """An export folder in which every place that can hold a name holds one."""
    folder = tmp_path / "export" / canaries["Folder"]
    folder.mkdir()
    image = pydicom.dcmread(pydicom.filebase.DicomBytesIO(files.bitewing()))
    image.PatientName = canaries["Tag"]
    image.PatientID = canaries["Tag"]
    image.save_as(folder / f"{canaries['File']}.dcm")
    pdf = f"%PDF-1.4\n1 0 obj<</Title({canaries['Title']})>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    (folder / f"{canaries['File']}.pdf").write_bytes(pdf.encode())
    (folder / f"{canaries['File']}.txt").write_text(f"patient {canaries['Title']}")
    return folder


def everything_said(operatory, bright_smiles, wire, tmp_path) -> dict[str, bytes]:
    """All that left the machine or was written of it, by where it stands."""
    said: dict[str, bytes] = {}
    places = [bright_smiles.home, operatory.home / "outbox", operatory.home / "run",
              operatory.home / "courier", operatory.home / "identity"]  # fmt: skip
    for place in places:
        said |= {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    said |= {str(log): log.read_bytes() for log in tmp_path.glob("*.log")}
    said["the wire"] = wire.everything()
    assert b'"verdict":"plaintext"' in said["the wire"]
    said["the pages"] = every_page(bright_smiles, operatory)
    assert b"exports-encrypted" in said["the pages"]
    said["reports as they came"] = b"\n".join(bright_smiles.raw())
    exported = tmp_path / "evidence.zip"
    bright_smiles.command("evidence", "export", str(exported))
    with zipfile.ZipFile(exported) as bundle:
        said["evidence"] = b"\n".join(bundle.read(name) for name in bundle.namelist())
    said |= backed_up(bright_smiles, tmp_path / "controller.box")
    payloads = re.findall(rb'"payload": ?"([^"]+)"', said["evidence"])
    said["evidence, decoded"] = b"\n".join(base64.b64decode(payload) for payload in payloads)
    return said


def backed_up(bright_smiles, box: Path) -> dict[str, bytes]:
    """A backup as a thief gets it, and as who has the seed."""
    bright_smiles.command("backup", str(box))
    home = ControllerHome(bright_smiles.home)
    with backup.unpacked(home, box, Keys.load(home)) as found:
        files = [path for path in found.root.rglob("*") if path.is_file()]
        held = {f"backup: {path.relative_to(found.root)}": path.read_bytes() for path in files}
    assert b"exports-encrypted" in held["backup: controller.sqlite"]
    return {"backup": box.read_bytes(), **held}


def every_page(bright_smiles, operatory) -> bytes:
    """All pages of the clinic, as a person who signed in gets them."""
    browser, clinic = bright_smiles.signed_in(), "/north-quay/c/bright-smiles/"
    own = ("", "findings/", f"m/{operatory.id}/", "audit/", "people/", "join/")
    paths = ("/north-quay/", "/north-quay/audit/", "/north-quay/people/", *map(clinic.__add__, own))
    pages = [browser.get(path) for path in paths]
    assert {status for status, _ in pages} == {200}
    return "\n".join(text for _, text in pages).encode()


@pytest.mark.threat("leaked-name")
def test_no_name_leaves_the_machine(
    planted, canaries, operatory, bright_smiles, wire, tmp_path, wait_until
) -> None:
    operatory.guard.start()
    wait_until(lambda: bright_smiles.rows("SELECT 1 FROM finding WHERE known_to IS NULL"))
    wait_until(lambda: bright_smiles.reports(operatory.id) == operatory.sealed())
    operatory.guard.stop()

    said = everything_said(operatory, bright_smiles, wire, tmp_path)

    assert len(said) > 10
    leaks = [
        f"{where}: {name}"
        for where, data in said.items()
        for name, canary in canaries.items()
        if any(spelling in data for spelling in spellings(canary))
    ]
    assert leaks == []
    ledger = b"".join(path.read_bytes() for path in operatory.home.glob("local.sqlite*"))
    assert canaries["File"].encode() in ledger, (
        "the path must be kept on the machine, and only there"
    )


@pytest.mark.threat("leaked-name")
def test_with_the_marks_taken_away_the_name_is_found(
    planted, canaries, operatory, bright_smiles, tmp_path
) -> None:
    """The control run: the very same search finds the name once nothing is held back."""
    unguarded = (
        "import runpy, sys\n"
        "from evidence import minimum\n"
        "minimum.redact = lambda fact, value, numbers, key: value\n"
        "minimum.check = lambda fact, value: None\n"
        "sys.argv = ['agent', '--home', %r, 'patrol', '--cause=start']\n"
        "runpy.run_module('agent', run_name='__main__')\n"
    )
    operatory.watch(export=(planted, "export"))
    subprocess.run([sys.executable, "-c", unguarded % str(operatory.home)], check=False)
    outbox = b"".join(path.read_bytes() for path in (operatory.home / "outbox").iterdir())
    assert any(spelling in outbox for spelling in spellings(canaries["Folder"]))
