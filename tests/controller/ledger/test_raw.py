"""What was received comes back byte for byte, and a dictionary that is lost or altered is named."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from controller.cli.checks import place
from controller.cli.checks.base import Seen
from controller.cli.demo import teach
from controller.findings import rebuild
from controller.ledger import check, dictionary, raw
from controller.ledger.dictionary import BadDictionary
from evidence import frames
from evidence.envelope import Envelope, PayloadType, Signature
from tests.controller.clinic import MORNING, Server
from tests.controller.tables import rows

SIGNATURES = st.builds(
    Signature,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.binary(min_size=64, max_size=64),
)
ENVELOPES = st.builds(
    Envelope,
    st.just(PayloadType.REPORT),
    st.binary(max_size=4000),
    st.lists(SIGNATURES, min_size=1, max_size=2).map(tuple),
)


@pytest.fixture
def other_dictionaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of dictionaries that may be harmed; nothing of it stays in memory."""
    for number in dictionary.numbers():
        (tmp_path / f"{number}.zdict").write_bytes(dictionary.file_of(number).read_bytes())
    monkeypatch.setattr(dictionary, "_FOLDER", tmp_path)
    _forget(monkeypatch)
    yield tmp_path
    dictionary.load.cache_clear()


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    dictionary.load.cache_clear()
    monkeypatch.setattr(raw, "_own", type(raw._own)())


@given(ENVELOPES)
def test_any_envelope_comes_back_as_it_was(envelope: Envelope) -> None:
    assert raw.unpack(raw.pack(envelope)) == envelope


@given(ENVELOPES)
def test_what_the_first_release_stored_without_a_dictionary_is_still_read(
    envelope: Envelope,
) -> None:
    old = zstandard.ZstdCompressor(level=3).compress(frames.write([envelope]))

    assert (raw.dictionary_of(old), raw.unpack(old)) == (None, envelope)


def test_a_row_names_the_dictionary_that_its_bytes_need(server: Server) -> None:
    machine = server.machine("OP1")
    machine.sync(machine.event())
    ((packed, number),) = rows(server.home, "SELECT raw, dict_id FROM report")

    assert raw.dictionary_of(packed) == number == dictionary.NEWEST


def test_every_dictionary_is_the_one_that_was_shipped() -> None:
    assert [dictionary.load(number).dict_id() for number in dictionary.numbers()] == [
        *dictionary.numbers()
    ]


def test_a_report_is_half_of_what_it_would_be_without() -> None:
    taught = teach.samples()[5:200]
    plain = zstandard.ZstdCompressor(level=3)
    envelopes = [frames.read(frame)[0] for frame in taught]

    packed = sum(len(raw.pack(one)) for one in envelopes)
    assert packed < sum(len(plain.compress(frame)) for frame in taught) / 2


def test_the_same_dictionary_is_made_again_of_the_same_reports() -> None:
    taught = teach.samples()

    assert hashlib.sha256(teach.trained(taught, 7)).digest() == (
        hashlib.sha256(teach.trained(teach.samples(), 7)).digest()
    )


@pytest.mark.parametrize("harm", ["altered", "lost"])
def test_a_dictionary_that_is_not_what_it_was_is_named_and_nothing_is_called_damaged(
    server: Server, other_dictionaries: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    machine = server.machine("OP1")
    machine.sync(machine.event())
    file = other_dictionaries / "1.zdict"
    if harm == "lost":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"!")
    _forget(monkeypatch)

    seen = Seen(server.home, MORNING, "localhost:8443", "http://localhost:8444")
    for look in (check.check, rebuild.check):
        with pytest.raises(BadDictionary, match=r"dictionary 1 of the stored reports .*1\.zdict"):
            look(server.home, server.clinic.org)
    with pytest.raises(BadDictionary, match=r"1\.zdict"):
        list(place.dictionaries(seen))


def test_a_number_that_this_release_does_not_know_is_named() -> None:
    with pytest.raises(BadDictionary, match=r"dictionary 99 .* not known to this release"):
        dictionary.load(99)


def test_who_alters_the_number_on_a_row_is_found(server: Server) -> None:
    machine = server.machine("OP1")
    machine.sync(machine.event())
    from controller.ledger.models import Report

    Report.objects.at(server.clinic.place).update(dict_id=None)
    assert [one.table for one in check.check(server.home, server.clinic.org)] == [
        "report",
        "report",
    ]
