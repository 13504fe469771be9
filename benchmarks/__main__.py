"""`python -m benchmarks [NAME…]`: run the bars and write benchmarks/RESULTS.md."""

import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import Row, machine

HERE = Path(__file__).parent
BARS = (
    *("startup", "guard_idle", "facts", "audit", "patrol", "engine", "batch", "check", "packs"),
    *(
        "verify",
        "acknowledged",
        "volumes",
        "scan",
        "watching",
        "loss",
        "hostile",
        "hostile_files",
        "new_rules",
        "pages",
        "storage",
        "told",
    ),
)
HEAD = "| bar | what | measured | peer or floor | limit | |\n|---|---|---|---|---|---|"


def main(names: list[str]) -> int:
    """Run the bars that are named, or all; only a whole run is written down."""
    unknown = [name for name in names if name not in (*BARS, "guard_hour")]
    if unknown:
        print(f"no such bar: {', '.join(unknown)}; there are {', '.join(BARS)} and guard_hour")
        return 2
    rows: list[Row] = []
    for name in names or BARS:
        print(f"{name} …", file=sys.stderr)
        rows += importlib.import_module(f"benchmarks.{name}").rows()
    table = "\n".join([HEAD, *(row.line() for row in rows)])
    print(table)
    if not names:
        (HERE / "RESULTS.md").write_text(page(table), encoding="utf-8")
    return 0


def page(table: str) -> str:
    """The page of results, with the machine and the day."""
    return (
        "# Results\n\n"
        "Written by `make bench`. Medians, with the least and the most in brackets; bars and "
        "method stand in the head of each file beside this page.\n\n"
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}.\n\n{table}\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
