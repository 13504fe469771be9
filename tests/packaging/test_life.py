"""The packages on a Debian of its own: they come up, join, report, are upgraded, and leave.

One machine is both the practice's computer and its controller; it is booted once, and the tests go
on from where the one before stopped. `make try-packages` builds what is tried: DENTINEL_PACKAGES
names the folder.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipping.products import VERSION
from tests.controller import older
from tests.packaging import measured
from tests.packaging.hardening import hardening
from tests.packaging.machine import Machine, booted

pytestmark = pytest.mark.slow

_SENT = "dentinel status --format json | grep -q '\"waiting\": 0'"
_NEXT = "/srv/packages/next"
_READY = (
    "python3.11 -c 'from urllib.request import urlopen;"
    ' urlopen("http://localhost:8444/readyz", timeout=5)\''
)
# What is asked of the machine anew each time may be another the next moment.
_PASSING = {"agent", "imaging"}


@pytest.fixture(scope="module")
def op1(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A computer of the practice, with the packages at /srv/packages."""
    with booted(tmp_path_factory.mktemp("op1")) as machine:
        machine.takes(packages, "/srv/packages")
        yield machine


def deb(product: str, revision: int = 1) -> str:
    folder = "/srv/packages" if revision == 1 else _NEXT
    return f"{folder}/{product}_{VERSION}-{revision}_amd64.deb"


def identity(machine: Machine) -> str:
    """The keys and the enrolment, by their hashes."""
    return machine.says("cd /var/lib/dentinel/identity && sha256sum *.key enrolled.json")


def test_the_controller_is_installed_and_serves_its_practice(op1: Machine) -> None:
    op1.says(f"dpkg -i {deb('dentinel-controller')}")
    op1.says(
        "echo DENTINEL_CONTROLLER_AGENTS=localhost:8443 > /etc/dentinel-controller/environment"
        ' && dentinel-controller init --org "North Quay IT" --clinic "Bright Smiles"'
        " --email dr_lee@bright-smiles.example"
    )
    op1.says("systemctl start dentinel-controller")
    op1.comes(f"{_READY} && systemctl is-active dentinel-controller")

    assert op1.says("stat -c %U:%a /var/lib/dentinel-controller/keys/seed") == (
        "dentinel-controller:600"
    )


def test_the_agent_joins_by_the_silent_property(op1: Machine) -> None:
    token = op1.says("dentinel-controller token make --host localhost:8443")
    join = re.search(r"dentinel1\.\S+", token)[0]
    op1.says(f"dpkg -i {deb('dentinel')}", DENTINEL_JOIN=join, DEBIAN_FRONTEND="noninteractive")
    op1.comes("test -e /var/lib/dentinel/identity/enrolled.json")
    op1.comes("! test -e /etc/dentinel/join")

    assert join.split(".")[2] not in op1.says("journalctl --no-pager; cat /var/log/dpkg.log")


def test_its_first_report_reaches_the_controller(op1: Machine) -> None:
    op1.comes(_SENT)
    op1.comes("dentinel-controller machine list | grep -i op1")

    assert op1.says("systemctl is-active dentinel-guard dentinel-courier.path").split() == [
        "active",
        "active",
    ]


def test_nothing_failed_on_the_way(op1: Machine) -> None:
    failed = op1.says("systemctl list-units --failed --plain --no-legend 'dentinel*'")

    assert failed == ""


def test_each_process_is_who_it_should_be(op1: Machine) -> None:
    assert op1.says("systemctl show -P User dentinel-courier dentinel-packs dentinel-visit").split()
    assert op1.says("stat -c %U:%G:%a /var/lib/dentinel/identity/report.key") == "root:root:600"
    assert op1.says("stat -c %a /var/lib/dentinel/outbox") == "2770"


def test_the_guard_answers_its_watchdog(op1: Machine) -> None:
    said = op1.says("systemctl show dentinel-guard -P WatchdogUSec -P NotifyAccess -P SubState")

    assert sorted(said.split()) == ["3min", "main", "running"]


def test_how_much_each_unit_is_exposed_is_what_the_page_says(op1: Machine) -> None:
    exposed = measured.exposure(op1)
    told = measured.told()

    assert exposed == {unit: told[f"`{unit}`, exposure"] for unit in measured.SERVICES}
    unprivileged = {*exposed} - {"dentinel-guard.service", "dentinel-enroll.service"}
    assert all(exposed[unit] < 2.5 for unit in unprivileged)


def test_what_it_costs_as_installed_is_what_the_page_says(op1: Machine) -> None:
    costs, told = measured.cost(op1), measured.told()

    assert costs.mb_on_disk <= told["`/opt/dentinel`"] * 1.05 <= 100
    assert costs.mb_of_the_controller <= told["`/opt/dentinel-controller`"] * 1.05
    guard = told["the sleeping guard (PSS, nothing watched)"]
    assert costs.kib_of_the_guard / 1024 <= guard * 1.25 <= 20
    assert costs.ms_to_the_guard < 10_000


def facts(machine: Machine, prefix: str = "") -> dict[str, object]:
    said = machine.says(f"{prefix} /opt/dentinel/bin/dentinel facts --format json")
    found = json.loads(said)["facts"]
    return {
        name: {key: _lasting(one.get(key)) for key in ("status", "value", "reason")}
        for name, one in found.items()
        if name not in _PASSING
    }


def _lasting(value: object) -> object:
    """Without what tells of the asking itself: since when we know, and units that come and go."""
    if isinstance(value, dict):
        return {key: _lasting(one) for key, one in value.items() if key != "state_since"}
    if isinstance(value, list):
        return [_lasting(one) for one in value if not _is_asking(one)]
    return value


def _is_asking(one: object) -> bool:
    name = str(one.get("name")) if isinstance(one, dict) else ""
    return name.startswith(("run-u", "dentinel-")) or name == "systemd-timedated.service"


def properties(unit: str) -> str:
    """What the unit's hardening says, for systemd-run."""
    return " ".join(f"-p '{line}'" for line in hardening(unit))


def test_no_line_of_the_units_hides_a_fact(op1: Machine) -> None:
    under = f"systemd-run --quiet --pipe --wait {properties('dentinel-guard.service')}"
    free, bound = facts(op1), facts(op1, under)

    assert len(free) > 15
    assert bound == free


_WEEK_AGO = """
import json, sqlite3
from datetime import UTC, datetime, timedelta
with sqlite3.connect("/var/lib/dentinel/courier/courier.sqlite") as memory:
    ((text,),) = memory.execute("SELECT document FROM memory")
    at = datetime.now(UTC) - timedelta(days=8)
    document = json.dumps({**json.loads(text), "seen_at": at.isoformat()})
    memory.execute("UPDATE memory SET document = ?", (document,))
"""
"""The courier remembers that it reached the controller eight days ago, for the last time."""


def test_a_courier_that_reached_nobody_for_a_week_is_a_failed_rule(op1: Machine) -> None:
    op1.says("systemctl stop dentinel-controller dentinel-courier")
    op1.says(f"python3.11 -c '{_WEEK_AGO}' && systemctl restart dentinel-guard")
    op1.comes(_says_of_itself("fail"))
    op1.says("systemctl start dentinel-controller")
    op1.comes(f"{_READY} && systemctl start dentinel-courier && {_SENT}")
    op1.says("systemctl restart dentinel-guard")

    op1.comes(_says_of_itself("pass"))


def _says_of_itself(verdict: str) -> str:
    """Is that what the last patrol found of the agent's own health?"""
    read = 'json.load(open("/var/lib/dentinel/run/results.json"))["verdicts"]["agent-reports"]'
    return f'python3.11 -c \'import json; assert {read}["verdict"] == "{verdict}"\''


def test_reports_that_wait_and_all_else_outlive_an_upgrade(op1: Machine) -> None:
    op1.says("systemctl stop dentinel-controller")
    before = identity(op1)
    op1.says("systemctl restart dentinel-guard")
    op1.comes("dentinel status --format json | grep -qE '\"waiting\": [1-9]'")
    op1.says(f"dpkg -i {deb('dentinel', 2)}")

    assert identity(op1) == before
    assert op1.says("dpkg-query -W -f '${Version}' dentinel") == f"{VERSION}-2"
    assert op1.says("systemctl is-active dentinel-guard") == "active"
    op1.says("systemctl start dentinel-controller")
    op1.comes(f"{_READY} && systemctl start dentinel-courier && {_SENT}")


def test_the_release_before_is_refused_and_the_agent_goes_on(op1: Machine) -> None:
    done = op1.run(f"dpkg -i {deb('dentinel')}")

    assert done.returncode != 0
    assert f"is older than {VERSION}-2" in done.stderr
    op1.comes("systemctl is-active dentinel-guard")
    assert op1.says("dpkg-query -W -f '${Version} ${Status}' dentinel") == (
        f"{VERSION}-2 install ok installed"
    )


def test_an_installation_that_was_cut_off_is_mended_by_going_on(op1: Machine) -> None:
    before = identity(op1)
    for seconds in (0.3, 1.5, 4):
        op1.run(f"timeout --signal=KILL {seconds} dpkg -i {deb('dentinel', 2)}; true")
        op1.says(f"dpkg -i {deb('dentinel', 2)} && dpkg --configure -a && dpkg --audit")
        assert op1.says("dpkg --verify dentinel") == "", seconds

    assert identity(op1) == before
    op1.comes("systemctl is-active dentinel-guard")
    assert op1.run("dentinel doctor").stdout.startswith("ok    packages")


def test_what_is_removed_leaves_its_state_alone(op1: Machine) -> None:
    op1.says("dpkg --remove dentinel")

    assert op1.run("systemctl is-active dentinel-guard").returncode != 0
    assert op1.run("ls -d /opt/dentinel /usr/bin/dentinel").stdout == ""
    assert op1.says("ls /var/lib/dentinel/identity/report.key")


def test_what_comes_again_is_the_machine_it_was(op1: Machine) -> None:
    before = identity(op1)
    op1.says(f"dpkg -i {deb('dentinel', 2)}")

    assert identity(op1) == before
    op1.comes("systemctl is-active dentinel-guard")


def test_a_controller_of_the_first_release_is_brought_up_by_its_upgrade(
    op1: Machine, tmp_path: Path
) -> None:
    home = "/var/lib/dentinel-controller"
    op1.says(f"systemctl stop dentinel-controller && rm -rf {home}/*")
    op1.lays(older.first(tmp_path).root, home)
    op1.says(f"chown -R dentinel-controller: {home}")
    op1.says(f"dpkg -i {deb('dentinel-controller')}")
    op1.comes(f"{_READY} && systemctl is-active dentinel-controller")

    assert op1.says(f"ls {home}/before").endswith(".box")
    assert "are what its reports say" in op1.says("dentinel-controller rebuild --check")
    assert len(op1.says("dentinel-controller machine list").splitlines()) == 3


def test_what_is_purged_leaves_nothing(op1: Machine) -> None:
    op1.says("dpkg --purge dentinel dentinel-controller")
    places = "/opt/dentinel* /var/lib/dentinel* /etc/dentinel* /usr/bin/dentinel*"

    assert op1.run(f"ls -d {places}").stdout == ""
    assert op1.run("getent passwd dentinel dentinel-controller").stdout == ""
    assert op1.says("systemctl list-unit-files --no-legend 'dentinel*'; true") == ""
