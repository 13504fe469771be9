"""Each mistake that other tools were seen to make has its tests here, by name.

A test that is renamed or taken away makes this one fail: somebody has to say what stands in its
place. What stands below the table had no test of its own elsewhere.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

from rules.facts.types import Version

HERE = Path(__file__).parent
WINDOWS, MACOS, STORAGE = HERE / "windows", HERE / "macos", HERE.parent / "storage"

TESTS: dict[str, list[tuple[Path, str]]] = {
    "a limit of 0 is taken for a short one, when it means never": [
        (WINDOWS / "test_users.py", "test_the_least_of_the_mechanisms_counts_and_0_is_never"),
        (MACOS / "test_users.py", "test_a_profile_may_also_say_never"),
        (HERE / "test_users.py", "test_a_person_may_switch_it_off_where_nothing_is_locked"),
        (WINDOWS / "test_network.py", "test_a_session_without_input_ends_and_0_is_never"),
    ],
    "a property that is kept from before says protected on a disk that was decrypted": [
        (
            WINDOWS / "test_volumes.py",
            "test_what_is_decrypted_is_unprotected_whatever_else_is_said",
        ),
    ],
    "paused is shown as off, and what is not supported as a failure": [
        (WINDOWS / "test_volumes.py", "test_each_state_is_told_from_the_others"),
        (HERE / "test_gather.py", "test_a_system_without_a_recipe_is_unsupported"),
    ],
    "no encryption passes, or any, or only the first disk is looked at": [
        (STORAGE / "test_survey.py", "test_a_stack_stands_as_its_weakest_way"),
        (WINDOWS / "test_volumes.py", "test_on_one_pc_all_is_well_and_on_the_other_nothing"),
    ],
    "an antivirus counts as on whatever its state says": [
        (WINDOWS / "test_antivirus.py", "test_the_bits_of_a_state_are_told_apart"),
    ],
    "a dark display is taken for a lock, or the service's own settings for everybody's": [
        (WINDOWS / "test_users.py", "test_a_machine_locks_by_sleeping_if_waking_asks"),
        (WINDOWS / "test_users.py", "test_one_person_without_a_lock_is_seen_beside_one_with"),
    ],
    "key files are read, and not the database that is in force; what is not locked counts": [
        (HERE / "test_users.py", "test_a_key_file_that_nobody_compiled_is_not_in_force"),
        (HERE / "test_users.py", "test_a_person_may_switch_it_off_where_nothing_is_locked"),
    ],
    "a text in English decides, a name, or a file that a newer system has left behind": [
        (WINDOWS / "test_records.py", "test_a_category_is_on_record_where_what_tells_it_is"),
        (
            WINDOWS / "test_accounts.py",
            "test_the_built_in_administrator_is_one_whatever_it_is_called",
        ),
        (MACOS / "test_firewall.py", "test_a_file_that_was_left_behind_has_no_say_on_macos_15"),
    ],
    "blacklist is taken for a block, and a driver in the kernel overlooked": [
        (HERE / "test_usb_storage.py", "test_what_modprobe_is_told"),
        (HERE / "test_usb_storage.py", "test_the_real_modprobe_does_what_is_foretold"),
        (
            HERE / "test_usb_storage.py",
            "test_a_driver_that_is_there_is_stopped_by_no_configuration",
        ),
    ],
    "nothing is missing on a machine that never looked, and updates are on without their service": [
        (HERE / "test_patching.py", "test_an_old_look_never_gives_an_empty_list"),
        (HERE / "test_patching.py", "test_automatic_means_that_something_starts_it"),
        (
            WINDOWS / "test_system.py",
            "test_updates_come_by_themselves_if_their_services_may_run",
        ),
        (WINDOWS / "test_patching.py", "test_a_stale_search_is_never_an_empty_list"),
    ],
    "Modern Standby wakes without a password, whatever the lock policies say": [
        (WINDOWS / "test_users.py", "test_waking_asks_or_is_said_not_to"),
    ],
}


@cache
def named_in(file: Path) -> frozenset[str]:
    parts = ast.parse(file.read_text(encoding="utf-8")).body
    return frozenset(one.name for one in parts if isinstance(one, ast.FunctionDef))


@pytest.mark.parametrize("mistake", TESTS)
def test_a_mistake_of_others_is_a_test_here(mistake) -> None:
    assert TESTS[mistake]
    assert [name for file, name in TESTS[mistake] if name not in named_in(file)] == []


def test_versions_are_numbers_and_no_texts() -> None:
    assert Version.parse("14.10") > Version.parse("14.9")
    assert Version.parse("10.0.9200") < Version.parse("10.0.26100")
