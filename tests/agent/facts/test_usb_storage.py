"""What meets a USB disk: both drivers, what is loaded already, and what lets some in."""

import subprocess
from typing import Any

import pytest

from agent.facts.usb_storage import linux as usb_storage
from agent.host.tree import TreeHost
from rules.facts.base import Items, Unknown, Why
from rules.facts.usb_storage import UsbStorage
from tests.agent.facts.clinic import RELEASE, about, op1, system
from tests.agent.storage.machine import Machine
from tests.conftest import missing
from tests.prepare import KERNEL

CONF = "/etc/modprobe.d/usb.conf"
BOTH = "install usb-storage /bin/false\ninstall uas /bin/false\n"
MODULES = f"/lib/modules/{RELEASE}"


def read(**files: Any) -> UsbStorage:
    found = usb_storage.linux(Machine(files=system() | files).host(), about())
    assert isinstance(found, UsbStorage)
    return found


# Measured with the kmod and the modules of Debian 12.
@pytest.mark.parametrize(
    ("configuration", "control", "gaps"),
    [
        ("", "open", ()),
        ("blacklist usb-storage\n", "open", ()),
        ("blacklist usb-storage\nblacklist uas\n", "blocked", ("explicit_load",)),
        ("install usb-storage /bin/false\n", "partial", ("uas",)),
        (BOTH, "blocked", ()),
        ("install uas /bin/false\n", "open", ()),
        ("install usb-storage /bin/false\nblacklist uas\n", "blocked", ()),
        ("blacklist usb-storage\ninstall uas /bin/false\n", "open", ()),
    ],
)
def test_what_modprobe_is_told(configuration, control, gaps) -> None:
    found = read(**{CONF: configuration})
    assert found.control == control
    assert found.gaps == Items(gaps)


STICK, UAS_DISK = (
    f"usb:v0781p5581d0100dc00dsc00dp00ic08isc06ip{protocol}in00" for protocol in ("50", "62")
)
"""What udev asks modprobe for: bulk-only transport, and USB Attached SCSI."""


@pytest.mark.live
@pytest.mark.parametrize(
    "configuration",
    [
        "",
        *("blacklist usb-storage\n", "blacklist usb_storage\n", "blacklist uas\n"),
        "blacklist usb-storage\nblacklist uas\n",
        *("install usb-storage /bin/false\n", "install uas /bin/true\n", BOTH),
        "install usb-storage /bin/false\nblacklist uas\n",
        "blacklist usb-storage\ninstall uas /bin/false\n",
        "alias usb-storage off\n",
        "softdep usb-storage pre: uas\n# blacklist usb-storage\n",
        "options usb-storage quirks=0781:5581:u\n",
    ],
)
def test_the_real_modprobe_does_what_is_foretold(needs, tmp_path, configuration) -> None:
    """Debian's kmod on the modules of Debian's kernel, unpacked."""
    if not KERNEL.is_dir():
        missing("no unpacked kernel here, tests/prepare.py fetches one", "live")
    (modules,) = (KERNEL / "lib/modules").iterdir()
    (tmp_path / "usb.conf").write_text(configuration)

    def loads(driver: str, *words: str) -> bool:
        kernel = ("-d", KERNEL, "-S", modules.name, "-C", tmp_path)
        said = subprocess.run(
            [needs("modprobe"), *kernel, "-n", "-v", *words], capture_output=True, check=False
        ).stdout.decode()
        return f"/{driver}.ko" in said

    found = read(
        **{
            CONF: configuration,
            f"{MODULES}/modules.builtin": (modules / "modules.builtin").read_bytes(),
            f"{MODULES}/modules.dep": (modules / "modules.dep").read_bytes(),
        }
    )
    stick, uas = loads("usb-storage", "-b", STICK), loads("uas", "-b", UAS_DISK)
    assert found.control == ("open" if stick else "partial" if uas else "blocked")
    assert ("uas" in found.gaps.items) is (uas and not stick)
    assert ("explicit_load" in found.gaps.items) is (
        not stick and loads("usb-storage", "usb-storage")
    )


def test_a_file_hides_its_namesake_in_the_folders_after_it() -> None:
    found = read(**{CONF: "", "/usr/lib/modprobe.d/usb.conf": BOTH})
    assert found.control == "open"


@pytest.mark.parametrize(
    ("files", "gap"),
    [
        ({"/sys/module/usb_storage/refcnt": "0\n"}, "already_loaded"),
        ({"/sys/module/usb_storage/parameters/quirks": ""}, "built_in"),
        ({f"{MODULES}/modules.builtin": "kernel/drivers/usb/storage/usb-storage.ko\n"}, "built_in"),
    ],
)
def test_a_driver_that_is_there_is_stopped_by_no_configuration(files, gap) -> None:
    found = read(**{CONF: BOTH} | files)
    assert found.control == "open"
    assert found.gaps.items == (gap,)
    assert [(layer.name, layer.effective) for layer in found.layers.items] == [("driver", False)]


def test_a_kernel_from_outside_cannot_be_told() -> None:
    files = {path: said for path, said in system().items() if not path.startswith(MODULES)}
    found = usb_storage.linux(Machine(files=files | {CONF: BOTH}).host(), about())
    assert found.control == Unknown(Why.CONTAINER)


def test_a_kernel_without_the_drivers_has_nothing_to_load() -> None:
    files = {
        path: said for path, said in system().items() if "/drivers/usb/storage/" not in path
    } | {f"{MODULES}/modules.dep": "kernel/fs/ext4/ext4.ko:\n"}
    found = usb_storage.linux(Machine(files=files).host(), about())
    assert found.control == "blocked"


GUARD = {
    "/etc/usbguard/usbguard-daemon.conf": (
        "RuleFile=/etc/usbguard/rules.conf\nImplicitPolicyTarget=block\n"
    ),
    "/sys/fs/cgroup/system.slice/usbguard.service/cgroup.procs": "812\n",
}


@pytest.mark.parametrize(
    ("files", "control", "gaps"),
    [
        (GUARD, "blocked", ()),
        (
            GUARD | {"/etc/usbguard/rules.conf": 'allow id 0781:5581 serial "4C53"\n'},
            "blocked",
            ("allow_list",),
        ),
        (GUARD | {"/etc/usbguard/rules.conf": "allow\n"}, "open", ()),
        (GUARD | {"/etc/usbguard/rules.d/10-all.conf": "allow\n"}, "open", ()),
        (
            GUARD | {"/etc/usbguard/usbguard-daemon.conf": "ImplicitPolicyTarget=allow\n"},
            "open",
            (),
        ),
        ({"/etc/usbguard/usbguard-daemon.conf": "ImplicitPolicyTarget=block\n"}, "open", ()),
    ],
)
def test_usbguard_counts_while_it_runs_and_blocks(files, control, gaps) -> None:
    found = read(**files)
    assert found.control == control
    assert found.gaps.items == gaps


def test_usbguard_that_cannot_be_read_may_or_may_not_block() -> None:
    found = read(**GUARD | {"/etc/usbguard/rules.conf": {"error": "access_denied"}})
    assert found.control == Unknown(Why.ACCESS_DENIED)


def test_a_phone_takes_files_too_where_the_desktop_speaks_with_it() -> None:
    found = read(**{CONF: BOTH, "/usr/libexec/gvfsd-mtp": ""})
    assert found.control == "blocked"
    assert found.gaps.items == ("phone",)


def test_a_disk_that_is_plugged_in_is_listed_and_nothing_else() -> None:
    usb = "/sys/bus/usb/devices"
    found = read(
        **{
            f"{usb}/1-1:1.0/bInterfaceClass": "08\n",
            f"{usb}/1-1/idVendor": "0781\n",
            f"{usb}/1-1/idProduct": "5581\n",
            f"{usb}/1-1/authorized": "0\n",
            f"{usb}/1-2:1.0/bInterfaceClass": "ff\n",
            f"{usb}/1-3:1.0/bInterfaceClass": "0e\n",
        }
    )
    (device,) = found.devices.items
    assert (device.vendor_id, device.product_id) == ("0781", "5581")
    assert device.allowed is False
    assert device.serial == Unknown(Why.TOOL_MISSING)
    assert device.protection is None


@pytest.mark.parametrize("why", ["access_denied", "timeout"])
def test_devices_that_cannot_be_listed_may_be_there(why) -> None:
    found = read(**{"/sys/bus/usb/devices": {"error": why}})
    assert found.devices == Items((), Why(why))


def test_op1_is_blocked() -> None:
    assert usb_storage.linux(op1(), about()).control == "blocked"
    assert isinstance(op1(), TreeHost)
