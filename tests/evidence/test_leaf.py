"""What does a line of the log say?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from evidence import leaf
from evidence.errors import Malformed, TooLarge
from evidence.leaf import Leaf
from tests.evidence.clinic import CLINIC, HASH

AT: dict[str, Any] = {"at": datetime(2026, 11, 22, 13, 40, tzinfo=UTC)}
PLACE: dict[str, Any] = AT | {"agent": CLINIC, "epoch": 1, "seq": 212}
LEAVES: list[Leaf] = [
    leaf.EnrollLeaf(**AT, agent=CLINIC, env=HASH, anchor=HASH, report_key=HASH, courier_key=HASH),
    leaf.ReportLeaf(**PLACE, rk="full", env=HASH),
    leaf.RejectedLeaf(**PLACE, env=HASH, why="privacy"),
    leaf.ForkLeaf(**PLACE, env=HASH, held=HASH),
    leaf.StateLeaf(**AT, agent=CLINIC, state="active", why="approved", by=CLINIC),
    leaf.RevokeLeaf(**AT, agent=CLINIC, keyid=HASH, why="stolen", by=None),
    leaf.KeysLeaf(**AT, env=HASH),
    leaf.PolicyLeaf(**AT, targets=42, sha256=HASH),
    leaf.WaiverLeaf(**AT, id=CLINIC, act="granted", doc=HASH),
    leaf.AttestationLeaf(**AT, id=CLINIC, act="stated", doc=HASH),
    leaf.AdminLeaf(**AT, n=7, act="token.create", row=HASH),
    leaf.ErasedLeaf(**AT, leaves=(1, 2), why="retention"),
    leaf.RestartLeaf(**AT, old="dentinel/a/b/1", size=9, root=HASH, why="restored"),
]


@pytest.mark.parametrize("said", LEAVES, ids=lambda said: said.kind)
def test_a_line_is_read_as_it_was_written(said: Leaf) -> None:
    line = said.to_line()

    assert leaf.read(line) == said
    assert b"\n" not in line
    assert line.startswith(b'{"v":1,"kind":"' + said.kind.encode())


def test_every_kind_is_tried_here() -> None:
    assert {said.kind for said in LEAVES} == set(leaf._KINDS)


def test_a_newer_controller_may_say_more() -> None:
    line = LEAVES[1].to_line()[:-1] + b',"newer":1}'

    assert leaf.read(line) == LEAVES[1]


@pytest.mark.parametrize(
    "line",
    [b"", b"[]", b"{}", b'{"v":1,"kind":"other"}', b'{"v":1,"kind":["report"]}',
     b'{"v":1,"kind":"keys","at":"2026-11-22T13:40:00.000Z","env":"x"}',
     b'{"v":2,"kind":"keys","at":"2026-11-22T13:40:00.000Z","env":"' + b"0" * 64 + b'"}'],
)  # fmt: skip
def test_what_is_no_line_is_refused(line: bytes) -> None:
    with pytest.raises(Malformed):
        leaf.read(line)


def test_a_line_has_a_megabyte_at_most() -> None:
    with pytest.raises(TooLarge):
        leaf.read(b" " * (leaf.LINE_LIMIT + 1))
