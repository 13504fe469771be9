"""Forty SIGKILLs of `fetch-packs` and `install-packs`: the last good rules stay, or the new stand.

Real processes over real TLS, with an author who signs new rules all the while. After each kill a
patrol must find rules that are whole, and no older than those before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from agent.errands import courier
from agent.packs.record import Record
from agent.packs.rules import Rules, in_force
from evidence.messages import ReadToken
from rules.compiled import builtin
from tests.agent.errands.nursery import KILLS, Nursery, nursery
from tests.agent.packs.conftest import Machine, op1, repository  # noqa: F401 - fixtures
from tests.agent.packs.repository import Repository


@dataclass
class Updating:
    """OP1, whose clinic's author signs new rules all the while."""

    machine: Machine
    nursery: Nursery
    published: int = 0

    def publish(self) -> None:
        self.published += 1
        self.machine.repository.publish(f"9.{self.published}.0")

    def rules(self) -> Rules:
        """By which a patrol would judge now."""
        found = in_force(self.machine.home, self.machine.identity, self.machine.now, builtin.pack)
        assert found.fault is None
        return found

    @property
    def number(self) -> int:
        """Which of the published rules are in force; they are whole, and fresh."""
        found = self.rules()
        (pack,) = found.packs
        assert found.policy.state == "fresh"
        return int(pack.version.split(".")[1])

    def update(self) -> None:
        assert self.nursery.finish("fetch-packs") == 0
        assert self.nursery.finish("install-packs") == 0


@pytest.fixture
def updating(op1: Machine, repository: Repository) -> Iterator[Updating]:  # noqa: F811
    controller = op1.practice.controller
    controller.read = ReadToken(token="t" * 20, until=op1.now + timedelta(hours=1))
    controller.repository = repository
    with nursery(op1.home.root, "agent.errands.fetch_packs", "agent.errands.install_packs") as made:
        found = Updating(op1, made)
        found.publish()
        assert courier.main(op1.home) == 0
        found.update()
        yield found


@pytest.mark.slow
@pytest.mark.threat("power-loss")
@pytest.mark.parametrize("errand", ["fetch-packs", "install-packs"])
def test_forty_kills_leave_the_last_good_rules_or_the_new_ones_whole(
    updating: Updating, errand: str
) -> None:
    updating.publish()
    usual, killed, before = updating.nursery.lasts("fetch-packs"), 0, updating.number
    if errand == "install-packs":
        usual = updating.nursery.lasts("install-packs")
    while killed < KILLS:
        if updating.published == updating.number:
            updating.publish()
            if errand == "install-packs":
                assert updating.nursery.finish("fetch-packs") == 0
        killed += updating.nursery.cut_down(errand, within=usual)
        if errand == "fetch-packs":
            assert updating.nursery.finish("install-packs") in (0, 75)
        assert before <= updating.number <= updating.published
        before = updating.number
        assert Record.load(updating.machine.home).news.event == "pack_installed"

    updating.update()
    assert updating.number == updating.published
    kept = updating.machine.home.kept
    assert len(list(kept.iterdir())) == 2  # the assignment and its pack: nothing half written
