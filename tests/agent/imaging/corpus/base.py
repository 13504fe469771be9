"""What one file of the corpus is, and how tools are driven to make it."""

import random
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.agent.imaging.samples import dicom, pdf
from tests.agent.imaging.samples.raster import JPEG, PNG

LETTER = b"Lower left second molar, recall in spring; see the image of the third. " * 90
NOISE = random.Random(1895).randbytes(60_000)
"""Raw sensor data without a head, or ciphertext of a tool that leaves no mark: nobody can tell."""


def _program() -> bytes:
    """The least that is a program of Windows: one section of 512 octets."""
    head = b"MZ".ljust(60, b"\0") + (64).to_bytes(4, "little") + b"PE\0\0"
    coff = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x22)
    optional = b"\x0b\x02".ljust(240, b"\0")
    section = b".text\0\0\0" + struct.pack("<4I", 512, 4096, 512, 512).ljust(32, b"\0")
    return (head + coff + optional + section).ljust(1024, b"\0")


PROGRAM = _program()


@dataclass(frozen=True, slots=True)
class Sample:
    """A file, and what the detector has to say of it; None: not asked."""

    name: str
    data: bytes
    verdict: str
    reason: str | None = None
    kind: str | None = None
    names: bool | None = None


class Bench:
    """A folder in which a tool works on the files of a practice that does not exist."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.write("a.jpg", JPEG)
        self.write("b.png", PNG)
        self.write("letter.txt", LETTER)
        self.write("scan.dcm", dicom.written(dicom.xray()))
        self.write("plan.pdf", pdf.plain())
        self.write("noise.bin", NOISE)

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def run(self, *words: str, stdin: bytes = b"", **environment: str) -> bytes:
        """What the tool printed; fails where it fails."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.folder), **environment}
        done = subprocess.run(
            words, input=stdin, cwd=self.folder, capture_output=True, check=False, env=env
        )
        assert done.returncode == 0, (words, done.stderr[-400:], done.stdout[-400:])
        return done.stdout

    def tried(self, *words: str) -> bool:
        """Did the tool do it?"""
        done = subprocess.run(words, cwd=self.folder, capture_output=True, check=False)
        return done.returncode == 0

    def made(self, name: str, *words: str, **environment: str) -> bytes:
        """The file of that name, after the tool ran."""
        self.run(*words, **environment)
        return (self.folder / name).read_bytes()
