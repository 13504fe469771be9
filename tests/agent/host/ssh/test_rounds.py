"""The same facts as on the machine itself, in three rounds at most, whatever the shell says."""

import os
import re
import shutil
from pathlib import Path

import pytest

from agent.facts.gather import gather
from agent.facts.index import afar
from agent.host.base import Absent, HostError
from agent.host.local import LocalHost
from agent.host.programs import Program
from agent.host.ssh.rounds import MOST_ROUNDS, Heard, through
from rules.facts.base import Reading, Why
from tests.agent.host.ssh.machine import Shell, about

BUSYBOX = shutil.which("busybox")
SHELLS = [
    ("sh", "-s"),
    pytest.param(
        ("busybox", "ash", "-s"),
        marks=pytest.mark.skipif(BUSYBOX is None, reason="busybox is not installed"),
    ),
    pytest.param(
        ("bash", "--posix", "-s"),
        marks=pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed"),
    ),
]
CHANGING = {"listeners", "patching"}
"""Facts of which a part differs by nature: who listens while we look, and a list for apt."""

LOOKS = 4
NOBODY = 65534
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def facts(ask, home: Path, names=None) -> tuple[dict[str, Reading], int]:
    known = about(home)
    return through(ask, lambda host: gather(host, known, names, afar("linux")))


def values(readings: dict[str, Reading]) -> dict[str, object]:
    return {name: one.value for name, one in readings.items() if name not in CHANGING}


def here(home: Path, names=None) -> dict[str, object]:
    return values(gather(LocalHost(), about(home), names, afar("linux")))


def unlike(ask, home: Path, names=None) -> tuple[dict[str, object], int]:
    """The facts that a shell tells otherwise than the machine did before it and does after it.

    Others start processes, and mount and open what they like, while we look: what has changed in
    between is asked again, a few times. What the shell tells wrongly it tells wrongly each time.
    And how many rounds were made.
    """
    left: dict[str, object] = {}
    made, before = 0, here(home, names)
    for _ in range(LOOKS):
        told, rounds = facts(ask, home, names)
        assert rounds <= MOST_ROUNDS
        made += rounds
        after, seen = here(home, names), values(told)
        differs = {name for name in seen if seen[name] not in (before[name], after[name])}
        left = {name: seen[name] for name in (left.keys() & differs if left else differs)}
        if not left:
            break
        before = after
    return left, made


@pytest.mark.live
@pytest.mark.parametrize("words", SHELLS)
def test_a_shell_answers_what_the_machine_answers(words, tmp_path) -> None:
    shell = Shell(words)
    assert unlike(shell.ask, tmp_path) == ({}, shell.sent)


@pytest.mark.live
def test_what_a_shell_tells_wrongly_is_found(tmp_path) -> None:
    """The control run: a machine that is not the one on which we look."""
    passwd = tmp_path / "passwd"
    passwd.write_text("root:x:0:0::/root:/bin/sh\neve:x:0:0::/home/eve:/bin/sh\n")
    ask = changed(Shell(), ("/etc/passwd", str(passwd)))
    assert "users" in unlike(ask, tmp_path, ["users"])[0]


@pytest.mark.live
def test_patches_that_are_told_from_afar_are_missing_on_the_machine(tmp_path) -> None:
    seen, _ = facts(Shell().ask, tmp_path)
    told = seen["patching"].value
    known = gather(LocalHost(), about(tmp_path), ["patching"], afar("linux"))["patching"].value
    assert isinstance(known, dict)
    assert isinstance(told, dict)
    assert told | {"pending": None} == known | {"pending": None}
    assert ids(told["pending"]) <= ids(known["pending"])


def ids(pending) -> set[str]:
    items = pending.get("$items", []) if isinstance(pending, dict) else pending
    return {patch["id"] for patch in items}


@pytest.mark.live
@as_root
def test_an_account_without_rights_is_told_less_and_nothing_else(tmp_path) -> None:
    tmp_path.chmod(0o755)
    shell = Shell(user=NOBODY)

    def look(host) -> dict[str, str]:
        return {
            "shadow": outcome(lambda: host.read("/etc/shadow")),
            "root": outcome(lambda: host.list("/root")),
            "below root": outcome(lambda: host.read("/root/.never")),
            "nothing": outcome(lambda: host.read("/etc/never")),
            "ruleset": outcome(lambda: host.run(Program.NFT, "-j", "list", "ruleset")),
        }

    seen, _ = through(shell.ask, look)
    assert seen["shadow"] == "not_elevated"
    assert seen["root"] == seen["below root"] == "not_elevated"
    assert seen["nothing"] == "absent"
    assert seen["ruleset"] in ("not_elevated", "tool_missing")


def outcome(ask) -> str:
    try:
        ask()
    except Absent:
        return "absent"
    except HostError as error:
        return str(error.why)
    return "told"


def test_paths_of_any_name_are_asked_for_word_for_word(tmp_path) -> None:
    odd = tmp_path / "a 'b' $(touch owned)\n`touch owned`*"
    odd.mkdir()
    (odd / "über.txt").write_bytes(bytes(range(256)))
    (odd / "now").symlink_to("über.txt")

    def look(host):
        questions = (
            lambda: host.list(str(odd)),
            lambda: host.read(f"{odd}/über.txt"),
            lambda: host.read(f"{odd}/now"),
            lambda: host.stat(f"{odd}/now"),
            lambda: host.stat(str(odd)),
            lambda: host.read(f"{odd}/never/more"),
        )
        return [told(question) for question in questions]

    assert through(Shell().ask, look)[0] == look(LocalHost())
    assert not Path("/owned").exists()


def told(question) -> object:
    try:
        return question()
    except Absent:
        return "absent"
    except HostError as error:
        return error.why


def test_the_end_of_a_file_and_of_a_limit_are_told_apart(tmp_path) -> None:
    (tmp_path / "ten").write_bytes(b"0123456789")

    def look(host):
        return (
            outcome(lambda: host.read(f"{tmp_path}/ten", 9)),
            outcome(lambda: host.read(f"{tmp_path}/ten", 10)),
            outcome(lambda: host.read(f"{tmp_path}/ten", 4, 8)),
        )

    assert through(Shell().ask, look)[0] == ("too_large", "told", "told")


def changed(shell: Shell, *changes: tuple[str, str]):
    """A shell on a machine on which something is different."""

    def ask(script: str) -> Heard:
        for old, new in changes:
            assert old in script
            script = script.replace(old, new)
        return shell.ask(script)

    return ask


def test_nothing_on_a_network_mount_is_touched(tmp_path) -> None:
    table, share = tmp_path / "mountinfo", tmp_path / "a share"
    share.mkdir()
    (share / "scan.dcm").touch()
    (tmp_path / "link").symlink_to("a share")
    point = str(share).replace(" ", "\\040")
    table.write_text(f"30 1 0:50 / {point} rw shared:1 - nfs4 server:/x rw\n")

    def look(host):
        return [
            outcome(lambda: host.list(str(share))),
            outcome(lambda: host.read(f"{share}/scan.dcm")),
            outcome(lambda: host.read(f"{tmp_path}/link/scan.dcm")),
            outcome(lambda: host.read(f"{share}/../link/./scan.dcm")),
            outcome(lambda: host.stat(f"{tmp_path}/link")),
            outcome(lambda: host.list(str(tmp_path))),
        ]

    ask = changed(Shell(), ("/proc/self/mountinfo", str(table)))
    assert through(ask, look)[0] == [*["not_local"] * 4, "told", "told"]


@pytest.mark.live
def test_a_machine_without_base64_answers_in_hexadecimal(tmp_path) -> None:
    ask = changed(Shell(), ("base64", "base64-that-is-not-there"))
    assert unlike(ask, tmp_path)[0] == {}


def test_a_program_that_hangs_is_ended_and_costs_no_other(tmp_path) -> None:
    slow = ("ask 0 5 1048576 user /usr/bin/apt-config dump", "ask 0 1 9 user /bin/sleep 30")
    shell = Shell()

    def ask(script: str) -> Heard:
        return shell.ask(script.replace(*slow))

    def look(host):
        return (
            outcome(lambda: host.run(Program.APT_CONFIG, "dump")),
            outcome(lambda: host.read("/etc/passwd")),
        )

    seen, _ = through(ask, look)
    assert seen[0] in ("timeout", "tool_missing")  # a system without /bin/sleep of root's
    assert seen[1] == "told"


def lying(change) -> object:
    """A shell whose output somebody changes on its way."""
    shell = Shell()
    return lambda script: Heard(change(shell.ask(script).out))


def status(ask, home: Path) -> set[str]:
    return {str(one.status) for one in facts(ask, home)[0].values()}


LIES = {
    "another nonce": lambda out: re.sub(rb"@@[0-9a-f]{16} ", b"@@0123456789abcdef ", out),
    "short lengths": lambda out: re.sub(rb" [0-9]+@@\n", b" 1@@\n", out),
    "long lengths": lambda out: re.sub(rb" [0-9]+@@\n", b" 999999@@\n", out),
    "nothing": lambda out: b"",
    "a banner alone": lambda out: b"This account is currently not available.\n",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_machine_that_answers_in_no_form_of_ours_is_unknown(lie, tmp_path) -> None:
    assert status(lying(LIES[lie]), tmp_path) <= {"unknown", "partial", "unsupported"}


@pytest.mark.parametrize("lie", ["another nonce", "nothing", "a banner alone"])
def test_without_a_single_section_nothing_at_all_is_known(lie, tmp_path) -> None:
    seen, rounds = facts(lying(LIES[lie]), tmp_path)
    assert rounds == 1
    known = {name for name, one in seen.items() if one.status == "ok"}
    assert known == set()


def test_a_machine_that_dies_in_the_middle_is_known_up_to_there(tmp_path) -> None:
    shell = Shell()

    def ask(script: str) -> Heard:
        out = shell.ask(script).out
        return Heard(out[: len(out) // 50], Why.UNREACHABLE)

    seen, rounds = facts(ask, tmp_path)
    assert rounds == 1
    reasons = {str(reason.code) for one in seen.values() for reason in one.reasons}
    assert "unreachable" in reasons


def test_no_fourth_round_is_asked_of_a_machine_that_leads_on(tmp_path) -> None:
    shell = Shell()
    steps = []

    def look(host):
        steps.append(1)
        return outcome(lambda: host.stat(f"{tmp_path}/step-{len(steps)}"))

    seen, rounds = through(shell.ask, look)
    assert (seen, rounds, shell.sent) == ("timeout", 3, 3)
