"""Sealing: what a patrol leaves on the disk."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import OutboxFull
from agent.outbox import mark
from agent.outbox.mailbag import Mailbag
from agent.outbox.seal import Limits, Moment, Sealer
from agent.outbox.store import Outbox
from evidence import report
from evidence.bodies import SELF, Facts, Gap
from evidence.chain import Head
from evidence.errors import EvidenceError
from tests.agent.practice import BOOT, Practice, event, full


def kept(practice: Practice) -> list[report.Report]:
    """All that lies in the outbox, its signatures checked."""
    keys = practice.identity.report_keys()
    with Outbox(practice.home.outbox) as outbox:
        return [report.unseal(sealed.envelope, keys) for sealed in outbox.kept()]


def run_sql(path: Path, statement: str) -> None:
    """Change a database behind the agent's back."""
    link = sqlite3.connect(path)
    with link:
        link.execute(statement)
    link.close()


def test_a_sealed_report_is_on_the_disk_and_signed(practice: Practice) -> None:
    with practice.sealer() as sealer:
        head = sealer.seal(full())

    (only,) = kept(practice)
    header, identity = only.header, practice.identity
    assert only.body == full()
    assert (header.epoch, header.seq, header.prev) == (1, 1, identity.anchor)
    assert (header.agent, header.clinic, header.org) == (
        identity.agent, identity.clinic, identity.org,
    )  # fmt: skip
    assert mark.load(practice.home.chain, identity.anchor) == head


def test_each_report_hangs_on_the_one_before(practice: Practice) -> None:
    with practice.sealer() as sealer:
        heads = [sealer.seal(event(n)) for n in range(4)]

    assert [r.header.prev for r in kept(practice)][1:] == [head.sha for head in heads[:-1]]
    assert [r.header.seq for r in kept(practice)] == [1, 2, 3, 4]


def test_the_same_statement_twice_gives_two_hashes(practice: Practice) -> None:
    with practice.sealer() as sealer:
        sealer.seal(event())
        sealer.seal(event())

    first, second = kept(practice)
    assert first.header.salt != second.header.salt


def test_what_may_not_leave_is_not_sealed(practice: Practice) -> None:
    body = replace(event(), n=-1)
    with practice.sealer() as sealer:
        with pytest.raises(EvidenceError):
            sealer.seal(body)
        assert sealer.seal(event()) == Head(1, 1, practice.sealed()[0])


def test_the_first_report_wants_a_full_and_then_there_is_a_basis(practice: Practice) -> None:
    with practice.sealer() as sealer:
        assert sealer.wants_full
        assert sealer.basis() is None
        head = sealer.seal(full())
        assert not sealer.wants_full
        assert (sealer.basis().seq, sealer.basis().hash) == (1, head.sha)


def test_a_crash_between_commit_and_mark_goes_on_in_the_same_epoch(practice: Practice) -> None:
    practice.seal(3)
    before = practice.home.chain.read_bytes()
    practice.seal(1)
    practice.home.chain.write_bytes(before)

    practice.seal(1)

    assert [(r.header.epoch, r.header.seq) for r in kept(practice)] == [(1, n) for n in range(1, 6)]


def test_a_restart_goes_on_where_it_was(practice: Practice) -> None:
    for _ in range(3):
        practice.seal(2)

    assert [r.header.seq for r in kept(practice)] == [1, 2, 3, 4, 5, 6]


Damage = Callable[[Practice], None]


def outbox_is_deleted(practice: Practice) -> None:
    for file in practice.home.outbox.parent.iterdir():
        file.unlink()


def outbox_is_rolled_back(practice: Practice) -> None:
    run_sql(practice.home.outbox, "DELETE FROM report WHERE seq > 2")
    run_sql(
        practice.home.outbox,
        "UPDATE head SET (seq, hash) = (SELECT seq, hash FROM report WHERE seq = 2)",
    )


def mark_is_deleted(practice: Practice) -> None:
    practice.home.chain.unlink()


def mark_is_rolled_back(practice: Practice) -> None:
    old = json.loads(practice.home.chain.read_bytes())
    practice.home.chain.write_text(json.dumps({**old, "seq": 1}))


def last_rows_are_taken_out(practice: Practice) -> None:
    run_sql(practice.home.outbox, "DELETE FROM report WHERE seq > 2")


def a_middle_row_is_taken_out(practice: Practice) -> None:
    run_sql(practice.home.outbox, "DELETE FROM report WHERE seq = 2")


def a_payload_is_changed(practice: Practice) -> None:
    run_sql(
        practice.home.outbox,
        "UPDATE report SET payload = CAST(replace(payload, '\"n\":1', '\"n\":7') AS BLOB)",
    )


def a_signature_is_changed(practice: Practice) -> None:
    run_sql(
        practice.home.outbox,
        "UPDATE report SET signatures = replace(signatures, 'a', 'b') WHERE seq = 2",
    )


def the_file_is_overwritten(practice: Practice) -> None:
    practice.home.outbox.write_bytes(b"\x00" * 8192)


def pages_are_overwritten(practice: Practice) -> None:
    data = bytearray(practice.home.outbox.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    practice.home.outbox.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (outbox_is_deleted, "outbox_lost"),
        (outbox_is_rolled_back, "state_rollback"),
        (mark_is_deleted, "state_rollback"),
        (mark_is_rolled_back, "state_rollback"),
        (last_rows_are_taken_out, "outbox_corrupt"),
        (a_middle_row_is_taken_out, "outbox_corrupt"),
        (a_payload_is_changed, "outbox_corrupt"),
        (a_signature_is_changed, "outbox_corrupt"),
        (the_file_is_overwritten, "outbox_corrupt"),
        (pages_are_overwritten, "outbox_corrupt"),
    ],
    ids=lambda case: getattr(case, "__name__", case),
)
def test_a_loss_opens_a_new_epoch_that_says_so(
    practice: Practice, damage: Damage, why: str
) -> None:
    practice.seal(4)
    newest = practice.sealed()[-1]
    damage(practice)

    practice.patrol()

    gap, after = kept(practice)[-2:]
    assert (gap.header.epoch, gap.header.seq) == (2, 1)
    assert gap.header.prev == practice.identity.anchor
    assert isinstance(gap.body, Gap)
    assert gap.body.reason == why
    assert gap.body.last_known is not None
    if damage is not mark_is_rolled_back:
        assert gap.body.last_known.hash == newest
    assert after.body == full("epoch")


@pytest.mark.parametrize("damage", [the_file_is_overwritten, a_payload_is_changed])
def test_a_damaged_outbox_is_renamed_and_kept(practice: Practice, damage: Damage) -> None:
    practice.seal(2)
    damage(practice)

    practice.patrol()

    assert list(practice.home.outbox.parent.glob("outbox.sqlite.aside-*"))


def test_answers_about_reports_that_were_lost_since_are_passed_over(practice: Practice) -> None:
    practice.seal(2)
    practice.deliver()
    the_file_is_overwritten(practice)

    practice.patrol()

    assert [report.header.kind for report in kept(practice)] == ["gap", "full"]


def test_with_everything_lost_nothing_is_sealed_before_the_controller_has_spoken(
    practice: Practice,
) -> None:
    practice.seal(2)
    practice.deliver()
    outbox_is_deleted(practice)
    mark_is_deleted(practice)

    with practice.sealer() as sealer:
        assert not sealer.ready
    assert practice.deliver().for_patrol
    practice.patrol()
    practice.deliver()

    gap = practice.machine.reports[2]
    assert (gap.header.epoch, gap.body.reason, gap.body.last_known) == (2, "outbox_lost", None)


def test_an_outbox_lost_before_anything_was_sealed_begins_as_if_new(practice: Practice) -> None:
    mark_is_deleted(practice)
    practice.patrol()
    practice.deliver()
    practice.patrol()

    assert [(r.header.epoch, r.header.seq) for r in kept(practice)] == [(1, 1)]


def test_at_the_cap_acknowledged_reports_go_first(practice: Practice) -> None:
    practice.seal(20)
    practice.deliver()
    with practice.sealer(Limits(30_000, 12_000)) as sealer:
        for _ in range(20):
            sealer.seal(event())
        assert sealer.waiting < 21

    assert len(practice.sealed()) < 40
    assert practice.states()[-1] == "waiting"


def test_at_the_cap_only_full_reports_and_gaps_are_sealed(practice: Practice) -> None:
    practice.seal(12)
    with practice.sealer(Limits(12_000, 64_000)) as sealer:
        with pytest.raises(OutboxFull):
            sealer.seal(event())
        sealer.seal(full())

    assert set(practice.states()) == {"waiting"}


def test_a_full_outbox_keeps_no_patrol_from_opening(practice: Practice) -> None:
    practice.seal(12)
    with Mailbag(practice.home.courier, practice.identity.anchor) as bag:
        bag.remember(bag.memory())
        bag.doubt("answer_untrusted")
    with practice.sealer(Limits(12_000, 64_000)) as sealer:
        assert sealer.seal(full())


def test_the_unsent_is_given_up_only_to_save_the_disk_and_a_gap_says_so(practice: Practice) -> None:
    with practice.sealer(Limits(12_000, 4_000)) as sealer:
        for number in range(40):
            sealer.seal(full(ms=number))

    gaps = [r.body for r in kept(practice) if isinstance(r.body, Gap)]
    assert gaps[-1].reason == "outbox_full"
    assert gaps[-1].orphans
    with Outbox(practice.home.outbox) as outbox:
        assert outbox.size_bytes() < 20_000


def test_acknowledged_reports_stay_thirty_days(practice: Practice) -> None:
    practice.seal(3)
    practice.deliver()
    practice.seal(1)
    practice.passes(days=29)
    practice.seal(1)
    assert len(practice.sealed()) == 5

    practice.passes(days=2)
    practice.seal(1)

    assert practice.states() == ["stored"] * 2 + ["waiting"]


def test_a_clock_a_year_ahead_forgets_nothing_early(practice: Practice) -> None:
    """The days are the controller's: else a wrong clock would leave nothing to refill it from."""
    stands = practice.now
    practice.controller.now = lambda: stands
    practice.seal(3)
    practice.deliver()
    practice.patrol()
    practice.now += timedelta(days=365)
    practice.patrol()
    practice.deliver()
    practice.patrol()

    assert practice.states()[:3] == ["stored"] * 3


def test_what_was_never_acknowledged_stays_for_ever(practice: Practice) -> None:
    practice.seal(3)
    practice.now += timedelta(days=400)
    practice.seal(1)

    assert len(practice.sealed()) == 4


@pytest.mark.parametrize(
    ("minutes", "trust"), [(0, "ok"), (4, "ok"), (-4, "ok"), (6, "skewed"), (-6, "skewed")]
)
def test_the_clock_is_said_as_it_is(practice: Practice, minutes: int, trust: str) -> None:
    stands = practice.now
    practice.controller.now = lambda: stands
    practice.now = stands + timedelta(minutes=minutes)
    practice.seal(1)
    practice.deliver()
    practice.seal(1)

    said = kept(practice)[-1].header.clock
    assert (said.trust, said.offset_ms) == (trust, minutes * 60_000)


def test_a_clock_that_was_set_back_since_the_last_answer_is_unset(practice: Practice) -> None:
    practice.seal(1)
    practice.deliver()
    practice.seal(1)
    practice.now -= timedelta(days=365)
    practice.seal(1)

    assert [report.header.clock.trust for report in kept(practice)] == ["ok", "ok", "unset"]


def test_a_report_quotes_the_newest_checkpoint_that_was_verified(practice: Practice) -> None:
    practice.seal(3)
    practice.deliver()
    practice.seal(1)

    assert kept(practice)[0].header.log.size == 1
    assert kept(practice)[-1].header.log.size == 4


def test_facts_are_sealed_like_anything_else(practice: Practice) -> None:
    with practice.sealer() as sealer:
        sealer.seal(Facts(subject=SELF, catalogue="1.0", facts={}))

    assert kept(practice)[0].header.kind == "facts"


def test_opening_and_closing_seals_nothing(practice: Practice) -> None:
    Sealer.open(practice.home, practice.identity, lambda: Moment(practice.now, BOOT, 1)).close()

    assert practice.sealed() == []


def test_a_losing_branch_stays_thirty_days(practice: Practice) -> None:
    practice.controller.now = lambda: practice.now
    practice.seal(1)
    practice.deliver()
    practice.seal(2)
    with practice.sealer() as sealer:
        head = sealer._linker.outbox.head()
        sealer._linker.open_epoch(2, "state_rollback", head, give_up_to=1)
    assert practice.states() == ["stored", "orphaned", "orphaned", "waiting"]

    practice.passes(days=29)
    practice.patrol()
    assert practice.states().count("orphaned") == 2
    practice.passes(days=3)
    practice.patrol()
    assert practice.states().count("orphaned") == 0
