"""Files of a practice that does not exist, and the real tools that make them."""

import random
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.imaging.glance import Glance
from agent.imaging.judge import weigh
from agent.imaging.judgement import Judgement
from tests.agent.imaging.samples import pdf
from tests.agent.imaging.samples.cms import OpenSsl
from tests.agent.imaging.samples.practice import Practice

Weigh = Callable[[bytes], Judgement]


@pytest.fixture(scope="session")
def judged() -> Weigh:
    """The judgement on bytes."""
    return lambda data: weigh(Glance.of(data))


@pytest.fixture(scope="session")
def xray_bytes() -> bytes:
    """Something to be encrypted, larger than one chunk of a stream."""
    return random.Random(7).randbytes(40_000)


@pytest.fixture(scope="session")
def openssl(needs: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> OpenSsl:
    """The openssl of this machine, with a key of nobody."""
    made = OpenSsl(needs("openssl"), tmp_path_factory.mktemp("openssl"))
    made.make_keys()
    return made


@pytest.fixture(scope="session")
def qpdf(
    needs: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., bytes]:
    """One page, rewritten by qpdf with these options."""
    program, folder = needs("qpdf"), tmp_path_factory.mktemp("qpdf")
    (folder / "plain.pdf").write_bytes(pdf.plain())

    def rewritten(*options: str) -> bytes:
        words = [program, "--allow-weak-crypto", *options, "plain.pdf", "out.pdf"]
        subprocess.run(words, cwd=folder, check=True, capture_output=True)
        return Path(folder, "out.pdf").read_bytes()

    return rewritten


@pytest.fixture
def north_quay(tmp_path: Path) -> Iterator[Practice]:
    """A machine with one imaging folder on a volume without protection."""
    practice = Practice(tmp_path / "home", tmp_path / "images")
    yield practice
    practice.ledger.close()
