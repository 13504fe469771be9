"""The detector of imaging files: every format and walk, on bent files of real tools.

Three targets. `imaging` takes whatever the bytes are: it ends within the budget of a file, with
words of the closed lists. `open images` bends files that anybody can read, and no bend that does
not set in a mark of encryption ever makes one of them encrypted. `noise` is data at random.
"""

import pkgutil
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from typing import get_args

from agent.imaging import formats, glance, identity, walks
from agent.imaging.glance import Glance
from agent.imaging.judge import weigh
from agent.imaging.judgement import Judgement
from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.bends import MOST_BYTES
from benchmarks.fuzzed.readers import ODD, words_of
from rules.facts.imaging import FileKind, FileReason, FileVerdict
from tests.agent.imaging.corpus import archives, disks
from tests.agent.imaging.corpus.base import Bench, Sample
from tests.agent.imaging.corpus.index import FAMILIES

_LARGE = (disks.virtual,)
"""Families whose files begin beyond what is bent."""
_SHUT_INSIDE = (archives.sealed, disks.partitioned)
"""Families in which a readable file holds encrypted ones: less of it may be all encrypted."""
_TOOLS = "/usr/sbin:/usr/bin:/sbin:/bin"


@cache
def samples(family: Callable[[Bench], Iterator[Sample]]) -> Sequence[Sample]:
    """The files of a family; none where its tools are not installed."""
    if any(shutil.which(tool, path=_TOOLS) is None for tool in FAMILIES[family]):
        return ()
    with tempfile.TemporaryDirectory(prefix="dentinel-fuzz-") as folder:
        return tuple(family(Bench(Path(folder))))


@cache
def seeds() -> Sequence[bytes]:
    """One file of every kind, as far as this machine can make it."""
    every = (sample for family in FAMILIES if family not in _LARGE for sample in samples(family))
    kinds: dict[tuple[object, ...], bytes] = {}
    for sample in every:
        found = weigh(Glance.of(sample.data))
        kinds.setdefault((found, sample.name.rsplit(".", 1)[-1]), sample.data[:MOST_BYTES])
    return tuple(kinds.values())


@cache
def open_seeds() -> Sequence[bytes]:
    """Files that are plaintext through and through."""
    families = [one for one in FAMILIES if one not in (*_LARGE, *_SHUT_INSIDE)]
    return tuple(
        sample.data
        for family in families
        for sample in samples(family)
        if sample.verdict == "plaintext" and len(sample.data) <= MOST_BYTES
    )


def run(data: bytes) -> None:
    """Judge it, and say whose picture it is: within the budget, in words of the closed lists."""
    looked = judged(data)
    assert looked.verdict in get_args(FileVerdict)
    assert looked.reason in get_args(FileReason)
    assert looked.kind in get_args(FileKind)
    if looked.format == "dicom":
        identity.identify(Glance.of(data))


def run_open(data: bytes) -> None:
    """Whatever is left of a readable file is not encrypted."""
    looked = judged(data)
    assert looked.verdict != "encrypted", looked


def run_noise(data: bytes) -> None:
    """Random data proves nothing: it is neither encrypted nor without content."""
    dice = Random(data)
    looked = judged(dice.randbytes(dice.randrange(1, 9 << 10)))
    assert looked.verdict in ("unknown", "plaintext"), looked


def judged(data: bytes) -> Judgement:
    """The judgement, and the price of it."""
    spent = [0, 0]

    def read(offset: int, length: int) -> bytes:
        spent[0] += 1
        spent[1] += length
        return data[offset : offset + length]

    looked = weigh(Glance(read, len(data)))
    assert spent[0] <= glance.READS + 1, f"{spent[0]} reads"
    assert spent[1] <= glance.BYTES + glance.HEAD, f"{spent[1]} octets read"
    return looked


def _words() -> tuple[bytes, ...]:
    """What the formats are written with: their marks, names and numbers."""
    found: dict[bytes, None] = dict.fromkeys(ODD)
    for package in (formats, walks):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            found |= dict.fromkeys(words_of(import_module(module.name)))
    return tuple(found)


IMAGING = Target("imaging", seeds, _words(), run, is_watched=True)
OPEN_IMAGES = Target("open images", open_seeds, ODD, run_open)
NOISE = Target("noise", lambda: [bytes(32)], ODD, run_noise)
