"""A service that is masked, failed, disabled or not there."""

import pytest

from agent.cli.checks import service
from agent.host.tree import TreeHost
from agent.readers import systemdunits

_SHOW = f"systemctl show --all --property={','.join(systemdunits.PROPERTIES)} *.service *.socket"


def systemd(**units: tuple[str, str]) -> TreeHost:
    """A Linux whose systemd has these units: whether each runs, and starts by itself."""
    blocks = [
        f"Id=dentinel-{name}.service\nLoadState=loaded\nActiveState={active}\nUnitFileState={file}"
        for name, (active, file) in units.items()
    ]
    other = "Id=ssh.service\nLoadState=loaded\nActiveState=failed\nUnitFileState=masked"
    return TreeHost({}, programs={_SHOW: "\n\n".join([*blocks, other]) + "\n"})


def test_a_guard_that_is_enabled_and_runs_is_well(ask) -> None:
    host = systemd(guard=("active", "enabled"), courier=("inactive", "static"))

    assert ask(service.service, host=host, is_packaged=True) == [
        ("dentinel-guard.service is active and enabled", None)
    ]


@pytest.mark.parametrize(
    ("state", "said", "advice"),
    [
        (("inactive", "masked"), "is masked", "systemctl unmask dentinel-guard.service"),
        (("failed", "enabled"), "has failed", "journalctl -u dentinel-guard.service"),
        (("active", "disabled"), "is disabled", "systemctl enable dentinel-guard.service"),
    ],
)
def test_what_is_wrong_with_the_guards_unit(fault, state, said: str, advice: str) -> None:
    found = fault(service.service, host=systemd(guard=state), is_packaged=True)

    assert said in found.said
    assert advice in str(found.advice)


def test_a_courier_that_failed_is_named(fault) -> None:
    host = systemd(guard=("active", "enabled"), courier=("failed", "static"))

    assert "dentinel-courier.service has failed" in (
        fault(service.service, host=host, is_packaged=True).said
    )


def test_a_package_that_is_half_removed(fault) -> None:
    found = fault(service.service, host=systemd(), is_packaged=True)

    assert "knows no dentinel-guard.service" in found.said


def test_a_system_without_systemd_is_not_called_well(fault) -> None:
    host = TreeHost({}, programs={_SHOW: {"error": "tool_missing"}})

    assert "cannot be asked" in fault(service.service, host=host, is_packaged=True).said


def test_a_home_of_ones_own_needs_no_service(is_well) -> None:
    assert is_well(service.service)
