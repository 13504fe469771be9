"""`python -m evidence BUNDLE`: the verifier, for whoever wants no command-line library.

    python -m evidence clinic.dentinel-evidence --policy clinic.policy

Exit 0: proven. 1: something is false. 2: something is missing, or the command was wrong.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evidence.verify.ask import Brought, ask
from rules import rim


def main(argv: Sequence[str] | None = None) -> int:
    """Check one bundle, print what was found, and give the exit code."""
    options = _parser().parse_args(argv)
    brought = Brought(options.policy, options.checkpoint)
    code, answer = ask(options.bundle, brought, as_json=options.format == "json")
    print(answer, end="", flush=True)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evidence",
        description="Check an evidence bundle, offline.",
        epilog="example: python -m evidence clinic.dentinel-evidence --policy clinic.policy",
    )
    parser.add_argument("bundle", type=Path, metavar="BUNDLE")
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="a C2SP tlog-policy that names the log's key"
    )
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="a checkpoint of this log that you kept"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser


if __name__ == "__main__":
    rim.run(lambda: sys.exit(main()))
