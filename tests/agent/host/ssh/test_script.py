"""The script: nothing of it runs in part, nothing of it writes, root gets exact commands."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.host.programs import Program
from agent.host.recording import Call
from agent.host.ssh.needs import NEEDS, RUNS
from agent.host.ssh.script import AS_ROOT, handed, script, sudoers

SUDOERS = Path(__file__).parents[4] / "packaging/ssh/dentinel.sudoers"
SHELLS = [shell for shell in ("dash", "bash", "busybox") if shutil.which(shell)]


def first() -> str:
    return script("c0ffee", NEEDS, [Call("run", program, args) for program, args in RUNS])


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_can_read_it(shell) -> None:
    words = ["busybox", "ash", "-n"] if shell == "busybox" else [shell, "-n"]
    done = subprocess.run(words, input=first().encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_script_that_arrives_in_part_runs_nothing() -> None:
    text = first()
    whole = text.rindex("main </dev/null")
    for end in range(0, whole, 997):
        done = subprocess.run(
            ["sh", "-s"], input=text[:end].encode(), capture_output=True, check=False
        )
        assert done.stdout == b""


def test_it_writes_no_file() -> None:
    text = (Path(__file__).parents[4] / "agent/host/ssh/answer.sh").read_text()
    code = "\n".join(line.split(" # ")[0] for line in text.splitlines() if line[:1] != "#")
    targets = set(re.findall(r"[^<0-9]>{1,2}\s*([^\s;]+)", code))
    assert targets <= {"/dev/null"}
    assert "<<" not in code
    assert not re.search(r"\b(tee|touch|mkdir|mktemp|rm|mv|cp|ln|python)\b", code)


def test_programs_that_need_root_come_last() -> None:
    lines = [line.split() for line in first().splitlines() if line.strip().startswith("ask ")]
    assert [line[4] for line in lines] == sorted((line[4] for line in lines), reverse=True)


def test_the_sudoers_file_allows_what_is_asked_and_no_more() -> None:
    allowed = re.findall(r"NOPASSWD: (.*)", SUDOERS.read_text())
    assert allowed == list(sudoers())
    assert len(allowed) == len(AS_ROOT)
    assert "*" not in "".join(allowed)


@pytest.mark.skipif(shutil.which("visudo") is None, reason="sudo is not installed")
def test_sudo_understands_the_file() -> None:
    subprocess.run(["visudo", "-cf", SUDOERS], check=True, capture_output=True)


def test_a_program_that_reads_our_file_is_known_as_such() -> None:
    assert not handed(Call("stat", "/etc"))
    assert not handed(Call("run", Program.SSHD, ("-T",)))


def test_what_a_shell_cannot_be_asked_is_refused() -> None:
    with pytest.raises(ValueError, match="registry"):
        script("c0ffee", (), [Call("registry", "HKLM\\SOFTWARE")])
