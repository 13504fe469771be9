"""Nothing that was changed, cut, blown up or made up gets in, and nothing of it is stored."""

import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.intake.asgi import Limits
from evidence import frames
from tests.controller.clinic import Clinic, Machine, Server, verdict
from tests.controller.tables import changed, contents, rows


@pytest.fixture
def op1(server: Server) -> Machine:
    """A machine that has told all once."""
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(verdict("volumes-encrypted"))))
    return op1


@pytest.mark.slow
@pytest.mark.threat("forged-report")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_bit_flipped_anywhere_stores_nothing(
    server: Server, op1: Machine, data: st.DataObject
) -> None:
    if "whole" not in vars(op1):
        op1.whole = op1.body(op1.event(), op1.event())  # type: ignore[attr-defined]
    whole: bytes = op1.whole  # type: ignore[attr-defined]
    at = data.draw(st.integers(0, len(whole) - 1))
    bit = data.draw(st.integers(0, 7))
    before = contents(server.home)
    harmed = bytearray(whole)
    harmed[at] ^= 1 << bit
    heard = server.post("/v1/sync", bytes(harmed))

    assert heard.status in (400, 401, 413)
    assert contents(server.home) == before


def test_every_byte_of_a_stored_report_is_as_it_was_sent(server: Server, op1: Machine) -> None:
    from controller.ledger.raw import unpack

    op1.sync(op1.event(), op1.event())
    stored = [unpack(raw) for (raw,) in rows(server.home, "SELECT raw FROM report ORDER BY seq")]
    assert stored == op1.sealed


def test_a_body_that_is_cut_short_stores_nothing(server: Server, op1: Machine) -> None:
    whole = op1.body(op1.event())
    before = contents(server.home)
    for length in (0, 1, 80, len(whole) // 2, len(whole) - 1):
        assert server.post("/v1/sync", whole[:length]).status in (400, 401)
    assert contents(server.home) == before


@pytest.mark.threat("bomb")
def test_a_bomb_is_not_inflated(server: Server, op1: Machine) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(b"\0" * (200 * 1024 * 1024)) + packer.flush()
    heard = server.post("/v1/sync", bomb, {"content-encoding": "gzip"})

    assert len(bomb) < frames.SENT_LIMIT
    assert (heard.status, heard.problem()) == (413, "too_large")


@pytest.mark.parametrize(("over", "status"), [(0, 400), (1, 413)])
def test_a_body_may_have_512_kib_as_sent(server: Server, over: int, status: int) -> None:
    assert server.post("/v1/sync", b"x" * (frames.SENT_LIMIT + over)).status == status


@pytest.mark.parametrize(("over", "status"), [(0, 400), (1, 413)])
def test_a_body_may_have_2_mib_inflated(server: Server, over: int, status: int) -> None:
    body = frames.deflate(b"x" * (frames.INFLATED_LIMIT + over))
    assert server.post("/v1/sync", body, {"content-encoding": "gzip"}).status == status


def test_64_reports_are_taken_and_65_are_not(server: Server, op1: Machine) -> None:
    many = [op1.event() for _ in range(65)]
    heard = server.post("/v1/sync", op1.body(*many))
    assert (heard.status, heard.problem()) == (413, "too_large")
    assert len(op1.sync(*many[:64])[1].receipts) == 64


def test_a_length_that_is_announced_too_large_is_refused_unread(server: Server) -> None:
    heard = server.post("/v1/sync", b"", {"content-length": str(frames.SENT_LIMIT + 1)})
    assert heard.status == 413


def test_gzip_that_is_none_is_refused(server: Server) -> None:
    heard = server.post("/v1/sync", b"not gzip", {"content-encoding": "gzip"})
    assert (heard.status, heard.problem()) == (400, "malformed")


def test_no_other_packing_is_taken(server: Server) -> None:
    assert server.post("/v1/sync", b"", {"content-encoding": "br"}).status == 415


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/sync", 405),
        ("GET", "/v1/enroll", 405),
        ("POST", "/v1/ca/aaaa", 405),
        ("GET", "/", 404),
        ("GET", "/v1/ca/../sync", 404),
        ("POST", "/v2/sync", 404),
        ("GET", "/v1/ca/aaaaaaaaaaaaa", 401),
    ],
)
def test_nothing_else_answers(server: Server, method: str, path: str, status: int) -> None:
    heard = server.call(method, path, b"")
    assert heard.status == status
    assert heard.headers["content-type"] == "application/problem+json"


def test_a_machine_may_sync_30_times_a_minute(home, bright_smiles: Clinic) -> None:
    with Server(home, bright_smiles, Limits(failures_of_an_address=10**9)) as server:
        op1 = server.machine("OP1")
        for _ in range(30):
            assert op1.sync()[0] == 200
        heard = server.post("/v1/sync", op1.body())

        assert (heard.status, heard.headers["retry-after"]) == (429, "60")
        assert server.machine("OP2").sync()[0] == 200


def test_an_address_may_fail_60_times_a_minute(home, bright_smiles: Clinic) -> None:
    with Server(home, bright_smiles, Limits()) as server:
        for _ in range(60):
            assert server.post("/v1/sync", b"nonsense").status == 400
        assert server.post("/v1/sync", b"nonsense").status == 429


def test_a_token_is_tried_10_times_a_minute(home, bright_smiles: Clinic) -> None:
    with Server(home, bright_smiles, Limits()) as server:
        request = Machine(server, "OP1").request(server.token())
        for _ in range(10):
            assert server.post("/v1/enroll", request).status == 200
        assert server.post("/v1/enroll", request).status == 429


def test_a_refusal_does_not_repeat_what_was_sent(server: Server, op1: Machine) -> None:
    heard = server.post("/v1/sync", b"Smith_John_1987 12 x\n{}\n")
    assert b"Smith" not in heard.body
    assert changed(contents(server.home), contents(server.home)) == set()
