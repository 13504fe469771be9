"""What the firmware says of itself, and what its silence means."""

from typing import Any

import pytest

from agent.facts.boot_security import linux as boot_security
from agent.host.tree import TreeHost
from rules.facts.base import Unknown, Why
from rules.facts.types import Version
from tests.agent.facts.clinic import EFI, EFI_GLOBAL, about, system

SECURE, SETUP = f"{EFI}/SecureBoot-{EFI_GLOBAL}", f"{EFI}/SetupMode-{EFI_GLOBAL}"
TPM = "/sys/class/tpm"


def leaf(name: str, *without: str, **files: Any) -> Any:
    kept = {path: said for path, said in system().items() if not path.startswith(without or ("-",))}
    return getattr(boot_security.linux(TreeHost(kept | files), about()), name)


@pytest.mark.parametrize(
    ("without", "files", "secure"),
    [
        ((), {}, True),
        ((), {SECURE: b"\6\0\0\0\0"}, False),
        ((), {SECURE: b"\6\0\0\0\2"}, Unknown(Why.PARSE_ERROR)),
        ((), {SECURE: b"\6\0\0\0"}, Unknown(Why.PARSE_ERROR)),
        ((), {SECURE: {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
        # UEFI that knows no Secure Boot
        ((SECURE,), {}, None),
        # its variables are not mounted
        ((EFI,), {"/sys/firmware/efi/systab": ""}, Unknown(Why.TOOL_MISSING)),
        # BIOS has none
        (("/sys/firmware/efi",), {}, None),
    ],
)
def test_secure_boot_is_on_off_or_not_there(without, files, secure) -> None:
    assert leaf("secure_boot", *without, **files) == secure


def test_setup_mode_is_said() -> None:
    assert leaf("setup_mode", **{SETUP: b"\6\0\0\0\1"}) is True


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({}, Version((2, 0))),
        ({f"{TPM}/tpm0/tpm_version_major": "1\n"}, Version((1, 2))),
        ({f"{TPM}/tpm0/tpm_version_major": "two\n"}, Unknown(Why.PARSE_ERROR)),
    ],
)
def test_a_tpm_says_its_version(files, version) -> None:
    assert leaf("tpm_version", **files) == version


def test_a_kernel_that_sees_no_tpm_has_none() -> None:
    assert leaf("tpm_version", TPM) is None


def test_an_old_kernel_that_tells_no_version_leaves_it_unknown() -> None:
    assert leaf("tpm_version", TPM, **{f"{TPM}/tpm0/caps": "x"}) == Unknown(Why.TOOL_MISSING)


def test_a_machine_with_a_device_tree_is_neither() -> None:
    files = {"/proc/device-tree/model": "board"}
    assert leaf("firmware", "/sys/firmware/efi", **files) == Unknown(Why.UNRECOGNISED)


def test_inside_a_container_nothing_is_known() -> None:
    files = system() | {"/run/systemd/container": "lxc\n"}
    assert boot_security.linux(TreeHost(files), about()) == Unknown(Why.CONTAINER)
