"""What does a unit of the package forbid and bound? For trying it on something else."""

from pathlib import Path

LINUX = Path(__file__).parents[2] / "packaging" / "linux"
_RUNS = ("Type", "Exec", "Restart", "Watchdog", "StateDirectory", "KillMode", "Timeout")


def hardening(unit: str) -> list[str]:
    """The lines of its [Service] but those that start, restart and end it."""
    lines = (LINUX / unit).read_text(encoding="utf-8").partition("[Service]")[2]
    lines = lines.partition("[Install]")[0]
    return [
        line for line in lines.splitlines() if "=" in line and not line.startswith(("#", *_RUNS))
    ]
