"""Conversations with a controller over real TLS: what they change, and what changes nothing."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.outbox.mailbag import Mailbag
from agent.outbox.store import Outbox
from evidence import frames, messages
from evidence.bodies import Gap, LocalEvent
from evidence.keys import SigningKey
from evidence.messages import Answer, Order, Sync
from tests.agent.controller import FRAMES, key, problem
from tests.agent.practice import Practice, event, full
from tests.agent.wire import Authority, Heard, Says, opened

ORDER = Order(id="7d9b1c0e-4f5a-4e7e-9f7e-0a3d6f1f2b11", do="send_full")


def seqs(practice: Practice) -> list[tuple[int, int]]:
    """Places of all that the controller received, in order."""
    return [(r.header.epoch, r.header.seq) for r in practice.machine.reports]


def events(practice: Practice) -> list[str]:
    """The local events that OP1 sealed for itself."""
    bodies = [r.body for r in practice.machine.reports]
    return [b.event for b in bodies if isinstance(b, LocalEvent) and b.event != "agent_started"]


def syncs(practice: Practice) -> list[Sync]:
    """What OP1 asked with, so far."""
    bodies = [
        frames.inflate(h.body) if "Content-Encoding" in h.headers else h.body
        for h in practice.door.heard
        if h.path == "/v1/sync"
    ]
    return [Sync.from_bytes(frames.read(body)[0].payload) for body in bodies]


def forged(practice: Practice, signer: SigningKey | None = None, **changes: object):
    """The controller's answer with a change, signed by its key or by another."""

    def mangle(heard: Heard, says: Says) -> Says:
        if heard.path != "/v1/sync" or not says.body.startswith(b"answer"):
            return says
        (answer,) = frames.read(says.body)
        said = replace(Answer.from_bytes(answer.payload), **changes)
        lie = messages.seal(said, signer or practice.controller.receipt)
        return Says(says.status, frames.write([lie]), FRAMES)

    return mangle


def test_what_waits_arrives_and_is_acknowledged(practice: Practice) -> None:
    practice.seal(3)
    ending = practice.deliver()

    assert seqs(practice) == [(1, 1), (1, 2), (1, 3)]
    assert practice.states() == ["stored"] * 3
    assert (ending.answered, ending.next_in) == (True, timedelta(seconds=300))


def test_the_bytes_that_arrive_are_those_that_were_sealed(practice: Practice) -> None:
    practice.seal(5)
    practice.deliver()

    assert [envelope.sha for envelope in practice.machine.received] == practice.sealed()


def test_many_reports_go_in_rounds_over_one_connection(practice: Practice) -> None:
    practice.seal(150)
    before = practice.door.connections
    practice.deliver()

    assert practice.states() == ["stored"] * 150
    assert practice.door.connections == before + 1
    assert len(syncs(practice)) == 3


def test_with_nothing_waiting_it_is_a_heartbeat(practice: Practice) -> None:
    practice.seal(0)
    practice.deliver()

    (heartbeat,) = (h for h in practice.door.heard if h.path == "/v1/sync")
    assert len(heartbeat.body) < 600
    assert syncs(practice)[0].head == (1, 0)


def test_each_sync_carries_the_nonce_of_the_answer_before(practice: Practice) -> None:
    practice.deliver()
    first = practice.machine.nonce
    practice.deliver()

    assert syncs(practice)[1].nonce == first


def test_a_proof_is_asked_for_once_a_day(practice: Practice) -> None:
    practice.deliver()
    practice.deliver()
    practice.now += timedelta(days=1)
    practice.deliver()

    assert [sync.proof for sync in syncs(practice)] == [True, False, True]


@pytest.mark.threat("forged-answer")
@pytest.mark.parametrize(
    "says",
    [
        Says(200, b"<html>Log in to the guest network</html>", {"Content-Type": "text/html"}),
        Says(200, b""),
        Says(302, b"", {"Location": "https://portal.example/"}),
        Says(403, b"Forbidden"),
        Says(404, b""),
        Says(500, b"oops"),
        problem(401, "bad_signature"),
        problem(403, "stopped"),
        problem(409, "fork"),
        problem(503, "busy"),
        Says(drop=True),
    ],
    ids=lambda says: str(says.status) + says.body[:12].decode(),
)
def test_an_unsigned_answer_changes_nothing_but_the_next_try(
    practice: Practice, says: Says
) -> None:
    practice.seal(2)
    trust, chain = practice.home.trust.read_bytes(), practice.home.chain.read_bytes()
    practice.controller.mangle = lambda heard, _: says
    ending = practice.deliver()

    assert not ending.answered
    assert practice.states() == ["waiting"] * 2
    assert practice.home.trust.read_bytes() == trust
    assert practice.home.chain.read_bytes() == chain
    assert practice.memory().state is None
    assert practice.memory().next_at > practice.now

    practice.controller.mangle = lambda _, answer: answer
    practice.deliver()
    assert practice.states() == ["stored"] * 2


@pytest.mark.threat("forged-answer")
@pytest.mark.parametrize(
    "lie",
    [
        {"signer": key(66)},
        {"req": "00" * 32},
        {"signer": key(66), "code": "stopped", "state": "revoked"},
        {"req": "00" * 32, "head": (1, 0), "receipts": ()},
    ],
    ids=["another key", "another request", "a false end", "an answer to somebody else"],
)
def test_a_forged_answer_counts_for_nothing(practice: Practice, lie: dict) -> None:
    practice.seal(2)
    practice.controller.mangle = forged(practice, **lie)
    ending = practice.deliver()

    assert not ending.answered
    assert practice.states() == ["waiting"] * 2
    assert practice.memory().state is None


@pytest.mark.threat("replayed-sync")
def test_an_old_answer_replayed_counts_for_nothing(practice: Practice) -> None:
    practice.seal(1)
    kept: list[Says] = []
    practice.controller.mangle = lambda _, says: kept.append(says) or says
    practice.deliver()
    practice.seal(1)
    practice.controller.mangle = lambda *_: kept[0]

    assert not practice.deliver().answered
    assert practice.states() == ["stored", "waiting"]


def test_a_lost_answer_is_made_good_by_a_duplicate(practice: Practice) -> None:
    practice.seal(3)
    practice.controller.mangle = lambda *_: Says(drop=True)
    practice.deliver()
    practice.controller.mangle = lambda _, says: says
    practice.deliver()

    assert practice.states() == ["stored"] * 3
    assert seqs(practice) == [(1, 1), (1, 2), (1, 3)]


def test_a_lost_nonce_is_retried_once(practice: Practice) -> None:
    practice.seal(1)
    practice.machine.nonce = "ab" * 16
    ending = practice.deliver()

    assert ending.answered
    assert practice.states() == ["stored"]
    assert len(syncs(practice)) == 2


def test_a_nonce_that_never_fits_ends_in_a_pause(practice: Practice) -> None:
    """Another machine with the same keys takes each nonce away."""
    practice.seal(1)

    def twin(heard: Heard, says: Says) -> Says:
        practice.machine.nonce = "cd" * 16 if practice.machine.nonce[0] != "c" else "ef" * 16
        return says

    practice.controller.mangle = twin
    practice.machine.nonce = "ab" * 16
    ending = practice.deliver()

    assert not ending.answered
    assert "same identity" in practice.memory().said
    assert len(syncs(practice)) == 2


def test_a_restored_controller_is_refilled(practice: Practice) -> None:
    practice.seal(2)
    practice.deliver()
    backup = practice.controller.backup()
    practice.seal(3)
    practice.deliver()
    everything = practice.sealed()
    practice.controller.restore(backup)

    practice.deliver()

    assert [envelope.sha for envelope in practice.machine.received] == everything
    assert practice.states() == ["stored"] * 5


def test_a_restored_controller_is_refilled_by_new_reports_too(practice: Practice) -> None:
    backup = practice.controller.backup()
    practice.seal(3)
    practice.deliver()
    practice.controller.restore(backup)
    practice.seal(1)

    practice.deliver()
    practice.deliver()

    assert seqs(practice) == [(1, n) for n in range(1, 5)]


@pytest.mark.threat("rolled-back-state")
def test_a_fork_opens_a_new_epoch_and_lists_the_losing_branch(practice: Practice) -> None:
    """A snapshot of the whole machine is restored: it goes on where it was, the controller not."""
    practice.seal(2)
    practice.deliver()
    snapshot = practice.home.root.with_name("snapshot")
    shutil.copytree(practice.home.root, snapshot)
    practice.seal(2)
    practice.deliver()
    shutil.rmtree(practice.home.root)
    snapshot.rename(practice.home.root)
    practice.now += timedelta(seconds=1)
    practice.seal(1)
    losing = practice.sealed()[-1]

    assert practice.deliver().for_patrol
    practice.patrol()
    practice.deliver()

    gap = practice.machine.reports[4]
    assert (gap.header.epoch, gap.header.seq) == (2, 1)
    assert (gap.body.reason, gap.body.orphans) == ("state_rollback", (losing,))
    assert practice.states()[2] == "orphaned"
    assert seqs(practice)[-2:] == [(2, 1), (2, 2)]


def test_a_fork_below_an_epoch_that_is_open_already_gives_up_the_old_one(
    practice: Practice,
) -> None:
    """A snapshot came back and `chain.json` did not: the gap waits behind a report that forks."""
    practice.seal(2)
    practice.deliver()
    backup = practice.home.root.with_name("snapshot")
    shutil.copytree(practice.home.root, backup)
    practice.seal(1)
    practice.deliver()
    shutil.rmtree(practice.home.root)
    backup.rename(practice.home.root)
    practice.seal(1)
    practice.home.chain.unlink()
    practice.patrol()
    assert practice.states() == ["stored", "stored", "waiting", "waiting", "waiting"]

    assert practice.deliver().for_patrol
    practice.patrol()
    practice.deliver()

    assert practice.states() == ["stored", "stored", "orphaned", "stored", "stored"]
    assert seqs(practice) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]


def test_what_the_controller_expects_and_is_gone_opens_a_new_epoch(practice: Practice) -> None:
    backup = practice.controller.backup()
    practice.seal(2)
    practice.deliver()
    practice.patrol()
    practice.deliver()
    practice.passes(days=31)
    practice.patrol()
    practice.seal(1)
    practice.controller.restore(backup)

    assert practice.deliver().for_patrol
    practice.patrol()
    practice.deliver()

    first = practice.machine.reports[0]
    assert (first.header.epoch, first.body.reason) == (2, "resend_impossible")
    assert set(practice.states()[-2:]) == {"stored"}


def test_epochs_that_the_controller_never_saw_are_put_aside(practice: Practice) -> None:
    """Twice the outbox is lost while the controller is away: it wants epoch 2, and we are at 3."""
    practice.seal(2)
    practice.deliver()
    for _ in range(2):
        practice.home.outbox.unlink()
        practice.patrol()
    assert practice.deliver().for_patrol
    practice.patrol()
    practice.deliver()

    assert seqs(practice)[2:] == [(2, 1), (2, 2)]
    assert practice.machine.reports[2].body.last_known.epoch == 3
    practice.patrol()
    assert set(practice.states()) == {"stored"}


def test_a_header_that_is_refused_is_found_and_left_behind(practice: Practice) -> None:
    practice.seal(5)
    poison = practice.sealed()[3]

    def refuse(heard: Heard, says: Says) -> Says:
        if heard.path != "/v1/sync":
            return says
        body = frames.inflate(heard.body) if "Content-Encoding" in heard.headers else heard.body
        if poison not in [frame.sha for frame in frames.read(body)]:
            return says
        practice.controller.restore(before[0])
        return forged(practice, code="header", head=head(), receipts=())(heard, says)

    def head() -> tuple[int, int]:
        return practice.machine.head.epoch, practice.machine.head.seq

    before: list[object] = [practice.controller.backup()]

    def remember(heard: Heard, says: Says) -> Says:
        refused = refuse(heard, says)
        before[0] = practice.controller.backup()
        return refused

    practice.controller.mangle = remember
    assert practice.deliver().for_patrol
    assert practice.states() == ["stored"] * 3 + ["waiting"] * 2
    practice.patrol()
    practice.deliver()

    gap = next(r for r in practice.machine.reports if isinstance(r.body, Gap))
    assert gap.body.reason == "header_refused"
    assert gap.body.orphans[0] == poison


def test_a_rejected_report_is_kept_and_said(practice: Practice) -> None:
    with practice.sealer() as sealer:
        sealer.seal(event(1))
        sealer.seal(event(7))
        sealer.seal(event(2))
    practice.controller.rejects = lambda r: "schema" if getattr(r.body, "n", 0) == 7 else None

    assert practice.deliver().for_patrol
    assert practice.states() == ["stored", "rejected", "stored"]
    practice.patrol()
    practice.deliver()

    (said,) = (r.body for r in practice.machine.reports if "report_rejected" in str(r.body))
    assert (said.code, said.n) == ("schema", 2)


@pytest.fixture
def ordered(practice: Practice) -> Practice:
    """OP1, whose controller wants a full report."""
    with practice.sealer() as sealer:
        sealer.seal(full())
    practice.machine.orders = (ORDER,)
    assert practice.deliver().for_patrol
    practice.machine.orders = ()
    return practice


def test_an_order_reaches_the_patrol_and_is_said_when_followed(ordered: Practice) -> None:
    with ordered.sealer() as sealer:
        assert set(sealer.orders) == {"send_full"}
        assert sealer.wants_full
        sealer.seal(full("order"))
    with ordered.sealer() as sealer:
        assert sealer.orders == {}
        assert not sealer.wants_full
    ordered.deliver()

    assert events(ordered) == ["directive"]


def test_an_order_outlives_a_patrol_that_was_cut_off(ordered: Practice) -> None:
    with pytest.raises(KeyboardInterrupt), ordered.sealer():
        raise KeyboardInterrupt

    with ordered.sealer() as sealer:
        assert set(sealer.orders) == {"send_full"}


def test_a_courier_that_makes_up_orders_is_not_obeyed(practice: Practice) -> None:
    practice.controller.mangle = forged(practice, signer=key(66), directives=(ORDER,))
    practice.deliver()

    with practice.sealer() as sealer:
        assert sealer.orders == {}


def test_a_machine_that_is_no_longer_wanted_asks_once_a_day(practice: Practice) -> None:
    practice.seal(1)
    practice.machine.state = "revoked"
    ending = practice.deliver()

    assert (ending.answered, ending.next_in) == (True, timedelta(days=1))
    assert practice.states() == ["waiting"]
    assert practice.memory().state == "revoked"
    practice.seal(1)


@pytest.mark.parametrize("state", ["pending", "quarantined"])
def test_a_machine_that_waits_for_approval_goes_on(practice: Practice, state: str) -> None:
    practice.seal(1)
    practice.machine.state = state
    practice.deliver()

    assert practice.states() == ["stored"]
    assert practice.memory().state == state


def test_a_batch_that_is_too_large_is_halved(practice: Practice) -> None:
    practice.seal(8)
    sizes: list[int] = []

    def small_door(heard: Heard, says: Says) -> Says:
        body = frames.inflate(heard.body) if "Content-Encoding" in heard.headers else heard.body
        sizes.append(len(frames.read(body)) - 1)
        return says

    before = practice.controller._sync

    def limited(body: bytes) -> Says:
        return problem(413, "too_large") if len(frames.read(body)) > 3 else before(body)

    practice.controller._sync = limited
    practice.controller.mangle = small_door
    practice.deliver()

    assert sizes[:3] == [8, 4, 2]
    assert practice.states() == ["stored"] * 8


@pytest.mark.parametrize(("asked", "waited"), [("120", 120), ("86400", 3600)])
def test_retry_after_is_obeyed_up_to_an_hour(practice: Practice, asked: str, waited: int) -> None:
    practice.controller.mangle = lambda *_: replace(
        problem(503, "busy"), headers={"Retry-After": asked}
    )
    assert practice.deliver().next_in == timedelta(seconds=waited)


def test_failures_wait_longer_each_time_with_jitter(practice: Practice) -> None:
    practice.controller.mangle = lambda *_: Says(drop=True)
    waits = [practice.deliver(chance=lambda: 0.5).next_in.total_seconds() for _ in range(9)]

    assert waits == [15, 30, 60, 120, 240, 480, 960, 1800, 1800]
    assert practice.deliver(chance=lambda: 0.0).next_in == timedelta(seconds=1)


def test_one_answer_ends_the_series_of_failures(practice: Practice) -> None:
    practice.controller.mangle = lambda *_: Says(drop=True)
    practice.deliver()
    practice.controller.mangle = lambda _, says: says
    practice.deliver()

    memory = practice.memory()
    assert (memory.failures, memory.said, memory.next_at) == (0, None, None)


def test_a_report_that_was_damaged_on_the_disk_is_found_after_a_401(practice: Practice) -> None:
    from tests.agent.outbox.test_seal import run_sql

    practice.seal(2)
    run_sql(
        practice.home.outbox,
        "UPDATE report SET signatures = replace(signatures, 'a', 'b') WHERE seq = 1",
    )
    ending = practice.deliver()
    assert (ending.answered, ending.for_patrol) == (False, True)

    practice.patrol()
    practice.deliver()
    assert practice.machine.reports[0].body.reason == "outbox_corrupt"


def test_a_401_over_sound_reports_waits_long_and_troubles_nobody(practice: Practice) -> None:
    practice.seal(1)
    practice.controller.mangle = lambda *_: problem(401, "bad_signature")
    ending = practice.deliver(chance=lambda: 0.999)

    assert not ending.for_patrol
    assert ending.next_in > timedelta(minutes=4)
    assert practice.states() == ["waiting"]


def test_alien_answers_are_counted_and_reported_by_the_patrol(practice: Practice) -> None:
    practice.controller.mangle = lambda *_: Says(200, b"<html>")
    practice.deliver()
    practice.deliver()
    practice.controller.mangle = lambda _, says: says
    practice.seal(1)
    practice.deliver()
    practice.patrol()
    practice.deliver()

    (said,) = (r.body for r in practice.machine.reports if "answer_untrusted" in str(r.body))
    assert said.n == 2
    assert events(practice) == ["answer_untrusted"]


def test_a_strange_certificate_is_reported_once_the_true_one_is_back(
    practice: Practice, tmp_path: Path
) -> None:
    inspector = Authority(name="Inspecting Proxy CA")
    true_port = practice.door.port
    with opened(inspector, tmp_path, practice.controller) as strange:
        practice.door, honest = strange, practice.door
        assert not practice.deliver().answered
        practice.door = honest
    assert practice.door.port == true_port
    assert "Inspecting Proxy CA" in practice.memory().said
    practice.patrol()
    practice.deliver()

    assert events(practice) == ["tls_pin_mismatch"]


def test_a_courier_that_lies_about_receipts_convinces_nobody(practice: Practice) -> None:
    """A stolen courier marks unsent reports as stored and keeps a forged answer."""
    practice.seal(2)
    with practice.conversation() as talk:
        parcel = talk._parcel(talk.outbox.waiting(64, 1 << 20))
        lie = Answer(
            req=messages.request_hash(parcel.body), at=practice.now, code="ok", state="active",
            nonce="00" * 16, head=(1, 2), sync_s=300,
            receipts=tuple(messages.Receipt(1, n, n, "stored", None) for n in (1, 2)),
        )  # fmt: skip
        from agent.outbox.mailbag import Exchange

        forgery = messages.seal(lie, key(66))
        talk.bag.remember(talk.bag.memory(), Exchange(parcel.sync, ((1, 1), (1, 2)), forgery))
        for seq in (1, 2):
            talk.outbox.mark((1, seq), "stored", seq, None)
    practice.now += timedelta(days=60)
    practice.patrol()

    with Outbox(practice.home.outbox) as outbox:
        assert [sealed.place for sealed in outbox.kept()][:2] == [(1, 1), (1, 2)]
    practice.deliver()
    assert seqs(practice)[:2] == [(1, 1), (1, 2)]
    assert events(practice) == ["answer_untrusted"]


def test_receipts_count_for_pruning_once_the_patrol_has_verified_them(practice: Practice) -> None:
    practice.seal(2)
    practice.deliver()
    practice.patrol()
    practice.passes(days=31)
    practice.patrol()

    assert len(practice.sealed()) == 1


def test_a_log_that_goes_back_is_noticed_and_the_old_one_kept(practice: Practice) -> None:
    practice.seal(3)
    practice.deliver()
    practice.seal(1)
    newest = practice.identity.trust.checkpoint
    practice.controller.lines = practice.controller.lines[:2]
    practice.deliver()
    practice.patrol()
    practice.deliver()

    assert practice.identity.trust.checkpoint == newest
    assert "log_rollback" in events(practice)


def test_a_log_that_was_rewritten_is_noticed(practice: Practice) -> None:
    practice.seal(3)
    practice.deliver()
    practice.seal(1)
    newest = practice.identity.trust.checkpoint
    practice.controller.lines[1] = b"something else"
    practice.deliver()
    practice.patrol()
    practice.deliver()

    assert practice.identity.trust.checkpoint == newest
    assert "log_fork" in events(practice)


def test_heartbeats_do_not_pile_up_before_a_patrol(practice: Practice) -> None:
    practice.seal(2)
    for number in range(6):
        shows_log = practice.controller.checkpoint() if number % 2 else None
        practice.controller.mangle = forged(practice, checkpoint=shows_log)
        practice.deliver()

    with Mailbag(practice.home.courier, practice.identity.anchor) as bag:
        kept = [(len(exchange.reports), exchange.plain) for exchange in bag.exchanges()]
    assert kept == [(2, None), (0, "bare"), (0, "log")]


def test_the_memory_of_another_enrolment_is_forgotten(practice: Practice) -> None:
    practice.seal(1)
    practice.deliver()
    practice.join(new_identity=True)

    assert practice.memory().nonce is None
    practice.deliver()
    assert practice.machine.head.seq == 0
