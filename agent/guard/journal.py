"""What does the guard say of its own work?

One sentence a line on standard error, with `key=value`: systemd keeps it. No path of an imaging
file stands in it, only labels, names of errands and numbers.
"""

import sys


def say(sentence: str, **facts: object) -> None:
    """Write one line."""
    told = "".join(f" {key}={value}" for key, value in facts.items())
    sys.stderr.write(f"guard: {sentence}{told}\n")
    sys.stderr.flush()
