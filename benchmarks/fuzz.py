"""Does every parser end with a value or with problems, whatever it is given?

`python -m benchmarks.fuzz [--seconds N] [--seed S] [TARGET…]` bends good inputs at random and
feeds them to the targets, each for a while in turn. Of a watched target, an input that leads where
none has led before is kept and bent again. An exception that leaves a target, or an input that
costs more than two seconds of CPU, is a finding: it is printed with all that is needed to see it
again, its target rests, and the run ends with 1. The tests make a short run of the same.
"""

import argparse
import logging
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.bends import bent
from benchmarks.fuzzed.index import TARGETS
from benchmarks.fuzzed.trail import Trail

SLOW = 2.0
TURN = 1.0
"""Seconds that a target is fed before it is the turn of the next."""
KEPT = 2_000
"""Inputs of a target that are bent again, at most."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that broke a target, or held it up."""

    target: str
    data: bytes
    what: str


@dataclass(slots=True)
class Hunt:
    """A target on the way: what may be bent next, and where it has led."""

    target: Target
    dice: random.Random
    inputs: int = 0
    _trail: Trail = field(default_factory=Trail)
    _further: list[bytes] = field(default_factory=list)

    def step(self) -> Finding | None:
        """Feed it one input; None if it took it."""
        data = bent(self.target, self.dice, self._further)
        self.inputs += 1
        if self.target.is_watched:
            self._watch(data)
        return tried(self.target, data)

    def _watch(self, data: bytes) -> None:
        try:
            leads_on = self._trail.leads_on(self.target.run, data)
        except Exception:  # noqa: BLE001 - it is told by who runs it once more, unwatched
            return
        if leads_on and len(self._further) < KEPT:
            self._further.append(data)


def tried(target: Target, data: bytes) -> Finding | None:
    """What is wrong with how a target takes an input."""
    started = time.process_time()
    try:
        target.run(data)
    except Exception as odd:  # noqa: BLE001 - whatever leaves a parser is what is looked for
        return Finding(target.name, data, f"{type(odd).__name__}: {odd}")
    took = time.process_time() - started
    return Finding(target.name, data, f"{took:.1f} s of CPU") if took > SLOW else None


def findings(targets: Sequence[Target], dice: random.Random, rounds: int) -> Iterator[Finding]:
    """What is found in so many rounds over all targets."""
    hunts = [Hunt(target, dice) for target in targets]
    for _ in range(rounds):
        for hunt in hunts:
            found = hunt.step()
            if found is not None:
                yield found


def hunted(hunts: list[Hunt], seconds: float) -> Iterator[Finding]:
    """What is found in this time; a target rests after its first."""
    end = time.monotonic() + seconds
    while hunts and time.monotonic() < end:
        for hunt in list(hunts):
            found = _turn(hunt, min(end, time.monotonic() + TURN))
            if found is not None:
                hunts.remove(hunt)
                yield found


def _turn(hunt: Hunt, end: float) -> Finding | None:
    found = None
    while found is None and time.monotonic() < end:
        found = hunt.step()
    return found


def main(words: list[str]) -> int:
    """Run until the time is over, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(words)
    unknown = [name for name in chosen.targets if name not in TARGETS]
    if unknown:
        parser.error(f"there is no target {', '.join(unknown)}")
    logging.disable(logging.WARNING)  # what collectors say of machines that lie
    names = chosen.targets or list(TARGETS)
    hunts = [Hunt(TARGETS[name], random.Random(f"{chosen.seed} {name}")) for name in names]
    count = 0
    for found in hunted(list(hunts), chosen.seconds):
        print(f"{found.target}, seed {chosen.seed}: {found.what}\n{found.data!r}", flush=True)
        count += 1
    fed = ", ".join(f"{hunt.target.name} {hunt.inputs}" for hunt in hunts)
    print(f"{sum(hunt.inputs for hunt in hunts)} inputs ({fed}): {count or 'nothing'} found")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
