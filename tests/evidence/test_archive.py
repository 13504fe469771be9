"""A ZIP of which every byte is settled."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import archive
from evidence.archive import Writer
from evidence.errors import Malformed, TooLarge
from tests.evidence.clinic import files, packed

CONTENTS = {"a.txt": b"first", "b/c.jsonl": b"", "z.json": b"last\n" * 300_000}


@pytest.fixture
def data() -> bytes:
    return packed(CONTENTS)


def test_what_was_packed_is_read(data: bytes) -> None:
    assert files(data) == CONTENTS


def test_any_tool_opens_it(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as theirs:
        assert theirs.testzip() is None
        assert {name: theirs.read(name) for name in theirs.namelist()} == CONTENTS


def test_the_same_files_give_the_same_bytes(data: bytes) -> None:
    assert packed(CONTENTS) == data


@given(st.data())
def test_no_byte_can_be_another(drawn: st.DataObject) -> None:
    small = packed({"a.txt": b"first", "b.txt": b"second"})
    at = drawn.draw(st.integers(0, len(small) - 1))
    flipped = small[:at] + bytes([small[at] ^ drawn.draw(st.integers(1, 255))]) + small[at + 1 :]
    try:
        found = archive.members(io.BytesIO(flipped))
    except Malformed:
        return
    # Only bytes of a file itself; its checksum stands in the header.
    assert any(each.start <= at < each.start + each.size for each in found)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: b"PK\x05\x06" + bytes(18),
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: b"x" + data,
        lambda data: data[: len(data) // 2],
        lambda data: b"not a bundle at all",
        lambda data: data.replace(b"a.txt", b"A\xff\xff\xff\xff", 1),
    ],
)
def test_what_is_cut_or_padded_is_refused(data: bytes, damage: object) -> None:
    with pytest.raises(Malformed):
        archive.members(io.BytesIO(damage(data)))  # type: ignore[operator]


def test_a_compressed_archive_is_none_of_ours() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as theirs:
        theirs.writestr("a.txt", b"first" * 100)

    with pytest.raises(Malformed):
        archive.members(out)


def test_an_archive_has_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 1)
    with pytest.raises(Malformed):
        archive.members(io.BytesIO(_two()))
    writer = Writer(io.BytesIO())
    writer.add("a", [b"x"])
    with pytest.raises(TooLarge):
        writer.add("b", [b"x"])


def _two() -> bytes:
    local = b"".join(archive.Member(name, 1, 0xFFFFFFFF, 0).header + b"x" for name in ("a", "b"))
    return local + b"PK"
