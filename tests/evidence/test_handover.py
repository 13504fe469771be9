"""A hand-over holds what it may hold, and nothing beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import Malformed, TooLarge
from evidence.handover import MOST_BYTES, Handover

DIGEST = "ab" * 32
FILES = {
    "metadata/1.root.json": b"{}",
    "metadata/2.root.json": b"{}",
    "metadata/10.root.json": b"{}",
    "metadata/7.targets.json": b"{}",
    f"targets/packs/dental-baseline/{DIGEST}.1.0.0.json": b"pack",
}


def test_it_comes_back_as_it_was() -> None:
    handed = Handover(FILES)
    assert Handover.from_bytes(handed.to_bytes()) == handed
    assert list(handed.roots) == [1, 2, 10]
    assert handed.targets == (7, b"{}")
    assert handed.file("packs/dental-baseline/1.0.0.json", DIGEST) == b"pack"


@pytest.mark.parametrize(
    "name",
    [
        "metadata/timestamp.json",
        "metadata/3.snapshot.json",
        "metadata/../../seed",
        "targets/packs/dental-baseline/1.0.0.json",
        "keys/author.key",
        "README.txt",
    ],
)
def test_a_file_that_does_not_belong_is_refused(name: str) -> None:
    with pytest.raises(Malformed, match="does not belong"):
        Handover.from_bytes(Handover({**FILES, name: b"x"}).to_bytes())


@pytest.mark.parametrize("gone", ["root", "targets.json"])
def test_roots_and_targets_are_both_needed(gone: str) -> None:
    files = {name: data for name, data in FILES.items() if gone not in name}
    with pytest.raises(Malformed, match="every root"):
        Handover.from_bytes(Handover(files).to_bytes())


def test_only_the_newest_targets_travel() -> None:
    with pytest.raises(Malformed, match="every root"):
        Handover.from_bytes(Handover({**FILES, "metadata/6.targets.json": b"{}"}).to_bytes())


@given(st.binary(max_size=200))
def test_other_bytes_are_malformed_and_nothing_else(data: bytes) -> None:
    with pytest.raises(Malformed):
        Handover.from_bytes(data)


def test_too_much_is_not_looked_at() -> None:
    with pytest.raises(TooLarge):
        Handover.from_bytes(bytes(MOST_BYTES + 1))
