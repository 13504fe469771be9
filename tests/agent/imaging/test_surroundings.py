"""What a file is where its folder says it: vaults of real tools, texts that carry a patient."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.imaging import surroundings
from agent.imaging.judge import judge
from tests.agent.imaging.samples.raster import JPEG

LETTER = b"Lower left second molar, recall in spring. " * 900
NOISE = random.Random(2).randbytes(100_000)
SIZES = (1, 17, 4096, 4097, 40_000)


def said(path: Path) -> tuple[str, str]:
    found = judge(path)
    return found.verdict, found.reason


@pytest.mark.threat("hostile-folder")
@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_pipe_in_the_place_of_a_vault_s_settings_holds_nobody(tmp_path: Path) -> None:
    """Whoever may write into an imaging folder could so have kept us from looking at any file."""
    os.mkfifo(tmp_path / "gocryptfs.conf")
    opaque = tmp_path / "Smith" / "scan"
    opaque.parent.mkdir()
    opaque.write_bytes(NOISE)

    assert said(opaque) == ("unknown", "opaque")


@pytest.fixture(params=[(), ("-xchacha",)], ids=["gcm", "xchacha"])
def vault(request, needs: Callable[[str], str], tmp_path) -> Iterator[Path]:
    """A folder that gocryptfs keeps: files went in through its mount."""
    program = needs("gocryptfs")
    cipher, clear = tmp_path / "vault", tmp_path / "clear"
    cipher.mkdir()
    clear.mkdir()
    secret = ("-q", "-extpass", "echo Luebeck")
    subprocess.run(
        [program, "-init", "-scryptn", "10", *secret, *request.param, cipher], check=True
    )
    done = subprocess.run([program, *secret, cipher, clear], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("no file system in user space can be mounted here")
    try:
        (clear / "Smith").mkdir()
        (clear / ("long name of a patient " * 9)).write_bytes(JPEG)
        for size in SIZES:
            (clear / "Smith" / f"{size}.txt").write_bytes(LETTER[:size])
    finally:
        subprocess.run(["umount", clear], check=True)
    return cipher


def test_what_gocryptfs_keeps_is_encrypted_by_its_place(vault) -> None:
    files = [path for path in vault.rglob("*") if path.is_file()]
    control = [path for path in files if path.name.startswith("gocryptfs.") and len(path.name) < 60]
    names = [path for path in files if path.name.endswith(".name")]
    content = [path for path in files if path not in control and path not in names]
    assert {said(path) for path in content} == {("encrypted", "context")}
    assert len(content) == len(SIZES) + 1
    assert {said(path) for path in (*control, *names)} == {("not_content", "control_file")}


def test_what_lies_readable_in_a_vault_is_readable(vault) -> None:
    (vault / "left.jpg").write_bytes(JPEG)
    (vault / "left.txt").write_bytes(LETTER)
    (vault / "zero").write_bytes(b"\0\2" + bytes(18 + 4128 * 2 - 2))
    (vault / "text").write_bytes(b"\0\2" + LETTER[: 16 + 4128 * 2])
    assert said(vault / "left.jpg") == ("plaintext", "content")
    assert said(vault / "left.txt") == ("plaintext", "content")
    assert said(vault / "zero")[0] == said(vault / "text")[0] == "unknown"


def test_a_cut_file_of_a_vault_and_one_without_a_vault_prove_nothing(vault, tmp_path) -> None:
    whole = next(path for path in vault.rglob("*") if path.stat().st_size > 30_000)
    cut = whole.with_name("cut")
    cut.write_bytes(whole.read_bytes()[: 18 + 4128 + 20])
    assert said(cut) == ("unknown", "opaque")
    alone = tmp_path / "alone"
    alone.write_bytes(whole.read_bytes())
    assert said(alone) == ("unknown", "opaque")


def test_a_repository_of_restic_is_encrypted_by_its_place(needs, tmp_path) -> None:
    repository, data = tmp_path / "repository", tmp_path / "data"
    data.mkdir()
    (data / "a.jpg").write_bytes(JPEG)
    (data / "letter.txt").write_bytes(LETTER)
    secret = {
        "RESTIC_PASSWORD": "x",
        "RESTIC_CACHE_DIR": str(tmp_path / "cache"),
        "PATH": "/usr/bin",
    }
    for words in (("init",), ("backup", "-q", str(data))):
        command = [needs("restic"), "-r", str(repository), "--no-cache", *words]
        subprocess.run(command, check=True, capture_output=True, env=secret)
    verdicts = {
        path.relative_to(repository).parts[0]: said(path)
        for path in repository.rglob("*")
        if path.is_file()
    }
    assert verdicts.pop("keys") == ("not_content", "control_file")
    assert set(verdicts) >= {"config", "data", "index", "snapshots"}
    assert set(verdicts.values()) == {("encrypted", "context")}


def test_a_vault_of_cryptomator(tmp_path) -> None:
    folder = tmp_path / "d" / "K7" / "B2TSHLMXGA5EVMH3BYNVDB33WFV6Q4"
    folder.mkdir(parents=True)
    for name in ("vault.cryptomator", "masterkey.cryptomator"):
        (tmp_path / name).write_text('{"version": 8}')
    (folder / "aGVsbG8=.c9r").write_bytes(NOISE[: 68 + 32_796 + 900])
    (folder / "cut.c9r").write_bytes(NOISE[: 68 + 32_796 + 20])
    (folder / "letter.c9r").write_bytes(LETTER[:9000])
    (tmp_path / "outside.c9r").write_bytes(NOISE[: 68 + 900])
    assert said(folder / "aGVsbG8=.c9r") == ("encrypted", "context")
    assert said(folder / "cut.c9r") == ("unknown", "opaque")
    assert said(folder / "letter.c9r") == ("plaintext", "content")
    assert said(tmp_path / "outside.c9r") == ("unknown", "opaque")
    assert said(tmp_path / "vault.cryptomator") == ("not_content", "control_file")


@pytest.mark.parametrize(
    ("path", "bridge"),
    [
        (r"C:\infofile.txt", True),
        (r"D:\InfoFile.TXT", True),
        (r"C:\PDATA\siomin.sdx", True),
        (r"C:\ProgramData\Air Techniques\VisionX\Room 2\patimport.txt", True),
        ("/srv/server/PDATA/siomin.sdx", True),
        (r"C:\Reports\infofile.txt", False),
        (r"C:\PDATA\letter.txt", False),
        ("/srv/infofile.txt", False),
    ],
)
def test_a_bridge_file_is_told_by_name_and_folder(path, bridge) -> None:
    assert surroundings.is_bridge(path) is bridge


def test_a_bridge_file_is_readable_whatever_is_in_it(tmp_path) -> None:
    folder = tmp_path / "PDATA"
    folder.mkdir()
    (folder / "siomin.sdx").write_bytes(b"Smith\tJohn\t01.02.1987\r\n")
    found = judge(folder / "siomin.sdx")
    assert (found.verdict, found.kind) == ("plaintext", "bridge")
    (folder / "siomin.sdx").write_bytes(NOISE[:900])
    assert judge(folder / "siomin.sdx").kind == "other"
