"""What a machine says of itself, from the machine alone."""

from collections.abc import Mapping

import pytest

from agent.enrol import about
from agent.facts.host import hardware
from agent.host.base import Absent, Entry, HostError, Key, Ran
from agent.host.programs import Program
from agent.identity.binding import Binding
from evidence.bodies import Os
from rules.facts.base import Why


class Bench:
    """A computer on the bench: files by path, folders by what lies in them, keys by name."""

    def __init__(self, files: Mapping[str, str], os: str = "linux") -> None:
        self.files = files
        self.os = os

    def registry(self, key: str) -> Key | None:
        said = {k.rpartition("\\")[2]: ("sz", v) for k, v in self.files.items() if key in k}
        return Key(said) if said else None

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        if path not in self.files:
            raise Absent(path)
        return self.files[path].encode()

    def run(self, program: Program, *args: str) -> Ran:
        raise HostError(Why.TOOL_MISSING, program)

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        below = f"{path}/"
        names = {name.removeprefix(below).split("/")[0] for name in self.files if below in name}
        if not names:
            raise Absent(path)
        return tuple(Entry(name, "other") for name in names if "/" not in name)


PLAIN = {
    "/sys/class/dmi/id/product_uuid": "4c4c4544-0042\n",
    "/etc/machine-id": "b08dfa6083e7567a\n",
    "/proc/self/mountinfo": "22 1 8:2 / / rw - ext4 a rw\n23 22 0:4 / /proc rw - proc p rw\n",
    "/sys/dev/block/8:2/partition": "2",
    "/sys/dev/block/8:2/../serial": "S4EWNX0M\n",
}
ENCRYPTED = {
    **PLAIN,
    "/proc/self/mountinfo": "22 1 253:1 / / rw - ext4 /dev/mapper/root rw\n",
    "/sys/dev/block/253:1/slaves/dm-0/slaves/nvme0n1p3/partition": "3",
    "/sys/dev/block/253:1/slaves/dm-0/slaves/nvme0n1p3/../device/serial": "CRYPT-9\n",
}


@pytest.mark.parametrize(("files", "disk"), [(PLAIN, "S4EWNX0M"), (ENCRYPTED, "CRYPT-9")])
def test_the_serial_is_that_of_the_disk_below_partition_luks_and_lvm(
    files: dict[str, str], disk: str
) -> None:
    assert hardware.read(Bench(files)) == Binding("4c4c4544-0042", "b08dfa6083e7567a", disk)


@pytest.mark.parametrize("os", ["linux", "windows", "macos"])
def test_what_cannot_be_read_is_none(os: str) -> None:
    assert hardware.read(Bench({}, os)) == Binding()


def test_a_windows_knows_its_board_and_its_installation() -> None:
    says = {
        r"HKLM\SYSTEM\HardwareConfig\LastConfig": "{4c4c4544-0042}",
        r"HKLM\SOFTWARE\Microsoft\Cryptography\MachineGuid": "b08dfa60-83e7",
    }

    assert hardware.read(Bench(says, "windows")) == Binding("4c4c4544-0042", "b08dfa60-83e7")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            {"os": "linux", "os_version": "12", "arch": "x86_64"},
            Os(family="linux", version="12", arch="x86_64"),
        ),
        (
            {"os": "linux", "os_version": {"$unknown": "parse_error"}, "arch": "arm64"},
            Os(family="linux", version=None, arch="arm64"),
        ),
        ({}, Os(family="other", version=None, arch="other")),
        ({"os": "Dr Lee's PC"}, Os(family="other", version=None, arch="other")),
    ],
    ids=["whole", "no version", "unread", "nonsense"],
)
def test_an_unread_system_is_left_open(value: dict[str, object], said: Os) -> None:
    assert about.system(value) == said


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("OP1", "OP1"),
        ({"$unknown": "timeout"}, "unnamed"),
        ("Zoë's PC", "unnamed"),
        (None, "unnamed"),
    ],
)
def test_a_name_that_is_no_host_name_does_not_leave(read: object, said: str) -> None:
    assert about.hostname(read) == said
