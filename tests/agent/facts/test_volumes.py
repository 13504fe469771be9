"""What the shipped rule says of storage as practices have it: the stacks and their verdicts."""

from pathlib import Path

import pytest

from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.tree import TreeHost
from agent.paths import Home
from agent.settings import RootSetting, Settings
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.verdict import Verdict
from tests.agent.facts.clinic import NOW
from tests.agent.storage.machine import Machine
from tests.agent.storage.stacks import STACKS, Expected

PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN

TWELVE = {
    "lvm on luks": PASS,
    "luks on lvm beside a plain volume": FAIL,
    "luks on raid 1": PASS,
    "lvm over two disks one plain": FAIL,
    "btrfs over two devices one plain": FAIL,
    "luks root and plain swap": FAIL,
    "luks root and plain home": FAIL,
    "veracrypt by cryptsetup": PASS,
    "bitlocker by cryptsetup": PASS,
    "luks with the null cipher": FAIL,
    "a loop file on a luks volume": PASS,
    "a bind mount of an imaging folder": PASS,
}
AND_THESE = {
    "raid 1 of an encrypted and a plain member": FAIL,
    "encryption under way": FAIL,
    "swap with a random key": PASS,
    # nothing but memory was seen, and every machine has a disk
    "swap in compressed memory": UNKNOWN,
    "a closed luks volume": PASS,
    "zfs that encrypts": PASS,
    "zfs that does not": FAIL,
    "zfs without its tool": UNKNOWN,
    # the folder is encrypted, the system below it is not
    "gocryptfs": FAIL,
    "a network share": UNKNOWN,
    "the layers of a container": UNKNOWN,
    "no dmsetup but a luks2 header": PASS,
    "no dmsetup and the header elsewhere": UNKNOWN,
}


def verdict(host: TreeHost, *roots: Path) -> Verdict:
    settings = Settings(
        roots=tuple(RootSetting(label="images", path=path, role="store") for path in roots)
    )
    about = About(settings, Home(Path("/nowhere")), Memory.none(), NOW)
    readings = gather(host, about, ["volumes"])
    results = judge(builtin.pack(), readings, readings["volumes"].observed_at)
    return next(result.verdict for result in results if result.rule == "volumes-encrypted")


def built(name: str) -> TreeHost:
    machine = Machine()
    STACKS[name][0](machine)
    return machine.host()


@pytest.mark.parametrize(("name", "expected"), [*TWELVE.items(), *AND_THESE.items()])
def test_a_stack_has_its_verdict(name, expected) -> None:
    assert verdict(built(name)) is expected


def weakest(expected: Expected) -> str:
    """The worst that a stack holds: plain before unknown before encrypted."""
    said = {protection for protection, _, _ in expected.values()}
    if said & {"unprotected", "converting"}:
        return "plain"
    return "encrypted" if said <= {"protected", "locked"} else "unknown"


MEMORY_ALONE = {"swap in compressed memory"}


@pytest.mark.parametrize("name", sorted(STACKS.keys() - MEMORY_ALONE))
def test_the_verdict_on_any_stack_is_that_on_its_weakest_volume(name) -> None:
    verdicts = {"plain": FAIL, "unknown": UNKNOWN, "encrypted": PASS}
    assert verdict(built(name)) is verdicts[weakest(STACKS[name][1])]


@pytest.mark.parametrize(("system", "expected"), [("plain", FAIL), ("encrypted", PASS)])
def test_a_folder_that_encrypts_itself_does_not_speak_for_the_system_below(
    system, expected
) -> None:
    machine = Machine()
    disk = machine.disk("sda", "8:0")
    machine.mount(disk if system == "plain" else machine.crypt("root", disk), "/")
    machine.programs["lsattr -d --"] = "--------------e---E--- /srv/images\n"
    assert verdict(machine.host(), Path("/srv/images")) is expected
