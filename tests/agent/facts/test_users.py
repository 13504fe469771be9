"""When each person's screen locks: by the value in force, the worst that may be, or not told."""

from datetime import timedelta
from typing import Any

import pytest

from agent.facts.users import linux as users
from agent.facts.users.gnome import DISABLED, ENABLED, IDLE
from agent.host.tree import TreeHost
from agent.readers import gvdb
from rules.facts.base import Items, Unknown, Why
from rules.facts.users import Lock, User
from tests.agent.facts.clinic import POLICY, SHADOW, about, boolean, op1, system, unsigned

SYSTEM = "/etc/dconf/db/local"
PROFILE = {"/etc/dconf/profile/user": "user-db:user\nsystem-db:local\n"}
OWN = "/home/front_desk/.config/dconf/user"
GNOME = "/usr/share/wayland-sessions/gnome.desktop"


def read(files: dict[str, Any], **more: Any) -> dict[str, User]:
    found = users.linux(TreeHost(files, **more), about())
    assert isinstance(found, Items)
    return {user.name: user for user in found.items}


def lock(**files: Any) -> Lock | Unknown:
    return read(system() | files)["front_desk"].lock


def own(key: str, value: gvdb.Value) -> dict[str, bytes]:
    return {OWN: gvdb.write({key: value})}


KEYS = "/home/front_desk/.ssh/authorized_keys"
LOCKED = {"/etc/shadow": SHADOW.replace("front_desk:$", "front_desk:!$")}


@pytest.mark.parametrize(
    ("files", "enabled"),
    [
        ({}, False),
        ({KEYS: "ssh-ed25519 AAAA lee\n"}, True),
        ({f"{KEYS}2": "ssh-ed25519 AAAA lee\n"}, True),
        ({KEYS: "\n"}, False),
        ({KEYS: {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_locked_password_ends_no_access_by_key(files, enabled) -> None:
    assert read(system() | LOCKED | files)["front_desk"].enabled == enabled


@pytest.mark.parametrize("line", ["@include /etc/practice/sudoers", "#includedir /srv/rules"])
def test_rules_of_sudo_that_lie_elsewhere_leave_open_who_is_admin(line) -> None:
    files = system()
    people = read(files | {"/etc/sudoers": f"{files['/etc/sudoers']}{line}\n"})
    assert people["front_desk"].admin == Unknown(Why.UNRECOGNISED)
    assert people["dr_lee"].admin is True


def test_without_a_word_the_default_of_gnome_holds() -> None:
    found = lock()
    assert found.after == timedelta(minutes=5)
    assert found.source == "default"
    assert not found.enforced


def test_a_person_may_switch_it_off_where_nothing_is_locked() -> None:
    files = PROFILE | {SYSTEM: gvdb.write(POLICY)} | own(IDLE, unsigned(0))
    assert lock(**files).after is None
    files = PROFILE | {SYSTEM: gvdb.write(POLICY)} | own(ENABLED, boolean(False))
    assert lock(**files).after is None
    assert lock(**files).asks_password is False


def test_a_locked_key_beats_the_persons_own() -> None:
    files = PROFILE | {SYSTEM: gvdb.write(POLICY, tuple(POLICY))} | own(IDLE, unsigned(0))
    found = lock(**files)
    assert found.after == timedelta(minutes=10)
    assert found.enforced
    assert found.source == "machine_policy"


def test_a_lock_screen_that_is_taken_away_locks_nothing() -> None:
    assert lock(**own(DISABLED, boolean(True))).after is None


def test_a_key_file_that_nobody_compiled_is_not_in_force() -> None:
    text = "[org/gnome/desktop/session]\nidle-delay=uint32 0\n"
    files = PROFILE | {"/etc/dconf/db/local.d/00-lock": text}
    assert lock(**files).after == timedelta(minutes=5)


def test_a_database_that_cannot_be_read_leaves_the_lock_unknown() -> None:
    assert lock(**{OWN: {"error": "access_denied"}}) == Unknown(Why.ACCESS_DENIED)
    assert lock(**{OWN: b"garbage"}) == Unknown(Why.PARSE_ERROR)


def test_a_machine_wide_lock_answers_for_a_person_who_cannot_be_read() -> None:
    every = {
        **POLICY,
        DISABLED: boolean(False),
        "/org/gnome/desktop/screensaver/idle-activation-enabled": boolean(True),
        "/org/gnome/desktop/screensaver/ubuntu-lock-on-suspend": boolean(True),
    }
    files = PROFILE | {SYSTEM: gvdb.write(every, tuple(every)), OWN: {"error": "not_elevated"}}
    assert lock(**files).after == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"/home/front_desk": {"error": "not_local"}}, Why.NOT_LOCAL),
        ({"/home/front_desk/Access-Your-Private-Data.desktop": "x"}, Why.LOCKED),
    ],
)
def test_a_home_that_is_not_open_hides_what_is_in_force(change, why) -> None:
    assert lock(**change) == Unknown(why)


def test_a_home_that_is_not_there_hides_what_is_in_force() -> None:
    files = system()
    del files["/home/front_desk"]
    assert read(files)["front_desk"].lock == Unknown(Why.NOT_LOGGED_IN)


def test_a_default_that_the_distribution_changed_is_the_default() -> None:
    schema = {"idle-delay": gvdb.Value("(u)", (0).to_bytes(4, "little"))}
    data = nested("org.gnome.desktop.session", schema)
    assert lock(**{"/usr/share/glib-2.0/schemas/gschemas.compiled": data}).after is None


def nested(name: str, values: dict[str, gvdb.Value]) -> bytes:
    """A database with one table in it, as GSettings keeps a schema."""
    body = bytearray(gvdb._HEADER.size)
    inner = gvdb._append_table(body, values, None)
    at, end = gvdb._append(body, name.encode())
    item = gvdb._ITEM.pack(0, gvdb._NO_PARENT, at, end - at, ord("H"), 0, *inner)
    start, stop = gvdb._append(body, bytes(8) + item)
    return gvdb._HEADER.pack(b"GVariant", 0, 0, start, stop) + bytes(body[gvdb._HEADER.size :])


KDE = {"/usr/share/wayland-sessions/plasma.desktop": "x"}
RC = "/home/front_desk/.config/kscreenlockerrc"


def kde(system_rc: str = "", own_rc: str = "") -> Lock | Unknown:
    files = {path: said for path, said in system().items() if path != GNOME}
    more = {"/etc/xdg/kscreenlockerrc": system_rc, RC: own_rc} | KDE
    return read(files | more)["front_desk"].lock


@pytest.mark.parametrize(
    ("system_rc", "own_rc", "after"),
    [
        ("", "", timedelta(minutes=5, seconds=5)),
        ("", "[Daemon]\nTimeout=15\nLockGrace=60\n", timedelta(minutes=16)),
        ("", "[Daemon]\nAutolock=false\n", None),
        ("", "[Daemon]\nTimeout=0\n", None),
        ("", "[Daemon]\nRequirePassword=false\n", None),
        ("[Daemon][$i]\nTimeout=10\n", "[Daemon]\nAutolock=false\n", timedelta(seconds=605)),
        ("[Daemon]\nTimeout=10\n", "[Daemon]\nAutolock=false\n", None),
    ],
)
def test_kde_counts_in_minutes_and_fixes_groups(system_rc, own_rc, after) -> None:
    assert kde(system_rc, own_rc).after == after


def test_the_worst_desktop_counts_where_nobody_has_chosen() -> None:
    files = system() | KDE | {RC: "[Daemon]\nAutolock=false\n"}
    assert read(files)["front_desk"].lock.after is None
    chosen = {"/var/lib/AccountsService/users/front_desk": "[User]\nSession=gnome\n"}
    assert read(files | chosen)["front_desk"].lock.after == timedelta(minutes=5)


def test_a_desktop_that_nobody_reads_is_not_known() -> None:
    files = system() | {"/usr/share/xsessions/xfce.desktop": "x"}
    assert read(files)["front_desk"].lock == Unknown(Why.UNRECOGNISED)


def shell(**files: Any) -> Lock | Unknown:
    bare = {path: said for path, said in system().items() if path != GNOME}
    return read(bare | files)["front_desk"].lock


@pytest.mark.parametrize(
    ("files", "after", "enforced"),
    [
        ({}, None, False),
        ({"/etc/profile.d/idle.sh": "readonly TMOUT=900\n"}, timedelta(minutes=15), True),
        ({"/etc/profile.d/idle.sh": "TMOUT=900\n"}, timedelta(minutes=15), False),
        ({"/etc/profile": "TMOUT=900\n", "/home/front_desk/.bashrc": "TMOUT=0\n"}, None, False),
        (
            {"/etc/profile": "TMOUT=300\n", "/home/front_desk/.bashrc": "TMOUT=900\n"},
            timedelta(minutes=15),
            False,
        ),
    ],
)
def test_without_a_display_the_shell_ends(files, after, enforced) -> None:
    found = shell(**files)
    assert found.after == after
    assert found.enforced is enforced
    assert found.source == "shell"


def test_a_limit_that_the_shell_does_not_know_is_none() -> None:
    passwd = "root:x:0:0::/root:/bin/sh\nfront_desk:x:1001:1001::/home/front_desk:/usr/bin/fish\n"
    assert shell(**{"/etc/passwd": passwd, "/etc/profile": "TMOUT=300\n"}).after is None


@pytest.mark.parametrize(
    ("change", "leaf", "value"),
    [
        ({}, "admin", False),
        ({"/etc/group": "root:x:0:\nwheel:x:10:front_desk\n"}, "admin", True),
        ({"/etc/sudoers": "front_desk ALL=(ALL) ALL\n"}, "admin", True),
        ({"/etc/sudoers.d/desk": "%front_desk ALL=(ALL) ALL\n"}, "admin", True),
        ({"/etc/sudoers": {"error": "not_elevated"}}, "admin", Unknown(Why.NOT_ELEVATED)),
        ({"/etc/shadow": "root:!:1:0:9:7:::\nfront_desk::1:0:9:7:::\n"}, "blank_password", True),
        ({"/etc/shadow": "root:!:1:0:9:7:::\nfront_desk:!:1:0:9:7:::\n"}, "enabled", False),
        ({"/etc/shadow": "root:!:1:0:9:7:::\nfront_desk:x$:1:0:9:7::100:\n"}, "enabled", False),
        ({"/etc/shadow": {"error": "not_elevated"}}, "enabled", Unknown(Why.NOT_ELEVATED)),
        ({"/run/systemd/users": {"error": "timeout"}}, "signed_in", Unknown(Why.TIMEOUT)),
    ],
)
def test_an_account_is_told_by_its_files(change, leaf, value) -> None:
    assert getattr(read(system() | change)["front_desk"], leaf) == value


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({}, None),
        ({"/etc/nsswitch.conf": "passwd: files winbind\n"}, Why.NOT_LOCAL),
        ({"/etc/sssd/sssd.conf": "[sssd]\n"}, Why.NOT_LOCAL),
        ({"/var/lib/systemd/home/ann.identity": "{}"}, Why.NOT_COLLECTED),
        ({"/etc/nsswitch.conf": {"error": "access_denied"}}, Why.ACCESS_DENIED),
    ],
)
def test_accounts_that_are_kept_elsewhere_leave_the_list_incomplete(change, missing) -> None:
    assert users.linux(TreeHost(system() | change), about()).missing is missing


def test_a_policy_that_is_compiled_and_locked_is_what_op1_has() -> None:
    found = users.linux(op1(), about())
    assert {user.lock.source for user in found.items} == {"machine_policy"}
