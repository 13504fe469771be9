"""Bright Smiles after a restore: its log lost its end, and goes on in another generation."""

from dataclasses import replace

from evidence import bundle, report
from evidence.bodies import LocalEvent
from evidence.bundle import Contents
from evidence.checkpoint import Checkpoint
from evidence.leaf import ReportLeaf, RestartLeaf
from evidence.trust_policy import TrustPolicy
from tests.evidence.clinic import ORIGIN, BrightSmiles, Machine, full

HEARD = LocalEvent(event="log_restarted", code=None, ref=None, n=0)
NEXT = f"{ORIGIN.removesuffix('/1')}/2"


class Restored(BrightSmiles):
    """What goes on for `old`, of which the first `held` lines were in the backup."""

    def __init__(self, old: BrightSmiles, held: int) -> None:
        super().__init__(NEXT)
        self.old, self.held = old, held
        whole = old.tree()[0][-1]
        begun = RestartLeaf(
            at=self.now, old=ORIGIN, size=whole.size, root=whole.root.hex(), why="restore"
        )
        self.lines = [begun.to_line(), *self.lines]
        self.keys = [replace(record, leaf=record.leaf + 1) for record in self.keys]
        self.machines = old.machines

    @property
    def policy(self) -> TrustPolicy:
        """Both generations."""
        return TrustPolicy((self.old.named(self.old.log_key), self.named(self.log_key)))

    def send_again(self, machine: Machine) -> int:
        """A machine brings what the backup lacks; how many reports those are."""
        logged = b"\n".join(self.old.lines[: self.held])
        lost = [each for each in machine.sealed if each.sha.encode() not in logged]
        for each in lost:
            header, _ = report.read_header(each.payload)
            leaf = ReportLeaf(
                at=self.now,
                agent=header.agent,
                epoch=header.epoch,
                seq=header.seq,
                rk=header.kind,
                env=each.sha,
            )
            self.log(leaf)
        return len(lost)

    def contents(self, first: int = 0) -> Contents:
        """All of the new generation, and the old one as it was restored."""
        lines = self.old.lines[: self.held]
        root = self.old.tree()[0][self.held].root
        signed = Checkpoint(ORIGIN, self.held, root).sign(self.old.log_key, *self.old.beside)
        before = [replace(each, generation=1) for each in self.old.keys if each.leaf < self.held]
        logged = b"\n".join([*lines, *self.lines])
        reports = {
            one.agent: [each for each in one.sealed if each.sha.encode() in logged]
            for one in self.machines.values()
        }
        whole = super().contents(first)
        return replace(
            whole,
            keys=[*before, *whole.keys],
            reports={agent: sent for agent, sent in reports.items() if sent},
            earlier={1: bundle.Stretch(first=0, frontier=(), lines=lines, checkpoint=signed)},
        )


def restored(lost: int = 4) -> Restored:
    """Two machines sent three reports each; the last lines were lost, and nobody came again yet."""
    old = BrightSmiles()
    for name in ("OP1", "OP2"):
        old.enroll(name)
    for _ in range(3):
        for machine in list(old.machines.values()):
            old.send(machine, full())
    return Restored(old, len(old.lines) - lost)
