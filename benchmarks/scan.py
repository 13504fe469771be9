"""Is a whole folder of images judged as fast as its bytes can be read, and is nothing missed?

A tree of 100,000 files (DENTINEL_BENCH_FILES sets another number), two thirds of them DICOM, made
from the files of pydicom's own tests, each with a tail of its own.

- P5, warm: CPU at most 2.5 times that of a C program that stats each file and reads 4 KiB of it,
  and at most 0.1 times that of `file`.
- P6, cold: wall time at most 0.6 times that C program's, where the page cache may be dropped.
- P7: the DICOM files that are found are those that `dcmftest` finds.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import pydicom

from benchmarks.measure import Row, interleaved, run, spread
from tests.agent.imaging.samples import pdf
from tests.agent.imaging.samples.raster import PICTURES

FILES = int(os.environ.get("DENTINEL_BENCH_FILES", "100000"))
ROUNDS, COLD_ROUNDS = 5, 3
FOLDER = 250
CAREFUL = 10_000
"""Files that the slow peers are asked about: `file` and `dcmftest`."""

_C = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>
static char head[4096];
static unsigned long sum;
static int look(const char *path, const struct stat *s, int kind, struct FTW *f) {
    (void)f;
    if (kind != FTW_F) return 0;
    int fd = open(path, O_RDONLY | O_NOATIME);
    if (fd < 0) return 0;
    ssize_t got = read(fd, head, sizeof head);
    if (got > 0) sum += head[0] + s->st_size;
    close(fd);
    return 0;
}
int main(int argc, char **argv) {
    (void)argc;
    nftw(argv[1], look, 64, FTW_PHYS);
    return sum == 42;
}
"""


def rows() -> list[Row]:
    """P5, P6 and P7."""
    with _tree() as (top, floor):
        return [*_warm(top, floor), _cold(top, floor), _dicom(top)]


@contextmanager
def _tree() -> Iterator[tuple[Path, Path]]:
    """The folder of images, and the C program; both are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="dentinel-scan-"))
    try:
        top = folder / "images"
        _fill(top)
        (folder / "floor.c").write_text(_C)
        subprocess.run(
            ["cc", "-O2", "-o", str(folder / "floor"), str(folder / "floor.c")], check=True
        )
        yield top, folder / "floor"
    finally:
        shutil.rmtree(folder)


def _fill(top: Path) -> None:
    """Copies of real files, each with its own length: two thirds DICOM, the rest as in a store."""
    data = Path(pydicom.__file__).parent / "data"
    dicom = [
        found
        for path in sorted(data.rglob("*.dcm"))
        if (found := path.read_bytes())[128:132] == b"DICM" and len(found) < 60_000
    ]
    others = [*PICTURES.values(), pdf.plain(), b"Lower left second molar. " * 200]
    for number in range(FILES):
        if number % FOLDER == 0:
            (top / f"{number // FOLDER:04}").mkdir(parents=True)
        kind = others[number % len(others)] if number % 3 == 2 else dicom[number % len(dicom)]
        (top / f"{number // FOLDER:04}" / f"{number:06}").write_bytes(kind)


def _scan(top: Path) -> list[str]:
    code = "from agent.cli.app import main; main()"
    return [sys.executable, "-c", code, "scan", "--format", "jsonl", str(top)]


def _checked(rc: int) -> None:
    """A scan that did not come to its end measures nothing."""
    if rc not in (0, 1, 3):
        raise SystemExit(f"the scan ended with {rc}")


def _warm(top: Path, floor: Path) -> list[Row]:
    ours, theirs = interleaved(ROUNDS, _scan(top), [str(floor), str(top)])
    for one in ours:
        _checked(one.rc)
    cpu = [one.cpu / FILES for one in ours]
    least = median(one.cpu for one in theirs) / FILES
    ratio = median(cpu) / least
    measured = f"{spread(cpu, 'us a file', 1e6)}, {ratio:.1f}x"
    what = f"scan of {FILES:,} files, warm, CPU"
    rows = [Row("P5", what, measured, f"C {least * 1e6:.1f} us", "2.5x", ratio <= 2.5)]
    if shutil.which("file") is None:
        return [*rows, Row("P5", what, "", "`file` is not here", "0.1x", None)]
    part = _part(top)
    peer = run(["file", "--brief", "--files-from", str(part)]).cpu / CAREFUL
    ratio = median(cpu) / peer
    return [
        *rows,
        Row("P5", what, f"{ratio:.3f}x", f"file {peer * 1e6:.0f} us", "0.1x", ratio <= 0.1),
    ]


def _part(top: Path) -> Path:
    """A list of files for those that take long."""
    names = [str(path) for path in sorted(top.rglob("*")) if path.is_file()][:CAREFUL]
    listed = top.parent / "part"
    listed.write_text("\n".join(names) + "\n")
    return listed


def _cold(top: Path, floor: Path) -> Row:
    what = f"scan of {FILES:,} files, cold, wall"
    if not _dropped():
        return Row("P6", what, "", "the page cache cannot be dropped here", "0.6x", None)
    ours, theirs = [], []
    for _ in range(COLD_ROUNDS):
        ours.append(_timed(_scan(top)))
        theirs.append(_timed([str(floor), str(top)]))
    ratio = median(ours) / median(theirs)
    measured = f"{spread(ours, 's')}, {ratio:.2f}x"
    return Row("P6", what, measured, f"C {spread(theirs, 's')}", "0.6x", ratio <= 0.6)


def _timed(command: list[str]) -> float:
    _dropped()
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    _checked(done.returncode)
    return time.monotonic() - started


def _dropped() -> bool:
    os.sync()
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
        return True
    return False


def _dicom(top: Path) -> Row:
    what = f"DICOM found among {CAREFUL:,} files"
    if shutil.which("dcmftest") is None:
        return Row("P7", what, "", "dcmftest is not installed here", "the same set", None)
    listed = _part(top).read_text().split()
    ours = {one["path"] for one in _records(listed) if one["kind"] in ("dicom", "dicomdir")}
    theirs = set()
    for start in range(0, len(listed), 1000):
        said = subprocess.run(
            ["dcmftest", *listed[start : start + 1000]], capture_output=True, text=True, check=False
        )
        theirs |= {line[5:] for line in said.stdout.splitlines() if line.startswith("yes: ")}
    measured = f"{len(ours):,}, {len(ours ^ theirs)} otherwise"
    return Row("P7", what, measured, f"dcmftest {len(theirs):,}", "the same set", ours == theirs)


def _records(paths: list[str]) -> Iterator[dict[str, str]]:
    for start in range(0, len(paths), 1000):
        command = [*_scan(Path(paths[start]))[:-1], *paths[start : start + 1000]]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        _checked(said.returncode)
        yield from map(json.loads, said.stdout.splitlines())
