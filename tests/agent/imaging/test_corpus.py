"""The corpus: files made by real tools, and of each what may be said of it.

The one unforgivable error is false assurance: calling encrypted what anybody can read.
"""

import random
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.agent.imaging.corpus.base import NOISE, Bench, Sample
from tests.agent.imaging.corpus.index import FAMILIES


@pytest.fixture(scope="module")
def made(needs, tmp_path_factory) -> Callable[..., list[Sample]]:
    """The files of a family, made once."""

    @cache
    def make(family) -> list[Sample]:
        for program in FAMILIES[family]:
            needs(program)
        return list(family(Bench(tmp_path_factory.mktemp(family.__name__))))

    return make


@pytest.mark.parametrize("family", FAMILIES, ids=lambda made: made.__name__)
def test_each_file_is_called_what_it_is(family, made, judged) -> None:
    wrong = []
    for sample in made(family):
        found = judged(sample.data)
        for said, wanted in (
            (found.verdict, sample.verdict),
            (found.reason, sample.reason),
            (found.kind, sample.kind),
            (found.names_exposed, sample.names),
        ):
            if wanted is not None and said != wanted:
                wrong.append(f"{sample.name}: {said}, not {wanted} ({found.reason})")
    assert wrong == []


OPEN = ("plaintext", "weak_encrypted", "partly_encrypted")
LONGEST = 100_000
NAMED = ("des", "block64")
"""Weak by a number in the head of an OpenPGP file: another number names another cipher."""

EDGES = 100
"""Octets at both ends of a file that are all tried: heads and directories lie there."""


def damaged(data: bytes) -> Iterator[bytes]:
    """Cut, flipped and spliced, at places that chance chooses and at both ends."""
    chance = random.Random(len(data))
    ends = [*range(min(EDGES, len(data))), *range(max(0, len(data) - EDGES), len(data))]
    for place in (*ends, *chance.choices(range(len(data)), k=60)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        yield bytes(flipped)
    for _ in range(30):
        cut = chance.randrange(len(data))
        yield data[:cut]
        yield data[:cut] + NOISE[cut % 5000 :][: chance.randrange(9000)]
        yield NOISE[: chance.randrange(600)] + data[cut:]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda made: made.__name__)
def test_no_damage_makes_what_is_open_look_encrypted(family, made, judged) -> None:
    for sample in made(family)[:40]:
        if sample.verdict not in OPEN or sample.reason in NAMED or len(sample.data) > LONGEST:
            continue
        for data in damaged(sample.data):
            assert judged(data).verdict != "encrypted", (sample.name, len(data))


def test_the_corpus_is_large_enough_to_say_something(made) -> None:
    assert sum(len(made(family)) for family in FAMILIES) >= 300
