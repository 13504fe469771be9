"""Which machine is this: what it says of itself, and what nobody filled in."""

from pathlib import Path
from typing import Any

import pytest

from agent.facts.base import About
from agent.facts.host import linux as hosts
from agent.facts.memory import Memory
from agent.host.tree import TreeHost
from agent.paths import Home
from agent.settings import Settings
from rules.facts.base import Unknown, Why
from rules.facts.types import Version
from tests.agent.facts.clinic import NOW, about, system

DMI = "/sys/class/dmi/id"


def leaf(name: str, *without: str, **files: Any) -> Any:
    kept = {path: said for path, said in system().items() if not path.startswith(without or ("-",))}
    return getattr(hosts.linux(TreeHost(kept | files), about()), name)


@pytest.mark.parametrize(
    ("files", "virtual"),
    [
        ({}, "none"),
        ({"/proc/cpuinfo": "flags : fpu hypervisor sse\n"}, "vm"),
        ({"/proc/device-tree/hypervisor/compatible": "kvm"}, "vm"),
        ({"/.dockerenv": ""}, "container"),
        ({"/run/systemd/container": "lxc\n"}, "container"),
        ({"/proc/cpuinfo": {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_machine_may_be_inside_another(files, virtual) -> None:
    assert leaf("virtual", **files) == virtual


@pytest.mark.parametrize(
    ("said", "portable"), [("10\n", True), ("3\n", False), ("x\n", Unknown(Why.PARSE_ERROR))]
)
def test_a_laptop_is_told_by_its_chassis(said, portable) -> None:
    assert leaf("portable", **{f"{DMI}/chassis_type": said}) == portable


def test_without_a_chassis_a_battery_tells() -> None:
    assert leaf("portable", DMI) is False
    assert leaf("portable", DMI, **{"/sys/class/power_supply/BAT0/type": "Battery\n"}) is True


@pytest.mark.parametrize(
    ("files", "joined"),
    [
        ({}, "none"),
        ({"/etc/sssd/sssd.conf": "x"}, "domain"),
        ({"/etc/nsswitch.conf": "passwd: files winbind\n"}, "domain"),
        ({"/etc/nsswitch.conf": "passwd: files himmelblau\n"}, "entra"),
        ({"/etc/nsswitch.conf": "group: files\n"}, Unknown(Why.PARSE_ERROR)),
    ],
)
def test_a_machine_is_joined_where_a_directory_says_who_may_sign_in(files, joined) -> None:
    assert leaf("joined", **files) == joined


@pytest.mark.parametrize(
    "said", ["To Be Filled By O.E.M.", "Default string", "None", "0", "System Serial Number", ""]
)
def test_what_every_board_says_is_no_serial_number(said) -> None:
    assert leaf("serial", **{f"{DMI}/product_serial": f"{said}\n"}) == Unknown(Why.UNRECOGNISED)


def test_a_machine_without_tables_has_no_maker() -> None:
    assert leaf("vendor", DMI) == Unknown(Why.TOOL_MISSING)


@pytest.mark.parametrize(
    ("release", "point", "version"),
    [
        ('ID=debian\nVERSION_ID="12"\n', "12.11\n", "12.11"),
        ('ID=debian\nVERSION_ID="12"\n', "trixie/sid\n", "12"),
        ('ID=ubuntu\nVERSION_ID="24.04"\n', "trixie/sid\n", "24.04"),
    ],
)
def test_a_point_release_is_told_where_it_is_known(release, point, version) -> None:
    files = {"/etc/os-release": release, "/etc/debian_version": point}
    assert leaf("os_version", **files) == Version.parse(version)


def test_a_release_that_rolls_has_no_number() -> None:
    assert leaf("os_version", **{"/etc/os-release": "ID=arch\n"}) == Unknown(Why.UNRECOGNISED)
    assert leaf("distribution", **{"/etc/os-release": "NAME=X\n"}) == Unknown(Why.UNRECOGNISED)


def test_the_older_place_of_os_release_serves_too() -> None:
    found = leaf("distribution", "/etc/os-release", **{"/usr/lib/os-release": "ID=debian\n"})
    assert found == "debian"


def test_a_role_that_somebody_gave_counts_before_the_desktop() -> None:
    given = About(Settings(role="imaging_server"), Home(Path("/x")), Memory.none(), NOW)
    assert hosts.linux(TreeHost(system()), given).role == "imaging_server"
    assert leaf("role") == "workstation"
    assert leaf("role", "/usr/share/wayland-sessions") == "server"


def test_a_time_of_start_that_is_not_said_is_not_known() -> None:
    assert leaf("boot_time", **{"/proc/stat": "cpu 1\n"}) == Unknown(Why.PARSE_ERROR)
