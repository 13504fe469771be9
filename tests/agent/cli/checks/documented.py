"""The checks in docs/operate.md, from the code: `python -m tests.agent.cli.checks.documented`."""

import inspect
import sys
from pathlib import Path

from agent.cli.checks.index import CHECKS
from rules.workbench.markdown import table

PAGE = Path(__file__).parents[4] / "docs" / "operate.md"
BEGINS = "<!-- checks begin: written by `python -m tests.agent.cli.checks.documented` -->"
ENDS = "<!-- checks end -->"


def written() -> str:
    """The page with its table as the code has it now."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGINS)
    after = rest.split(ENDS)[1]
    rows = [(f"`{name}`", " ".join(inspect.getdoc(look).split())) for name, look in CHECKS.items()]
    lines = "\n".join(table(("check", "looks at, and how it knows"), rows)).rstrip()
    return f"{before}{BEGINS}\n\n{lines}\n\n{ENDS}{after}"


def main() -> int:
    """Write the page."""
    PAGE.write_text(written(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
