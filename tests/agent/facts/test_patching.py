"""What is missing, since when, and how fresh that knowledge is."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.facts.memory import Memory
from agent.facts.patching import linux as patching
from agent.host.local import LocalHost
from agent.host.tree import TreeHost
from rules.facts.base import Items, Unknown, Why
from rules.facts.form import instant
from rules.facts.patching import Patching
from tests.agent.facts.clinic import (
    APT,
    APT_FROM_AFAR,
    CONFIG,
    NOTHING,
    NOW,
    SECURITY,
    TWO_WAIT,
    about,
    system,
)

LISTS = "/var/lib/apt/lists"
STAMP = "/var/lib/apt/periodic/update-success-stamp"
TIMERS = "/etc/systemd/system/timers.target.wants"


def read(
    files: dict[str, Any] | None = None, memory: Memory | None = None, **programs: Any
) -> Patching:
    said = {APT: TWO_WAIT, "apt-config dump": CONFIG}
    for name, value in programs.items():
        said[APT if name == "apt" else "apt-config dump"] = value
    found = patching.linux(TreeHost(system() | (files or {}), said), about(memory))
    assert isinstance(found, Patching)
    return found


def test_what_waits_is_named_and_what_is_held_too() -> None:
    pending = read().pending
    assert isinstance(pending, Items)
    assert pending.missing is None
    assert [(patch.id, patch.title) for patch in pending.items] == [
        ("libssl3", "libssl3 3.0.17-1"),
        ("linux-image-amd64", "linux-image-amd64 (held)"),
    ]


OVER_ALL_SOURCES = """\
Inst bash [5.2-1] (5.2-2 Debian:12.15/oldstable [amd64])
Inst libssl3 [3.0.15-1] (3.0.17-1 Debian:12/old, Debian-Security:12/old-security [amd64])
2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.
"""


def afar(said: str) -> object:
    """A machine to which no list of sources can be handed."""
    programs = {APT: {"error": "not_local"}, APT_FROM_AFAR: said, "apt-config dump": CONFIG}
    return patching.linux(TreeHost(system(), programs), about()).pending


def test_from_afar_what_a_security_archive_has_is_missing_and_may_not_be_all() -> None:
    pending = afar(OVER_ALL_SOURCES)
    assert isinstance(pending, Items)
    assert [patch.id for patch in pending.items] == ["libssl3"]
    assert pending.missing is Why.NOT_LOCAL


def test_from_afar_only_an_answer_without_any_upgrade_is_whole() -> None:
    assert afar(NOTHING) == Items((), None)


def test_a_patch_waits_since_it_was_first_seen(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    memory.since("patching", "libssl3", "3.0.15-1", NOW - timedelta(days=40))
    first, second = read(memory=memory).pending.items
    assert first.waiting_since == NOW - timedelta(days=40)
    assert second.waiting_since == NOW


def test_a_patch_that_was_installed_and_came_again_waits_anew(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    memory.since("patching", "libssl3", "3.0.14-1", NOW - timedelta(days=40))
    assert read(memory=memory).pending.items[0].waiting_since == NOW


def test_without_a_memory_nobody_knows_since_when() -> None:
    assert read().pending.items[0].waiting_since == Unknown(Why.NOT_COLLECTED)


def lists(modified: str) -> dict[str, Any]:
    return {LISTS: {"folder": True, "modified": modified}}


def index(made: str, until: str = "Sat, 28 Nov 2026 06:00:00 UTC") -> dict[str, str]:
    said = f"Label: Debian-Security\nSuite: stable-security\nDate: {made}\n"
    return {SECURITY: said + (f"Valid-Until: {until}\n" if until else "")}


OLD = "Thu, 1 Oct 2026 06:00:00 UTC"
FRESH = "Sat, 21 Nov 2026 06:00:00 UTC"


@pytest.mark.parametrize(
    ("files", "at"),
    [
        (lists("2026-11-22T06:00:00Z"), "2026-11-22T06:00:00Z"),
        # nobody looked for long, but what is there was made lately
        (lists("2026-10-01T06:00:00Z") | index(FRESH), "2026-11-21T06:00:00Z"),
        # the folder has changed, and the security archive did not answer
        (index(OLD, until="Thu, 8 Oct 2026 06:00:00 UTC"), "2026-10-08T06:00:00Z"),
        # an archive that does not say until when: only the stamp of a success counts
        (index(OLD, until=""), "2026-10-01T06:00:00Z"),
        (
            index(OLD, until="") | {STAMP: {"modified": "2026-11-20T06:00:00Z"}},
            "2026-11-20T06:00:00Z",
        ),
        # a clock that was wrong once
        (lists("2027-05-05T06:00:00Z"), "2026-11-21T06:00:00Z"),
    ],
)
def test_a_look_is_dated_by_what_the_archive_signed(files, at) -> None:
    assert read(files).last_scan == instant(at)


def test_an_old_look_never_gives_an_empty_list() -> None:
    files = lists("2026-11-01T06:00:00Z") | index(OLD)
    assert read(files, apt=NOTHING).pending == Items((), Why.STALE_SOURCE)


def test_an_archive_that_was_never_fetched_is_no_look() -> None:
    files = {path: said for path, said in system().items() if path != SECURITY}
    host = TreeHost(files, {APT: NOTHING, "apt-config dump": CONFIG})
    found = patching.linux(host, about())
    assert found.last_scan is None
    assert found.pending == Items((), Why.STALE_SOURCE)


def test_without_a_security_source_nothing_is_known() -> None:
    files = {"/etc/apt/sources.list": "deb http://deb.example.test/debian bookworm main\n"}
    found = read(files)
    assert found.pending == Unknown(Why.TOOL_MISSING)
    assert found.last_scan == Unknown(Why.TOOL_MISSING)


def test_an_archive_is_told_by_its_label_too() -> None:
    name = "a.test_mirror_dists_stable_InRelease"
    files = {
        "/etc/apt/sources.list": "deb http://a.test/mirror stable main\n",
        f"{LISTS}/{name}": f"Label: Practice-Security\nDate: {FRESH}\n",
    }
    assert isinstance(read(files).pending, Items)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"rc": 100, "err": "E: The package lists are broken\n"}, Why.API_ERROR),
        ({"error": "timeout"}, Why.TIMEOUT),
        ("0 aktualisiert\n", Why.PARSE_ERROR),
    ],
)
def test_apt_that_does_not_answer_is_no_clean_machine(said, why) -> None:
    assert read(apt=said).pending == Unknown(why)


@pytest.mark.parametrize(
    ("files", "config", "automatic"),
    [
        ({}, CONFIG, "on"),
        ({}, CONFIG.replace("Unattended-Upgrade", "X"), "notify"),
        ({}, 'Dir::Etc "etc/apt";\n', "off"),
        ({f"{TIMERS}/apt-daily.timer": {"error": "timeout"}}, CONFIG, "on"),
        ({"/etc/systemd/system/apt-daily-upgrade.timer": {"link": "/dev/null"}}, CONFIG, "off"),
        ({TIMERS: {"error": "timeout"}}, CONFIG, Unknown(Why.TIMEOUT)),
    ],
)
def test_automatic_means_that_something_starts_it(files, config, automatic) -> None:
    assert read(files, config=config).automatic == automatic


def test_automatic_needs_the_program_that_installs() -> None:
    files = {path: said for path, said in system().items() if "unattended-upgrade" not in path}
    host = TreeHost(files, {APT: NOTHING, "apt-config dump": CONFIG})
    assert patching.linux(host, about()).automatic == "notify"


@pytest.mark.parametrize(
    ("files", "reboot", "current"),
    [
        ({}, False, True),
        ({"/run/reboot-required": "x"}, True, True),
        ({"/vmlinuz": {"link": "boot/vmlinuz-6.1.0-41-amd64"}}, True, False),
        ({"/run/reboot-required": {"error": "timeout"}}, Unknown(Why.TIMEOUT), True),
        ({"/vmlinuz": {"error": "timeout"}}, Unknown(Why.TIMEOUT), Unknown(Why.TIMEOUT)),
    ],
)
def test_a_restart_is_due_when_the_packages_or_the_kernel_say_so(files, reboot, current) -> None:
    found = read(files)
    assert found.reboot_required == reboot
    assert found.kernel_current == current


def test_silence_of_packages_without_a_hook_proves_nothing() -> None:
    files = {path: said for path, said in system().items() if "postinst.d" not in path}
    host = TreeHost(files, {APT: NOTHING, "apt-config dump": CONFIG})
    assert patching.linux(host, about()).reboot_required == Unknown(Why.TOOL_MISSING)


@pytest.mark.parametrize(
    ("release", "supported", "extended"),
    [
        ('ID=debian\nVERSION_ID="12"\n', True, True),
        ('ID=debian\nVERSION_ID="11"\n', False, True),
        ('ID=debian\nVERSION_ID="13"\n', True, False),
        ('ID=ubuntu\nVERSION_ID="24.04"\n', True, False),
        ('ID=ubuntu\nVERSION_ID="20.04"\n', False, Unknown(Why.NOT_COLLECTED)),
        ("ID=arch\n", Unknown(Why.UNRECOGNISED), Unknown(Why.UNRECOGNISED)),
    ],
)
def test_support_ends_by_the_table_and_is_guessed_for_nobody(release, supported, extended) -> None:
    found = read({"/etc/os-release": release})
    assert found.supported == supported
    assert found.extended_support == extended


def test_a_restart_is_due_since_it_was_first_seen_and_anew_after_each(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    memory.since("patching", "reboot", "due", NOW - timedelta(days=9))
    due = {"/run/reboot-required": "x"}
    assert read(due, memory).reboot_since == NOW - timedelta(days=9)
    assert read({}, memory).reboot_since is None
    assert read(due, memory).reboot_since == NOW


@pytest.mark.live
def test_asking_apt_writes_nothing() -> None:
    """A simulation writes its plan to /var/log/apt/eipp.log.xz, if it is not told otherwise."""

    def looked_at() -> dict[Path, tuple[int, int]]:
        places = (Path("/var/log/apt"), Path("/var/lib/apt"), Path("/var/cache/apt"))
        found = [path for place in places for path in (place, *place.rglob("*"))]
        return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}

    before = looked_at()
    found = patching.linux(LocalHost(), about())
    assert isinstance(found.pending, Items)
    assert looked_at() == before
