"""A patient's name, planted wherever one can stand, is found nowhere but on its machine."""

import base64
import re
import secrets
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path
from urllib.parse import quote

import pydicom
import pytest

from controller.cli.demo import files

pytestmark = pytest.mark.xdist_group("canary")


def spellings(name: str) -> set[bytes]:
    """How a name may stand in a file: text, percent, hex, base64 at three offsets, both cases."""
    found: set[bytes] = set()
    for text in {name, name.upper(), name.lower(), unicodedata.normalize("NFD", name)}:
        for raw in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")):
            found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
            for offset in range(3):
                encoded = base64.b64encode(b"\0" * offset + raw).rstrip(b"=")
                found.add(encoded[offset * 4 // 3 + (1 if offset else 0) : -1])
        found |= {quote(text).encode(), quote(text, safe="").encode()}
    return {spelling for spelling in found if len(spelling) >= 12}


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


def everything_said(operatory, bright_smiles, tmp_path) -> dict[str, bytes]:
    """All that left the machine or was written of it, by where it stands."""
    said: dict[str, bytes] = {}
    places = [bright_smiles.home, operatory.home / "outbox", operatory.home / "run",
              operatory.home / "courier", operatory.home / "identity"]  # fmt: skip
    for place in places:
        said |= {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    said |= {str(log): log.read_bytes() for log in tmp_path.glob("*.log")}
    said["reports as they came"] = b"\n".join(bright_smiles.raw())
    exported = tmp_path / "evidence.zip"
    bright_smiles.command("evidence", "export", str(exported))
    with zipfile.ZipFile(exported) as bundle:
        said["evidence"] = b"\n".join(bundle.read(name) for name in bundle.namelist())
    payloads = re.findall(rb'"payload": ?"([^"]+)"', said["evidence"])
    said["evidence, decoded"] = b"\n".join(base64.b64decode(payload) for payload in payloads)
    return said


def test_no_name_leaves_the_machine(
    planted, canaries, operatory, bright_smiles, tmp_path, wait_until
) -> None:
    operatory.guard.start()
    wait_until(lambda: bright_smiles.rows("SELECT 1 FROM finding WHERE known_to IS NULL"))
    wait_until(lambda: bright_smiles.reports(operatory.id) == operatory.sealed())
    operatory.guard.stop()

    said = everything_said(operatory, bright_smiles, tmp_path)

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
