"""Which files does a ZIP hold that another tool has packed anew?"""

import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.errors import EvidenceError, Malformed, TooLarge
from evidence.verify import unpack
from evidence.verify.case import Standing
from evidence.verify.run import verify
from tests.evidence.clinic import BrightSmiles, files

CONTENTS = {"a.txt": b"first", "log/empty": b"", "z.json": b"last, and long\n" * 100_000}


def zipped(
    contents: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    """The files as Python's own tool packs them, with an entry for a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as theirs:
        theirs.comment = comment
        theirs.writestr("log/", b"")
        for name, content in contents.items():
            theirs.writestr(name, content)
    return out.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    file = io.BytesIO(data)
    return {each.name: b"".join(each.chunks(file)) for each in unpack.members(file)}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("comment", [b"", b"packed by a friend"])
def test_what_another_tool_packed_is_read(method: int, comment: bytes) -> None:
    small = {name: content[:2000] for name, content in CONTENTS.items()}

    assert read(zipped(small, method, comment)) == small


def test_a_long_file_is_read_in_pieces() -> None:
    noise = random.Random(7).randbytes(3_000_000)

    assert read(zipped({"noise": noise})) == {"noise": noise}
    assert read(zipped({"noise": noise}, zipfile.ZIP_STORED)) == {"noise": noise}


def patched(data: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """The last record of that kind with some bytes of it replaced."""
    at = data.rindex(signature) + offset
    return data[:at] + value + data[at + len(value) :]


SMALL = zipped({"a.txt": b"first" * 20})


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", Malformed),
        (b"not a zip", Malformed),
        (SMALL[:-1], Malformed),
        (SMALL[10:], Malformed),
        (zipped({"a.txt": bytes(2_000_000)}), TooLarge),
        (zipped({"a.txt": b"x"}, zipfile.ZIP_LZMA), Malformed),
        (patched(SMALL, b"PK\x01\x02", 8, b"\x01\x00"), Malformed),
        (patched(SMALL, b"PK\x01\x02", 8, b"\x40\x00"), Malformed),
        (patched(SMALL, b"PK\x01\x02", 38, struct.pack("<L", stat.S_IFLNK << 16)), Malformed),
        (patched(SMALL, b"PK\x01\x02", 42, b"\xff\xff\xff\x7f"), Malformed),
        (patched(SMALL, b"PK\x01\x02", 42, b"\x01\x00\x00\x00"), Malformed),
        (patched(SMALL, b"PK\x01\x02", 24, b"\xff\xff\xff\xff"), TooLarge),
        (patched(SMALL, b"PK\x05\x06", 10, b"\xff\xff"), TooLarge),
        (patched(SMALL, b"PK\x05\x06", 10, b"\x09\x00"), Malformed),
        (patched(SMALL, b"PK\x05\x06", 12, b"\xff\xff\xff\x7f"), TooLarge),
        (patched(SMALL, b"PK\x05\x06", 16, b"\x00\x00\x00\x00"), Malformed),
        (patched(zipped({"a": b"x"}, zipfile.ZIP_STORED), b"PK\x01\x02", 24, b"\x02"), TooLarge),
    ],
)
def test_what_may_not_be_unpacked_is_refused_before_it_is(
    data: bytes, error: type[EvidenceError]
) -> None:
    with pytest.raises(error):
        unpack.members(io.BytesIO(data))


def test_an_archive_of_more_than_four_gigabytes_is_refused() -> None:
    one = zipped({"a.txt": b"x"}, zipfile.ZIP_STORED)
    entry = one[one.rindex(b"PK\x01\x02") : one.rindex(b"PK\x05\x06")]
    huge = struct.pack("<LL", 2**31, 2**31)
    grown = (entry[:20] + huge + entry[28:]) * 3
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(grown), len(one), 0)

    with pytest.raises(TooLarge):
        unpack.members(io.BytesIO(one + grown + end))


def test_a_file_that_ends_too_soon_ends() -> None:
    stored = zipped({"a.txt": b"first"}, zipfile.ZIP_STORED)
    (member,) = unpack.members(io.BytesIO(stored))

    assert b"".join(member.chunks(io.BytesIO(stored[: member.start + 2]))) == b"fi"


def test_a_packed_file_that_is_damaged_ends() -> None:
    (member,) = unpack.members(io.BytesIO(SMALL))
    damaged = (
        SMALL[: member.start] + b"\xff" * member.packed + SMALL[member.start + member.packed :]
    )

    assert read(damaged) == {"a.txt": b""}


@pytest.mark.threat("bomb")
def test_no_more_is_inflated_than_was_declared() -> None:
    data = patched(zipped({"a.txt": b"first" * 20}), b"PK\x01\x02", 24, b"\x07\x00\x00\x00")

    assert read(data) == {"a.txt": b"firstfi"}


@given(st.data())
def test_a_damaged_archive_is_read_in_part_or_refused(drawn: st.DataObject) -> None:
    at = drawn.draw(st.integers(0, len(SMALL) - 1))
    damaged = SMALL[:at] + bytes([SMALL[at] ^ drawn.draw(st.integers(1, 255))]) + SMALL[at + 1 :]
    try:
        held = read(damaged)
    except Malformed:
        return
    assert sum(map(len, held.values())) <= 2_000_000


# A bundle that somebody unzipped and zipped again.


def test_a_bundle_that_was_packed_anew_is_checked_and_said_to_be_so(clinic: BrightSmiles) -> None:
    anew = zipped(files(clinic.export()))
    outcome = verify(io.BytesIO(anew), clinic.policy)

    assert outcome.standing is Standing.INCOMPLETE
    assert [problem.what for problem in outcome.problems] == [
        "packed anew: the files are as exported, the archive is not"
    ]


HARM: dict[str, Callable[[bytes], bytes]] = {
    "a byte": lambda data: data[:400] + bytes([data[400] ^ 1]) + data[401:],
    "a line": lambda data: data.partition(b"\n")[2],
}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_report_that_was_changed_in_it_is_named(clinic: BrightSmiles, method: int) -> None:
    op1 = clinic.machines["OP1"]
    held = files(clinic.export())
    held[f"reports/{op1.agent}.jsonl"] = HARM["a byte"](held[f"reports/{op1.agent}.jsonl"])
    outcome = verify(io.BytesIO(zipped(held, method)), clinic.policy)

    assert outcome.exit_code == 1
    what = [problem.what for problem in outcome.problems if problem.check == "R3"]
    assert what == ["Report 1:1 of OP1 was changed after it was logged"]
    assert not any("packed anew" in problem.what for problem in outcome.problems)


def test_a_report_that_was_taken_out_of_it_is_false_too(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    held = files(clinic.export())
    held[f"reports/{op1.agent}.jsonl"] = HARM["a line"](held[f"reports/{op1.agent}.jsonl"])

    assert verify(io.BytesIO(zipped(held)), clinic.policy).exit_code == 1


def test_a_flipped_byte_in_a_stored_archive_names_the_report(clinic: BrightSmiles) -> None:
    op1 = clinic.machines["OP1"]
    held = files(clinic.export())
    anew = zipped(held, zipfile.ZIP_STORED)
    at = anew.index(held[f"reports/{op1.agent}.jsonl"]) + 900
    outcome = verify(io.BytesIO(anew[:at] + bytes([anew[at] ^ 1]) + anew[at + 1 :]), clinic.policy)

    assert outcome.exit_code == 1
    assert any("Report 1:1 of OP1" in problem.what for problem in outcome.problems)


def test_a_file_that_stands_twice_is_found(clinic: BrightSmiles) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as theirs:
        for name, content in files(clinic.export()).items():
            theirs.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            theirs.writestr("README.txt", b"another")
    outcome = verify(out, clinic.policy)

    assert outcome.checks["B1"] is Standing.FALSE
