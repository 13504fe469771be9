"""Does every parser end with a value or with problems, whatever it is given?

`python -m benchmarks.fuzz [--seconds N] [--seed S] [TARGET…]` bends good inputs at random and
feeds them to the targets in turn. An exception that leaves a target, or an input that costs more
than two seconds of CPU, is a finding: it is printed with all that is needed to see it again, and
the run ends with 1. The tests make a short run of the same with a fixed seed.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.fuzzed.base import Target
from benchmarks.fuzzed.index import TARGETS

SLOW = 2.0
MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that broke a target, or held it up."""

    target: str
    data: bytes
    what: str


def bent(target: Target, dice: random.Random) -> bytes:
    """One of the target's good inputs, changed in one to six places."""
    data = bytearray(dice.choice(target.seeds()))
    for _ in range(dice.randint(1, 6)):
        dice.choice(_BENDS)(data, target, dice)
    return bytes(data[:MOST_BYTES])


def _drop(data: bytearray, _: Target, dice: random.Random) -> None:
    start, end = _stretch(data, dice)
    del data[start:end]


def _repeat(data: bytearray, _: Target, dice: random.Random) -> None:
    start, end = _stretch(data, dice)
    data[end:end] = data[start:end] * dice.choice((1, 2, 3, 50))


def _insert(data: bytearray, target: Target, dice: random.Random) -> None:
    at = dice.randint(0, len(data))
    data[at:at] = dice.choice(target.words)


def _flip(data: bytearray, _: Target, dice: random.Random) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.randrange(256)


def _splice(data: bytearray, target: Target, dice: random.Random) -> None:
    other = dice.choice(target.seeds())
    start, end = _stretch(other, dice)
    at = dice.randint(0, len(data))
    data[at:at] = other[start:end]


def _stretch(data: Sequence[int], dice: random.Random) -> tuple[int, int]:
    start = dice.randint(0, len(data))
    return start, min(len(data), start + dice.choice((1, 2, 5, 20, 200)))


_BENDS: tuple[Callable[[bytearray, Target, random.Random], None], ...] = (
    _drop,
    _repeat,
    _insert,
    _insert,
    _flip,
    _splice,
)


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
    for _ in range(rounds):
        for target in targets:
            found = tried(target, bent(target, dice))
            if found is not None:
                yield found


def main(words: list[str]) -> int:
    """Run until the time is over or something is found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(words)
    unknown = [name for name in chosen.targets if name not in TARGETS]
    if unknown:
        parser.error(f"there is no target {', '.join(unknown)}")
    targets = [TARGETS[name] for name in chosen.targets or TARGETS]
    dice, end, rounds = random.Random(chosen.seed), time.monotonic() + chosen.seconds, 0
    while time.monotonic() < end:
        for found in findings(targets, dice, 20):
            print(f"{found.target}, seed {chosen.seed}: {found.what}\n{found.data!r}")
            return 1
        rounds += 20
    print(f"{rounds} inputs to each of {', '.join(one.name for one in targets)}: nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
