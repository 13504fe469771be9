"""How a computer notices that it is a copy."""

from pathlib import Path

import pytest

from agent.identity.binding import Binding

OP1 = Binding("board-1", "install-1", "disk-1")


@pytest.mark.parametrize(
    ("now", "changes"),
    [
        (OP1, 0),
        (Binding("board-1", "install-1", "disk-2"), 1),
        (Binding("board-2", "install-1", "disk-2"), 2),
        (Binding(None, None, None), 0),
        (Binding(None, "install-2", "disk-1"), 1),
    ],
)
def test_only_what_is_known_on_both_sides_can_change(now: Binding, changes: int) -> None:
    assert OP1.changes(now) == changes


def test_it_is_kept_for_root_alone(tmp_path: Path) -> None:
    OP1.save(tmp_path / "binding.json")

    assert Binding.load(tmp_path / "binding.json") == OP1
    assert (tmp_path / "binding.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("data", [None, b"", b"[]", b'{"v":1,"board":7}'])
def test_a_binding_that_is_missing_or_damaged_proves_no_change(
    tmp_path: Path, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / "binding.json").write_bytes(data)

    assert Binding.load(tmp_path / "binding.json").changes(OP1) == 0


def test_only_salted_hashes_leave() -> None:
    here, there = OP1.hashed(b"a" * 16), OP1.hashed(b"b" * 16)

    assert len(here.disk) == 64
    assert here.disk != there.disk
    assert Binding("board-1").hashed(b"a" * 16).disk is None
