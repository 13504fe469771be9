"""A machine that has not joined, cannot use its keys, or is a copy."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from agent.__main__ import main
from agent.cli.checks import joined
from agent.cli.health import Health
from agent.enrol.left import by_file
from agent.errors import JoinRefused
from agent.facts.host import hardware
from agent.host.local import LocalHost
from agent.identity import copy
from agent.identity.binding import Binding
from agent.paths import Home


@pytest.fixture
def fresh(tmp_path: Path) -> Home:
    """A machine onto which the package just came."""
    home = Home(tmp_path / "op2")
    home.create()
    return home


def test_a_machine_that_never_joined(fresh: Home, fault) -> None:
    assert "has not joined" in fault(joined.keys, home=fresh).said
    assert "dentinel enroll JOIN" in str(fault(joined.keys, home=fresh).advice)


def test_a_machine_that_joined_is_well(is_well) -> None:
    assert is_well(joined.keys)


@pytest.mark.parametrize("harm", ["gone", "cut", "another"])
def test_keys_that_cannot_be_used(seen, fault, harm: str) -> None:
    key = seen.home.report_key
    if harm == "gone":
        key.unlink()
    elif harm == "cut":
        key.write_bytes(key.read_bytes()[:-9])
    else:
        key.write_bytes(seen.home.courier_key.read_bytes())

    assert "report key" in fault(joined.keys).said


def test_a_copy_that_noticed_it(practice, fault) -> None:
    copy.check(practice.home, practice.identity.anchor, Binding("board-2", "install-2", "disk-2"))

    assert "this computer is a copy" in fault(joined.keys).said
    assert "dentinel seal" in str(fault(joined.keys).advice)


def test_a_copy_is_seen_before_the_patrol_destroys_its_keys(seen, fault) -> None:
    now = hardware.read(LocalHost())
    if sum(value is not None for value in (now.board, now.install, now.disk)) < 2:
        pytest.skip("this machine tells less than two of its values")
    Binding("board-of-op1", "install-of-op1", "disk-of-op1").save(seen.home.binding)

    assert "another computer's" in fault(joined.computer).said
    assert seen.home.report_key.exists()


def test_the_computer_that_joined_is_well(seen, is_well, ask) -> None:
    hardware.read(LocalHost()).save(seen.home.binding)

    assert is_well(joined.computer)
    assert ask(joined.computer)


def test_a_join_string_that_is_used_soon_is_no_fault(strangers, is_well, fresh: Home) -> None:
    fresh.join.write_text(f"{strangers.controller.join(strangers.door.port)}\n")

    assert is_well(joined.left, home=fresh)


def test_a_join_string_that_nobody_uses_lies_there(strangers, fault, fresh: Home, seen) -> None:
    string = strangers.controller.join(strangers.door.port)
    fresh.join.write_text(f"{string}\n")
    old = (seen.now - timedelta(hours=2)).timestamp()
    os.utime(fresh.join, (old, old))
    found = fault(joined.left, home=fresh)

    assert f"for 127.0.0.1:{strangers.door.port} lies there since" in found.said
    assert "is the guard running?" in str(found.advice)


def test_a_join_string_that_was_cut(fault, fresh: Home) -> None:
    fresh.join.write_text("dentinel1.abc\n")

    assert "no join string that is whole" in fault(joined.left, home=fresh).said


def test_a_join_string_that_was_used_up_is_told_after_it_went(practice, fault, fresh: Home) -> None:
    string = practice.controller.join(practice.door.port)
    practice.controller.secrets = dict.fromkeys(practice.controller.secrets, "")
    fresh.join.write_text(f"{string}\n")
    with pytest.raises(JoinRefused):
        by_file(fresh, fresh.join)

    assert not fresh.join.exists()
    assert "has been used already" in fault(joined.left, home=fresh).said
    assert "has been used already" in " ".join(Health.of(fresh).faults)
    assert str(string) not in fresh.join_failed.read_text()


def test_what_failed_is_forgotten_once_it_joined(practice, is_well, fresh: Home) -> None:
    fresh.join.write_text("dentinel1.nothing@nowhere\n")
    main(["--home", str(fresh.root), "enroll"])
    assert fresh.join_failed.exists()
    fresh.join.write_text(f"{practice.controller.join(practice.door.port)}\n")
    by_file(fresh, fresh.join)

    assert is_well(joined.left, home=fresh)
    assert not fresh.join_failed.exists()
