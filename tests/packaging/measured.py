"""What do the packages cost and allow as installed? `python -m tests.packaging.measured dist`.

Boots a Debian of its own, installs what was built (`make packages`), and writes the table of
docs/install.md anew. The tests of the packages measure the same and hold the page to it.
"""

import json
import re
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from rules.workbench.markdown import table
from shipping.products import AGENT, CONTROLLER, VERSION
from tests.packaging.machine import Machine, booted

PAGE = Path(__file__).parents[2] / "docs" / "install.md"
BEGINS = "<!-- Measured as installed: `python -m tests.packaging.measured dist` -->"
ENDS = "<!-- So far as measured. -->"
SERVICES = tuple(unit for unit in (*AGENT.units, *CONTROLLER.units) if unit.endswith(".service"))
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """Of the agent; the memory is the sleeping guard's proportional share (PSS)."""

    mb_on_disk: int
    mb_of_the_controller: int
    kib_of_the_guard: int
    ms_to_a_command: float
    ms_to_the_guard: float


def exposure(machine: Machine) -> dict[str, float]:
    """What `systemd-analyze security` says of each unit: 10 is open, 0 closed."""
    return {unit: _exposed(machine, unit) for unit in SERVICES}


def _exposed(machine: Machine, unit: str) -> float:
    said = machine.run(f"systemd-analyze security --no-pager {unit}").stdout
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert found, said
    return float(found[1])


def cost(machine: Machine) -> Cost:
    """What the agent takes of the machine, and how long it takes to begin."""
    machine.says("systemctl restart dentinel-guard && sleep 5")
    pss = "grep ^Pss: /proc/$(systemctl show dentinel-guard -P MainPID)/smaps_rollup | tr -dc 0-9"
    often = f"for _ in $(seq {_TRIES}); do dentinel --version; done"
    return Cost(
        mb_on_disk=_megabytes(machine, AGENT.prefix),
        mb_of_the_controller=_megabytes(machine, CONTROLLER.prefix),
        kib_of_the_guard=int(machine.says(pss)),
        ms_to_a_command=_took(machine, often) / _TRIES,
        ms_to_the_guard=_took(machine, "systemctl restart dentinel-guard"),
    )


def _megabytes(machine: Machine, folder: str) -> int:
    return int(machine.says(f"du -s --block-size=MB {folder} | cut -f1 | tr -dc 0-9"))


def _took(machine: Machine, script: str) -> float:
    """Milliseconds, on the machine itself."""
    moment = "date +%s%N"
    began, ended = machine.says(f"{moment}; {script} >/dev/null; {moment}").split()
    return (int(ended) - int(began)) / 1e6


def told() -> dict[str, float]:
    """What the page says of each line of its table."""
    text = PAGE.read_text(encoding="utf-8").split(BEGINS)[1].split(ENDS)[0]
    return {name: float(said) for name, said in re.findall(r"^\| (.+?) +\| ([\d.]+)", text, re.M)}


def lines(exposed: dict[str, float], costs: Cost) -> dict[str, str]:
    """The lines of the table, by what is measured."""
    of_units = {f"`{unit}`, exposure": f"{figure}" for unit, figure in exposed.items()}
    return of_units | {
        "`/opt/dentinel`": f"{costs.mb_on_disk} MB",
        "`/opt/dentinel-controller`": f"{costs.mb_of_the_controller} MB",
        "the sleeping guard (PSS, nothing watched)": f"{costs.kib_of_the_guard / 1024:.1f} MiB",
        "until a command has answered": f"{costs.ms_to_a_command / 1000:.2f} s",
        "until the guard says that it is ready": f"{costs.ms_to_the_guard / 1000:.2f} s",
    }


def main(folder: Path) -> int:
    """Measure what lies there, print it, and write the page."""
    with tempfile.TemporaryDirectory() as name, booted(Path(name)) as machine:
        machine.takes(folder, "/srv/packages")
        for product in (CONTROLLER, AGENT):
            machine.says(f"dpkg -i /srv/packages/{product.name}_{VERSION}-1_amd64.deb")
        exposed, costs = exposure(machine), cost(machine)
    write(exposed, costs)
    sys.stdout.write(f"{json.dumps(exposed | asdict(costs), indent=1)}\n")
    return 0


def write(exposed: dict[str, float], costs: Cost) -> None:
    """Write the table of the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGINS)
    text = "\n".join(table(("as installed on Debian 12", ""), list(lines(exposed, costs).items())))
    page = f"{before}{BEGINS}\n\n{text.rstrip()}\n\n{ENDS}{rest.split(ENDS)[1]}"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
