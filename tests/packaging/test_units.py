"""The units of the package: split by privilege, and nothing in them that would hide a fact."""

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.guard import rounds, rules

FOLDER = Path(__file__).parents[2] / "packaging" / "linux"
UNITS = (
    "dentinel-guard.service",
    "dentinel-courier.service",
    "dentinel-courier.path",
    "dentinel-visit.service",
    "dentinel-visit.path",
    "dentinel-packs.service",
    "dentinel-packs.path",
    "dentinel-enroll.service",
    "dentinel-enroll.path",
    "dentinel-controller.service",
)


def unit(name):
    found = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    found.optionxform = str
    found.read(FOLDER / name)
    return found


@pytest.mark.parametrize(
    "option",
    [
        "PrivateNetwork",
        "PrivateDevices",
        "PrivateTmp",
        "ProtectClock",
        "ProtectHome",
        "ProtectHostname",
        "ProtectKernelModules",
        "ProtectProc",
        "MemoryDenyWriteExecute",
        "RestrictSUIDSGID",
        "DynamicUser",
    ],
)
def test_the_guard_is_not_blinded(option):
    assert option not in unit("dentinel-guard.service")["Service"]


def test_the_guard_has_no_network_and_writes_to_its_own_folder_alone():
    service = unit("dentinel-guard.service")["Service"]

    assert service["RestrictAddressFamilies"] == "AF_UNIX AF_NETLINK"
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "/var/lib/dentinel"
    assert "--no-network" in service["ExecStart"]


def test_the_courier_has_no_privilege():
    service = unit("dentinel-courier.service")["Service"]

    assert service["User"] == "dentinel"
    assert service["CapabilityBoundingSet"] == ""
    assert "identity" not in service["ReadWritePaths"]


def test_a_visit_has_no_privilege_and_sees_neither_keys_nor_reports():
    service = unit("dentinel-visit.service")["Service"]

    assert service["User"] == "dentinel"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ReadWritePaths"] == "/var/lib/dentinel/visits"
    hidden = {path.rpartition("/")[2] for path in service["InaccessiblePaths"].split()}
    assert hidden == {"identity", "outbox", "courier"}


def test_a_visit_ends_after_the_guard_would_have_ended_it():
    assert float(unit("dentinel-visit.service")["Service"]["TimeoutStartSec"]) == rounds._VISIT_S


def test_the_guard_brings_the_path_units_along():
    assert unit("dentinel-guard.service")["Install"]["Also"].split() == [
        "dentinel-courier.path",
        "dentinel-visit.path",
        "dentinel-packs.path",
    ]


def test_who_fetches_rules_has_no_privilege_and_sees_neither_reports_nor_keys():
    service = unit("dentinel-packs.service")["Service"]

    assert service["User"] == "dentinel"
    assert service["CapabilityBoundingSet"] == ""
    assert service["ReadWritePaths"].split() == [
        "/var/lib/dentinel/packs/incoming",
        "/var/lib/dentinel/courier",
    ]
    assert service["InaccessiblePaths"].split() == [
        "/var/lib/dentinel/outbox",
        "-/var/lib/dentinel/identity/courier.key",
    ]


def test_a_fetch_ends_when_the_guard_would_have_ended_it():
    assert float(unit("dentinel-packs.service")["Service"]["TimeoutStartSec"]) == rules._FETCH_S


def test_the_wake_file_of_rules_starts_their_fetch():
    path = unit("dentinel-packs.path")["Path"]

    assert path["PathModified"] == "/var/lib/dentinel/run/wake-packs"
    assert path["Unit"] == "dentinel-packs.service"


def test_the_wake_file_of_a_visit_starts_it():
    path = unit("dentinel-visit.path")["Path"]

    assert path["PathModified"] == "/var/lib/dentinel/run/wake-visit"
    assert path["Unit"] == "dentinel-visit.service"


def test_the_wake_file_starts_the_courier():
    path = unit("dentinel-courier.path")["Path"]

    assert path["PathModified"] == "/var/lib/dentinel/run/wake"
    assert path["Unit"] == "dentinel-courier.service"


@pytest.mark.parametrize("name", ["dentinel-guard.service", "dentinel-enroll.service"])
def test_no_unit_of_roots_takes_the_folder_from_the_couriers_group(name):
    # systemd would change the group of all that lies in a StateDirectory to the unit's own.
    assert "StateDirectory" not in unit(name)["Service"]


def test_settings_that_cannot_be_used_are_not_tried_for_ever():
    assert unit("dentinel-guard.service")["Service"]["RestartPreventExitStatus"] == "78"


def test_systemd_understands_every_line(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    for name in UNITS:
        text = (FOLDER / name).read_text().replace("ExecStart=/opt", "ExecStart=-/opt")
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *paths],
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in done.stderr.splitlines() if "dentinel" in line] == []
