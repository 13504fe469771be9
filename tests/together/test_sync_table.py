"""Each case that a sync can come to, and the tests that show it on both sides.

The table is that of the protocol: what was found, what the controller answers, what the agent
does. `-` stands where one side has no part in it. The test below fails when a test that a row
names is gone.
"""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DRAIN = "agent/outbox/test_drain.py"
SEAL = "agent/outbox/test_seal.py"
EXHIBITS = "agent/outbox/test_exhibits.py"
ALARMS = "agent/cli/test_alarms.py"
ACCEPT = "controller/intake/test_accept.py"
COMMIT = "controller/intake/test_commit.py"
RECEIVE = "controller/intake/test_receive.py"
GENERATIONS = "together/test_generations.py"

ROWS = {
    "seq known, same hash": (
        f"{DRAIN}::test_a_lost_answer_is_made_good_by_a_duplicate",
        f"{ACCEPT}::test_a_report_that_comes_again_is_a_duplicate",
    ),
    "gap, still here": (
        f"{DRAIN}::test_a_restored_controller_is_refilled",
        f"{ACCEPT}::test_a_gap_is_told_with_what_is_expected",
    ),
    "gap, and gone here": (
        f"{DRAIN}::test_what_the_controller_expects_and_is_gone_opens_a_new_epoch",
        f"{ACCEPT}::test_what_stands_before_a_gap_is_stored",
    ),
    "fork": (
        f"{DRAIN}::test_a_fork_opens_a_new_epoch_and_lists_the_losing_branch",
        f"{ACCEPT}::test_a_fork_is_evidence_and_moves_nothing",
    ),
    "the losing branch": (
        f"{SEAL}::test_a_losing_branch_stays_thirty_days",
        f"{ACCEPT}::test_the_same_fork_is_evidence_once",
    ),
    "signed gap": (
        f"{SEAL}::test_a_loss_opens_a_new_epoch_that_says_so",
        f"{ACCEPT}::test_a_signed_gap_opens_a_new_epoch",
    ),
    "nonce not the one stored": (
        f"{DRAIN}::test_a_lost_nonce_is_retried_once",
        f"{ACCEPT}::test_a_wrong_nonce_changes_nothing",
    ),
    "nonce that never fits": (
        f"{DRAIN}::test_a_nonce_that_never_fits_ends_in_a_pause",
        f"{ACCEPT}::test_two_boots_that_take_turns_for_a_day_are_two_machines",
    ),
    "a request that comes again": (
        f"{DRAIN}::test_an_old_answer_replayed_counts_for_nothing",
        f"{ACCEPT}::test_a_replayed_sync_buys_nothing",
    ),
    "delta on another full": (
        f"{DRAIN}::test_an_order_reaches_the_patrol_and_is_said_when_followed",
        f"{ACCEPT}::test_a_delta_on_an_older_full_is_rejected",
    ),
    "body breaks the schema": (
        f"{DRAIN}::test_a_rejected_report_is_kept_and_said",
        f"{ACCEPT}::test_a_body_that_breaks_the_schema_is_rejected_without_its_bytes",
    ),
    "body says what may not leave": (
        f"{SEAL}::test_what_may_not_leave_is_not_sealed",
        f"{ACCEPT}::test_a_value_that_must_stay_is_rejected_without_its_bytes",
    ),
    "header of somebody else": (
        f"{DRAIN}::test_a_header_that_is_refused_is_found_and_left_behind",
        f"{ACCEPT}::test_a_header_of_somebody_else_stores_nothing_of_the_batch",
    ),
    "bad signature, and a damaged row here": (
        f"{DRAIN}::test_a_report_that_was_damaged_on_the_disk_is_found_after_a_401",
        f"{RECEIVE}::test_one_bit_flipped_anywhere_stores_nothing",
    ),
    "unknown key, and sound rows here": (
        f"{DRAIN}::test_a_401_over_sound_reports_waits_long_and_troubles_nobody",
        f"{ACCEPT}::test_a_sync_by_an_unknown_key_is_refused",
    ),
    "unknown key: the local alarm": (
        f"{ALARMS}::test_a_controller_that_does_not_know_this_machine_is_an_alarm",
        "-",
    ),
    "pending, quarantined": (
        f"{DRAIN}::test_a_machine_that_waits_for_approval_goes_on",
        f"{ACCEPT}::test_who_is_not_approved_is_logged_in_full",
    ),
    "revoked, retired, superseded": (
        f"{DRAIN}::test_a_machine_that_is_no_longer_wanted_asks_once_a_day",
        f"{ACCEPT}::test_who_was_stopped_hears_so_signed",
    ),
    "over a limit": (
        f"{DRAIN}::test_a_batch_that_is_too_large_is_halved",
        f"{RECEIVE}::test_a_bomb_is_not_inflated",
    ),
    "busy, migrating, our own error": (
        f"{DRAIN}::test_retry_after_is_obeyed_up_to_an_hour",
        f"{COMMIT}::test_a_poisoned_sync_in_mid_batch_fails_alone",
    ),
    "no word of how long": (
        f"{DRAIN}::test_failures_wait_longer_each_time_with_jitter",
        "-",
    ),
    "TLS pin does not match": (
        f"{DRAIN}::test_a_strange_certificate_is_reported_once_the_true_one_is_back",
        "-",
    ),
    "unsigned or alien answer, of every status": (
        f"{DRAIN}::test_an_unsigned_answer_changes_nothing_but_the_next_try",
        "-",
    ),
    "forged answer": (f"{DRAIN}::test_a_forged_answer_counts_for_nothing", "-"),
    "alien answers are counted": (
        f"{DRAIN}::test_alien_answers_are_counted_and_reported_by_the_patrol",
        "-",
    ),
    "checkpoint smaller": (
        f"{DRAIN}::test_a_log_that_goes_back_is_noticed_and_the_old_one_kept",
        f"{ACCEPT}::test_proofs_lead_from_what_the_agent_knew_to_its_newest_report",
    ),
    "checkpoint not consistent": (
        f"{EXHIBITS}::test_a_split_view_is_said_once_and_both_notes_are_kept",
        f"{GENERATIONS}::test_an_old_database_serves_nobody_before_it_is_restored",
    ),
    "after a doubt all is sent again": (
        f"{EXHIBITS}::test_after_a_doubt_all_that_is_kept_is_sent_again",
        f"{ACCEPT}::test_a_report_that_comes_again_is_a_duplicate",
    ),
    "head behind what was acknowledged": (
        f"{DRAIN}::test_a_restored_controller_is_refilled_by_new_reports_too",
        f"{GENERATIONS}::test_an_older_database_is_refilled_by_its_agents",
    ),
}


def functions(file: str) -> set[str]:
    module = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS)
def test_each_case_has_its_tests(row: str) -> None:
    named = [test.split("::") for test in ROWS[row] if test != "-"]

    assert [test for file, test in named if test not in functions(file)] == []
