"""What PAM asks of passwords, when it locks, and who is let in unasked."""

from datetime import timedelta
from typing import Any

import pytest

from agent.facts.password_policy import linux as password_policy
from agent.host.tree import TreeHost
from rules.facts.base import Unknown, Why
from rules.facts.password_policy import PasswordPolicy
from tests.agent.facts.clinic import about, system

AUTH, PASSWORD = "/etc/pam.d/common-auth", "/etc/pam.d/common-password"
QUALITY = {PASSWORD: "password requisite pam_pwquality.so retry=3\npassword required pam_unix.so\n"}
LOCKS = {
    AUTH: "auth required pam_faillock.so preauth\nauth sufficient pam_unix.so\n"
    "auth [default=die] pam_faillock.so authfail\n"
}


def found(*without: str, **files: Any) -> PasswordPolicy:
    kept = {path: said for path, said in system().items() if not path.startswith(without or ("-",))}
    return password_policy.linux(TreeHost(kept | files), about())


@pytest.mark.parametrize(
    ("files", "length"),
    [
        ({}, 6),
        ({PASSWORD: "password required pam_unix.so\n"}, 1),
        ({PASSWORD: "password required pam_unix.so obscure minlen=12\n"}, 12),
        (QUALITY, 8),
        (QUALITY | {"/etc/security/pwquality.conf": "# minlen = 20\nminlen = 14\n"}, 14),
        (
            QUALITY
            | {
                "/etc/security/pwquality.conf": "minlen = 14\n",
                "/etc/security/pwquality.conf.d/50-it.conf": "minlen=16\n",
            },
            16,
        ),
        ({PASSWORD: "password requisite pam_pwquality.so minlen=10\n"}, 10),
        # it speaks, and lets the password in
        (QUALITY | {"/etc/security/pwquality.conf": "minlen = 14\nenforcing = 0\n"}, 1),
        ({PASSWORD: "password requisite pam_pwquality.so minlen=14 enforcing=0\n"}, 1),
        ({PASSWORD: "password optional pam_pwquality.so minlen=14\n"}, 1),
        # a digit and a capital count for two characters each
        (QUALITY | {"/etc/security/pwquality.conf": "minlen=14\ndcredit=2\nucredit=2\n"}, 10),
        (QUALITY | {"/etc/security/pwquality.conf": "minlen=14\ndcredit=-2\n"}, 14),
        ({PASSWORD: "password requisite pam_pwquality.so minlen=long\n"}, Unknown(Why.PARSE_ERROR)),
        ({PASSWORD: {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
        ({PASSWORD: "@include common-gone\n"}, Unknown(Why.PARSE_ERROR)),
        ({PASSWORD: "@include common-password\n"}, Unknown(Why.PARSE_ERROR)),
    ],
)
def test_the_most_that_any_module_asks_for_counts(files, length) -> None:
    assert found(**files).min_length == length


@pytest.mark.parametrize(
    ("files", "after", "until"),
    [
        ({}, None, timedelta(0)),
        # nobody counts
        ({AUTH: "auth required pam_faillock.so preauth deny=5\n"}, None, timedelta(0)),
        ({AUTH: "auth optional pam_faillock.so authfail deny=5\n"}, None, timedelta(0)),
        (LOCKS, 3, timedelta(minutes=10)),
        (
            LOCKS | {"/etc/security/faillock.conf": "deny = 5\nunlock_time = 900\n"},
            5,
            timedelta(minutes=15),
        ),
        (LOCKS | {"/etc/security/faillock.conf": "unlock_time = never\n"}, 3, None),
        (LOCKS | {"/etc/security/faillock.conf": "unlock_time = 0\n"}, 3, None),
        # 0 means never, not at once
        (LOCKS | {"/etc/security/faillock.conf": "deny = 0\n"}, None, timedelta(minutes=10)),
    ],
)
def test_an_account_is_locked_after_failures(files, after, until) -> None:
    one = found(**files)
    assert (one.lockout_after, one.lockout_for) == (after, until)


@pytest.mark.parametrize(
    ("days", "age"),
    [("90", timedelta(days=90)), ("99999", None), ("-1", None), ("x", Unknown(Why.PARSE_ERROR))],
)
def test_a_password_that_expires_in_centuries_never_does(days, age) -> None:
    assert found(**{"/etc/login.defs": f"PASS_MAX_DAYS\t{days}\n"}).max_age == age


def test_old_passwords_are_remembered_by_whichever_module() -> None:
    assert found().history == 0
    history = {PASSWORD: "password required pam_pwhistory.so\n"}
    assert found(**history).history == 10
    assert found(**history, **{"/etc/security/pwhistory.conf": "remember = 24\n"}).history == 24


def test_classes_of_characters_may_be_asked_for() -> None:
    assert found(**QUALITY).complexity is False
    assert found(**QUALITY, **{"/etc/security/pwquality.conf": "dcredit = -1\n"}).complexity is True
    assert found(**QUALITY, **{"/etc/security/pwquality.conf": "minclass = 3\n"}).complexity is True


def test_a_blank_password_signs_in_where_pam_lets_it() -> None:
    assert found().blank_allowed is True
    assert found(**LOCKS).blank_allowed is False


def test_a_red_hat_keeps_its_stacks_elsewhere() -> None:
    files = {
        "/etc/pam.d/system-auth": "auth sufficient pam_unix.so nullok\n",
        "/etc/pam.d/password-auth": "password sufficient pam_unix.so minlen=9\n",
    }
    one = found(AUTH, PASSWORD, **files)
    assert (one.min_length, one.blank_allowed) == (9, True)


def test_stacks_that_are_nowhere_are_unknown() -> None:
    assert found("/etc/pam.d").min_length == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("path", "said", "let_in"),
    [
        ("/etc/gdm3/daemon.conf", "[daemon]\n#AutomaticLoginEnable=true\n", False),
        ("/etc/gdm3/daemon.conf", "[daemon]\nAutomaticLoginEnable = True\n", True),
        ("/etc/gdm/custom.conf", "[daemon]\nTimedLoginEnable=true\n", True),
        ("/etc/lightdm/lightdm.conf", "[Seat:*]\nautologin-user=front\n", True),
        ("/etc/lightdm/lightdm.conf.d/60.conf", "[Seat:*]\nautologin-user=front\n", True),
        ("/etc/sddm.conf.d/auto.conf", "[Autologin]\nUser=front\n", True),
        ("/etc/sddm.conf", "[Autologin]\nUser=\n", False),
        (
            "/etc/systemd/system/getty@tty1.service.d/override.conf",
            "[Service]\nExecStart=\nExecStart=-/sbin/agetty --autologin front %I\n",
            True,
        ),
        ("/etc/systemd/system/getty@tty1.service.d/x.conf", "ExecStart=-/sbin/agetty %I\n", False),
    ],
)
def test_nobody_should_be_let_in_unasked(path, said, let_in) -> None:
    assert found(**{path: said}).auto_logon is let_in


def test_settings_that_cannot_be_read_let_nobody_pass_as_asked() -> None:
    files = {"/etc/gdm3/daemon.conf": {"error": "access_denied"}}
    assert found(**files).auto_logon == Unknown(Why.ACCESS_DENIED)
