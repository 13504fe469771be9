"""An encrypted disk whose key lies beside it is no more than a closed door with the key in it."""

import pytest

from agent.storage.survey import survey
from rules.facts.base import Unknown
from tests.agent.storage.machine import Machine


@pytest.fixture
def server() -> Machine:
    """Root on LUKS, /boot in clear, the images on a second LUKS disk."""
    machine = Machine()
    first = machine.disk("sda", "8:0")
    machine.mount(machine.partition(first, "8:1"), "/boot")
    machine.mount(machine.crypt("root", machine.partition(first, "8:2")), "/")
    machine.mount(machine.crypt("images", machine.disk("sdb", "8:16")), "/srv/images")
    return machine


def stands(machine: Machine, table: object = None) -> dict[str, object]:
    if table is not None:
        machine.files["/etc/crypttab"] = table
    said = {place.mount: place.standing.protection for place in survey(machine.host()).mounted()}
    return {k: v.why if isinstance(v, Unknown) else v for k, v in said.items() if k != "/proc"}


def test_disks_that_somebody_opens_are_protected(server) -> None:
    table = "root UUID=1 none luks\nimages UUID=2 none luks,discard\n# a remark\n\n"
    assert stands(server, table) == stands(server) | {"/boot": "unprotected"}
    assert stands(server, table)["/srv/images"] == stands(server, table)["/"] == "protected"


def test_a_key_on_a_disk_that_is_protected_itself_is_well_kept(server) -> None:
    found = stands(server, "root UUID=1 none luks\nimages UUID=2 /etc/keys/images.key luks\n")
    assert (found["/"], found["/srv/images"]) == ("protected", "protected")


def test_a_key_on_a_plain_disk_lies_beside_the_data(server) -> None:
    found = stands(server, "images UUID=2 /boot/images.key luks\n")
    assert (found["/"], found["/srv/images"]) == ("protected", "unprotected")


def test_a_key_in_the_image_that_starts_the_system_lies_in_clear_with_it(server) -> None:
    found = stands(server, "root UUID=1 /etc/keys/root.key luks,initramfs\n")
    assert (found["/"], found["/srv/images"]) == ("unprotected", "protected")


def test_one_key_in_clear_gives_away_those_behind_it(server) -> None:
    table = "root UUID=1 /etc/keys/root.key luks\nimages UUID=2 /etc/keys/images.key luks\n"
    found = stands(server, table)
    assert (found["/"], found["/srv/images"]) == ("unprotected", "unprotected")


def test_a_system_whose_boot_is_encrypted_too_may_carry_its_key() -> None:
    machine = Machine()
    machine.mount(machine.crypt("root", machine.disk("sda", "8:0")), "/")
    assert stands(machine, "root UUID=1 /etc/keys/root.key luks\n") == {"/": "protected"}


def test_a_key_that_systemd_finds_by_itself_counts(server) -> None:
    table = "images UUID=2 none luks\n"
    server.mount(server.partition("8:0", "8:3"), "/etc/cryptsetup-keys.d")
    assert stands(server, table)["/srv/images"] == "protected"
    server.files["/etc/cryptsetup-keys.d/images.key"] = "secret"
    assert stands(server, table)["/srv/images"] == "unprotected"


@pytest.mark.parametrize("options", ["luks,tpm2-device=auto", "keyscript=/bin/ask", "swap"])
def test_what_is_opened_by_other_means_is_left_to_them(server, options) -> None:
    key = "/dev/urandom" if options == "swap" else "/boot/x"
    assert stands(server, f"images UUID=2 {key} {options}\n")["/srv/images"] == "protected"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("images UUID=2 /key:UUID=3 luks\n", "unrecognised"),
        ({"error": "access_denied"}, "access_denied"),
        ("images\n", "parse_error"),
        ("images UUID=2 key luks\n", "parse_error"),
    ],
)
def test_a_key_of_which_nothing_is_known_leaves_the_disk_unread(server, table, why) -> None:
    found = stands(server, table)
    assert (found["/boot"], found["/srv/images"]) == ("unprotected", why)
