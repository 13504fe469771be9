"""Every check is asked, says what it does in the documents, and fails alone."""

import os

import pytest

from agent.cli.checks import index
from agent.cli.checks.index import CHECKS, asked, examine
from agent.errors import HomeError
from agent.paths import Home
from tests.agent.cli.checks.documented import PAGE, written


def test_the_documents_list_every_check() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), (
        "write it anew: python -m tests.agent.cli.checks.documented"
    )


def test_every_check_asks_a_question() -> None:
    assert len(CHECKS) >= 20
    for look in CHECKS.values():
        assert "?" in str(look.__doc__)


def test_behind_a_gate_that_does_not_hold_nothing_is_asked(seen, tmp_path) -> None:
    nowhere = type(seen)(home=Home(tmp_path / "no"), now=seen.now, host=seen.host)

    assert [one.name for one in examine(nowhere)] == ["packages", "program", "home"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (HomeError("the home is gone", "make one"), ("the home is gone", "make one")),
        (
            PermissionError(13, "Permission denied", "outbox.sqlite"),
            ("outbox.sqlite: Permission denied", "run as root: sudo dentinel doctor"),
        ),
    ],
)
def test_what_a_check_could_not_look_at_is_a_fault(seen, error, said) -> None:
    def broken(_seen):
        raise error
        yield

    assert asked(broken, seen) == [said]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="root becomes nobody")
def test_who_may_not_look_is_told_so_and_no_check_breaks(seen, tmp_path) -> None:
    os.seteuid(65534)
    try:
        found = examine(seen)
    finally:
        os.seteuid(0)

    assert found[-1].name == "home"
    assert "sudo" in str(found[-1].advice)


def test_damage_of_every_kind_at_once_breaks_no_check(seen) -> None:
    for path in (seen.home.trust, seen.home.outbox, seen.home.courier, seen.home.in_force):
        path.write_bytes(b"{" * 600)
    seen.home.settings.write_text("role =")
    found = index.examine(seen)

    assert {one.name for one in found if one.advice} >= {"databases", "settings", "keys", "guard"}


def test_settings_that_cannot_be_used_are_told_once(seen) -> None:
    seen.home.settings.write_text("[[imaging.root]]\nrole = 'x'\n", encoding="utf-8")
    found = examine(seen)
    assert sum("cannot be used:" in check.said for check in found) == 1
    (folders,) = [check for check in found if check.name == "folders"]
    assert folders.advice == "mend the settings first"
