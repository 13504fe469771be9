"""The table of answers (trust.md, section 4): each row, and nothing else stored."""

from dataclasses import replace
from uuid import UUID

import pytest

from controller.fleet import standing
from controller.fleet.standing import Call
from controller.ledger.actions import By
from evidence import frames, messages
from evidence.bodies import Basis, LocalEvent
from evidence.envelope import Envelope
from evidence.keys import SigningKey
from evidence.messages import Sync
from tests.controller.clinic import MORNING, Machine, Server, verdict
from tests.controller.tables import chain, changed, check_logs, contents, rows

HEARTBEAT = {"machine"}


@pytest.fixture
def op1(server: Server) -> Machine:
    """A machine that has joined and told all once."""
    op1 = server.machine("OP1")
    op1.sync(op1.seal(op1.full(verdict("volumes-encrypted"), verdict("screen-locks", "fail"))))
    return op1


def outcomes(answer: messages.Answer) -> list[tuple[int, str, str | None]]:
    return [(one.seq, one.outcome, one.why) for one in answer.receipts]


def test_a_report_that_follows_is_stored(server: Server, op1: Machine) -> None:
    status, answer = op1.sync(op1.event(), op1.event())

    assert (status, answer.code, answer.head) == (200, "ok", (1, 3))
    assert outcomes(answer) == [(2, "stored", None), (3, "stored", None)]
    assert chain(server.home, op1.agent) == [
        (1, number, sealed.sha, "stored") for number, sealed in enumerate(op1.sealed, 1)
    ]
    check_logs(server.home)


def test_a_receipt_names_the_leaf_that_holds_the_report(server: Server, op1: Machine) -> None:
    _, answer = op1.sync(op1.event())

    ((env,),) = rows(
        server.home,
        "SELECT env FROM log_entry WHERE idx = ? AND kind = 'report'",
        answer.receipts[0].leaf,
    )
    assert env == op1.sealed[-1].sha


def test_a_report_that_comes_again_is_a_duplicate(server: Server, op1: Machine) -> None:
    _, first = op1.sync(op1.event())
    before = contents(server.home)
    status, again = op1.sync(*op1.sealed)

    assert status == 200
    assert outcomes(again) == [(1, "duplicate", None), (2, "duplicate", None)]
    assert again.receipts[1].leaf == first.receipts[0].leaf
    assert changed(before, contents(server.home)) == HEARTBEAT


def test_a_heartbeat_moves_the_machine_alone(server: Server, op1: Machine) -> None:
    before = contents(server.home)
    server.passes(minutes=5)
    status, answer = op1.sync()

    assert (status, answer.code, answer.head, answer.receipts) == (200, "ok", (1, 1), ())
    assert changed(before, contents(server.home)) == HEARTBEAT
    ((seen, due),) = rows(server.home, "SELECT seen_at, due_by FROM machine")
    assert (seen, due) == ("2026-11-23 08:05:00", "2026-11-23 16:05:00")


def test_a_gap_is_told_with_what_is_expected(server: Server, op1: Machine) -> None:
    lost, kept = op1.event(), op1.event()
    before = contents(server.home)
    status, answer = op1.sync(kept)

    assert (status, answer.code, answer.expected, answer.head) == (409, "gap", (1, 2), (1, 1))
    assert changed(before, contents(server.home)) == HEARTBEAT
    assert outcomes(op1.sync(lost, kept)[1]) == [(2, "stored", None), (3, "stored", None)]


def test_what_stands_before_a_gap_is_stored(server: Server, op1: Machine) -> None:
    first, _, third = op1.event(), op1.event(), op1.event()
    status, answer = op1.sync(first, third)

    assert (status, answer.code, answer.expected) == (409, "gap", (1, 3))
    assert outcomes(answer) == [(2, "stored", None)]


def test_reports_out_of_order_are_a_gap(op1: Machine) -> None:
    first, second = op1.event(), op1.event()
    assert op1.sync(second, first)[1].code == "gap"


def fork_of(op1: Machine) -> Envelope:
    """Another report for a place that the chain has passed."""
    kept = op1.head
    op1.head = replace(op1.head, seq=0, sha=op1.anchor)
    forked = op1.draft(LocalEvent(event="agent_stopped", code=None, ref=None, n=0))
    op1.head = kept
    return forked


def test_a_fork_is_evidence_and_moves_nothing(server: Server, op1: Machine) -> None:
    forked = fork_of(op1)
    status, answer = op1.sync(forked)

    assert (status, answer.code, answer.expected, answer.head) == (409, "fork", (1, 2), (1, 1))
    assert chain(server.home, op1.agent) == [
        (1, 1, op1.sealed[0].sha, "stored"),
        (1, 1, forked.sha, "fork"),
    ]
    ((line,),) = rows(server.home, "SELECT line FROM log_entry WHERE kind = 'fork_evidence'")
    assert op1.sealed[0].sha.encode() in line
    check_logs(server.home)


def test_the_same_fork_is_evidence_once(server: Server, op1: Machine) -> None:
    forked = fork_of(op1)
    op1.sync(forked)
    before = contents(server.home)

    assert op1.sync(forked)[1].code == "fork"
    assert changed(before, contents(server.home)) == HEARTBEAT


def test_a_report_that_names_another_before_it_is_a_fork(op1: Machine) -> None:
    torn = op1.draft(LocalEvent(event="agent_started", code=None, ref=None, n=0), prev="0" * 64)
    assert op1.sync(torn)[1].code == "fork"


def test_a_signed_gap_opens_a_new_epoch(server: Server, op1: Machine) -> None:
    server.passes(hours=2)
    status, answer = op1.sync(op1.gap("outbox_lost"), op1.event())

    assert (status, answer.code, answer.head) == (200, "ok", (2, 2))
    assert rows(
        server.home, "SELECT epoch, seq, reason, known_from, known_to FROM evidence_gap"
    ) == [(2, 1, "outbox_lost", "2026-11-23 08:00:00", "2026-11-23 10:00:00")]


def test_a_new_epoch_needs_a_gap(op1: Machine) -> None:
    jump = op1.draft(
        LocalEvent(event="agent_started", code=None, ref=None, n=0), epoch=2, seq=1, prev=op1.anchor
    )
    assert op1.sync(jump)[1].code == "gap"


def test_a_wrong_nonce_changes_nothing(server: Server, op1: Machine) -> None:
    before = contents(server.home)
    right = op1.nonce
    status, answer = op1.sync(op1.event(), nonce="0" * 32)

    assert (status, answer.code, answer.nonce) == (409, "nonce", right)
    assert contents(server.home) == before
    assert op1.sync(op1.sealed[-1])[1].code == "ok"


@pytest.mark.threat("replayed-sync")
def test_a_replayed_sync_buys_nothing(server: Server, op1: Machine) -> None:
    body = op1.body(op1.event())
    op1.send(body)
    before = contents(server.home)
    heard = server.post("/v1/sync", body)

    assert heard.status == 409
    assert op1.read(heard, body).code == "nonce"
    assert contents(server.home) == before


def test_a_delta_on_an_older_full_is_rejected(server: Server, op1: Machine) -> None:
    op1.basis = Basis(seq=7, hash="0" * 64)
    status, answer = op1.sync(op1.seal(op1.delta(verdict("screen-locks"))))

    assert status == 200
    assert outcomes(answer) == [(2, "rejected", "basis")]
    assert [order.do for order in answer.directives] == ["send_full"]
    assert answer.head == (1, 2)
    assert rows(server.home, "SELECT raw, why FROM report WHERE seq = 2") == [(None, "basis")]
    assert rows(server.home, "SELECT count(*) FROM rule_state WHERE verdict = 'fail'") == [(1,)]
    check_logs(server.home)


def test_a_delta_after_a_full_in_the_same_sync_is_stored(op1: Machine) -> None:
    full = op1.seal(op1.full(verdict("screen-locks")))
    delta = op1.seal(op1.delta(verdict("screen-locks", "fail")))
    assert outcomes(op1.sync(full, delta)[1]) == [(2, "stored", None), (3, "stored", None)]


def tampered(op1: Machine, body: object) -> Envelope:
    """A report with this body, signed all the same: an agent that was changed."""
    from evidence import envelope, strict_json
    from evidence.report import read_header

    honest = op1.draft(LocalEvent(event="agent_started", code=None, ref=None, n=0))
    document = strict_json.read(honest.payload)
    made = envelope.sign(
        honest.payload_type, strict_json.write({**document, "body": body}), op1.report_key
    )
    op1.head = read_header(made.payload)[0].step(made.sha).head
    return made


@pytest.mark.threat("poison-report")
def test_a_body_that_breaks_the_schema_is_rejected_without_its_bytes(
    server: Server, op1: Machine
) -> None:
    broken = tampered(op1, {"event": "agent_started", "patient": "Smith_John_1987"})
    status, answer = op1.sync(broken, op1.event())

    assert status == 200
    assert outcomes(answer) == [(2, "rejected", "schema"), (3, "stored", None)]
    assert b"Smith_John" not in server.home.database.read_bytes()
    assert rows(server.home, "SELECT sha, raw FROM report WHERE seq = 2") == [(broken.sha, None)]


def test_a_value_that_must_stay_is_rejected_without_its_bytes(server: Server, op1: Machine) -> None:
    from evidence import shape

    body = shape.to_json(op1.facts())
    body["facts"] = {"volumes": {"value": [{"mount": "/srv/Smith_John"}]}}
    _, answer = op1.sync(tampered(op1, body))

    assert answer.receipts[0].outcome == "rejected"
    assert answer.receipts[0].why in ("privacy", "schema")
    wal = server.home.database.with_name("controller.sqlite-wal").read_bytes()
    assert b"Smith_John" not in server.home.database.read_bytes() + wal


@pytest.mark.parametrize("whose", ["org", "clinic", "agent"])
def test_a_header_of_somebody_else_stores_nothing_of_the_batch(
    server: Server, op1: Machine, whose: str
) -> None:
    good = op1.event()
    stranger = op1.draft(
        LocalEvent(event="agent_started", code=None, ref=None, n=0),
        **{whose: "00000000-0000-4000-8000-000000000000"},
    )
    before = contents(server.home)
    status, answer = op1.sync(good, stranger)

    assert (status, answer.code, answer.receipts) == (422, "header", ())
    assert changed(before, contents(server.home)) == HEARTBEAT


@pytest.mark.threat("forged-report")
def test_a_report_by_another_machines_key_is_refused(server: Server, op1: Machine) -> None:
    op2 = server.machine("OP2")
    before = contents(server.home)
    heard = server.post("/v1/sync", op1.body(op2.event()))

    assert (heard.status, heard.problem()) == (401, "unknown_key")
    assert contents(server.home) == before


def test_a_report_by_the_courier_key_is_refused(server: Server, op1: Machine) -> None:
    op1.report_key, kept = op1.courier_key, op1.report_key
    forged = op1.event()
    op1.report_key = kept

    assert server.post("/v1/sync", op1.body(forged)).problem() == "unknown_key"


def test_a_sync_by_an_unknown_key_is_refused(server: Server, op1: Machine) -> None:
    thief = SigningKey.from_seed(b"\x07" * 32)
    heard = server.post("/v1/sync", op1.body(op1.event(), key=thief))
    assert (heard.status, heard.problem()) == (401, "unknown_key")


@pytest.mark.parametrize("state", ["revoked", "retired", "superseded"])
def test_who_was_stopped_hears_so_signed(server: Server, op1: Machine, state: str) -> None:
    _set(server, "UPDATE machine SET state = ?", state)
    before = contents(server.home)
    status, answer = op1.sync(op1.event())

    assert (status, answer.code, answer.state) == (403, "stopped", state)
    assert contents(server.home) == before


@pytest.mark.parametrize("state", ["pending", "quarantined"])
def test_who_is_not_approved_is_logged_in_full(server: Server, op1: Machine, state: str) -> None:
    _set(server, "UPDATE machine SET state = ?", state)
    status, answer = op1.sync(op1.event())

    assert (status, answer.code, answer.state) == (200, "ok", state)
    assert outcomes(answer) == [(2, "stored", None)]


def _set(server: Server, sql: str, *params: object) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(server.home.database)) as connection:
        connection.execute(sql, params)
        connection.commit()


def test_proofs_lead_from_what_the_agent_knew_to_its_newest_report(
    server: Server, op1: Machine
) -> None:
    from evidence import checkpoint, merkle
    from evidence.note import Verifier

    log = Verifier.parse(op1.enrolled.log)
    knew = checkpoint.read(op1.enrolled.checkpoint, log)
    _, answer = op1.sync(op1.event(), log=knew.size, proof=True)

    assert answer.checkpoint is not None
    assert answer.consistency is not None
    assert answer.inclusion is not None
    now = checkpoint.read(answer.checkpoint, log)
    proof = [bytes.fromhex(each) for each in answer.consistency]
    merkle.check_consistency(knew.size, now.size, knew.root, now.root, proof)
    ((line,),) = rows(
        server.home,
        "SELECT line FROM log_entry WHERE env = ?",
        op1.sealed[-1].sha,
    )
    path = [bytes.fromhex(each) for each in answer.inclusion.path]
    merkle.check_inclusion(answer.inclusion.leaf, now.size, merkle.leaf_hash(line), now.root, path)


def boots(op1: Machine, *, hours: int) -> messages.Answer:
    """Two computers with one identity sync by turns, an hour apart; the last answer."""
    for hour in range(hours):
        op1.server.passes(hours=1)
        _, answer = op1.sync(boot="c" * 16 if hour % 2 else "b" * 16)
    return answer


@pytest.mark.threat("cloned-machine")
def test_two_boots_that_take_turns_for_a_day_are_two_machines(server: Server, op1: Machine) -> None:
    assert boots(op1, hours=26).state == "quarantined"
    assert rows(server.home, "SELECT count(*) FROM log_entry WHERE kind = 'state'") == [(1,)]
    assert op1.sync(op1.event())[1].code == "ok"


def test_copies_that_were_approved_and_go_on_are_suspected_again(op1: Machine) -> None:
    boots(op1, hours=26)
    call = Call(op1.server.home, op1.server.clinic.place, UUID(op1.agent), By("shell", "", MORNING))
    standing.approve(call)
    assert op1.sync()[1].state == "active"
    assert boots(op1, hours=30).state == "quarantined"


def test_a_restored_memory_is_no_clone(op1: Machine) -> None:
    """A virtual machine restarts, and days later the snapshot from before comes back, once."""
    for boot, days in (("b", 1), ("c", 3), ("b", 3), ("d", 1)):
        op1.server.passes(days=days)
        _, answer = op1.sync(boot=boot * 16)
    assert answer.state == "active"


def test_restarts_are_no_clone(server: Server, op1: Machine) -> None:
    for day in range(20):
        server.passes(days=1)
        _, answer = op1.sync(boot=f"{day:016x}")
    assert answer.state == "active"


def test_an_answer_is_bound_to_the_bytes_that_were_asked(server: Server, op1: Machine) -> None:
    body = op1.body()
    packed = server.post("/v1/sync", frames.deflate(body), {"content-encoding": "gzip"})
    assert op1.read(packed, body).code == "ok"


@pytest.mark.threat("borrowed-signature")
def test_a_message_of_another_type_is_refused(server: Server, op1: Machine) -> None:
    request = op1.request(server.token())
    assert server.post("/v1/sync", request).status == 401
    assert server.post("/v1/enroll", op1.body()).status == 422


def test_unknown_members_of_a_sync_are_refused(server: Server, op1: Machine) -> None:
    from evidence import envelope, shape, strict_json
    from evidence.envelope import PayloadType

    sync = Sync(nonce=op1.nonce, boot=op1.boot, head=(1, 1), log=0)
    said = strict_json.write({**shape.to_json(sync), "note": "Smith_John_1987"})
    sealed = envelope.sign(PayloadType.SYNC, said, op1.courier_key)
    heard = server.post("/v1/sync", frames.write([sealed]))

    assert (heard.status, heard.problem()) == (400, "malformed")
    assert b"Smith" not in heard.body
