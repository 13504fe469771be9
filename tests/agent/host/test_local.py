"""This machine is asked so that nothing asked can hang, hurt, or be believed without proof."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.host import files
from agent.host.base import Absent, Entry, HostError, Ran, list_if_there, output, read_if_there
from agent.host.local import LocalHost
from agent.host.programs import PROGRAMS, Command, Handed, Program
from agent.host.running import run_command
from rules.facts.base import Why

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="needs root")
SCRIPT = re.compile(r"(?s).*")


def shell(script: str, *, deadline: float = 20.0, limit: int = 1 << 20) -> Ran:
    command = Command({"linux": "/bin/sh"}, (("-c", SCRIPT),), deadline, limit)
    return run_command("/bin/sh", ("-c", script), command)


@pytest.fixture
def host() -> LocalHost:
    return LocalHost()


def refused(error: pytest.ExceptionInfo[HostError]) -> Why:
    return error.value.why


def test_a_program_gets_an_environment_made_from_nothing(monkeypatch) -> None:
    monkeypatch.setenv("PATIENT", "Smith")
    said = shell("env; pwd; tty").out.decode()
    assert "Smith" not in said
    assert "LC_ALL=C\n" in said
    assert "/\nnot a tty\n" in said


def test_both_pipes_are_drained_together() -> None:
    ran = shell(
        "i=0; while [ $i -lt 40 ]; do head -c 8192 /dev/zero >&2; echo $i; i=$((i+1)); done"
    )
    assert len(ran.err) == 40 * 8192
    assert ran.out.endswith(b"39\n")


def test_what_takes_too_long_is_killed_with_all_that_it_started(tmp_path) -> None:
    before = children()
    mark = tmp_path / "alive"
    with pytest.raises(HostError) as error:
        shell(f"(sleep 2; touch {mark}) & sleep 60", deadline=0.2)
    assert refused(error) is Why.TIMEOUT
    assert children() == before


def test_a_child_that_keeps_the_pipe_is_not_waited_for() -> None:
    before = children()
    assert shell("sleep 60 & echo done", deadline=0.3).out == b"done\n"
    assert children() == before


def test_a_program_that_writes_too_much_is_cut_and_said_to_be() -> None:
    ran = shell("head -c 100000 /dev/zero", limit=1000)
    assert ran.cut
    assert len(ran.out) == 1000


def test_a_return_code_is_no_error_and_is_told() -> None:
    ran = shell("echo no; exit 7")
    assert (ran.rc, ran.out, ran.cut) == (7, b"no\n", False)


def test_a_text_is_handed_over_as_a_file_that_is_nowhere(tmp_path) -> None:
    command = Command({}, (("-c", 'cat "$0"', Handed("")),))
    ran = run_command("/bin/sh", ("-c", 'cat "$0"', "deb http://x y z\n"), command)
    assert ran.out == b"deb http://x y z\n"
    assert list(tmp_path.iterdir()) == []


def test_no_process_and_no_handle_is_left_behind() -> None:
    handles, before = len(list(Path("/proc/self/fd").iterdir())), children()
    for _ in range(50):
        shell("true")
    assert len(list(Path("/proc/self/fd").iterdir())) == handles
    assert children() == before


def children() -> list[int]:
    """Processes whose parent we are; other tests of this process may have some of their own."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after[1]) == os.getpid():
            found.append(int(folder.name))
    return found


def test_arguments_that_the_table_does_not_foresee_are_a_mistake_of_ours(host) -> None:
    with pytest.raises(ValueError, match="no form"):
        host.run(Program.DMSETUP, "table", "--showkeys")


@pytest.mark.parametrize("program", Program)
def test_every_program_stands_in_the_table_with_an_absolute_path(program) -> None:
    command = PROGRAMS[program]
    assert all(path.startswith("/") for path in command.paths.values())
    assert command.forms


@needs_root
@pytest.mark.parametrize("mode", [0o757, 0o775])
def test_a_program_that_others_can_replace_is_missing(tmp_path, mode) -> None:
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(mode)
    os.chown(program, 0, 1 if mode == 0o775 else 0)
    assert not files.is_roots_alone(str(program))


def test_a_program_below_a_folder_that_all_may_write_is_missing(tmp_path) -> None:
    assert not files.is_roots_alone(str(tmp_path / "program"))


def test_the_shell_is_roots_alone() -> None:
    assert files.is_roots_alone("/bin/sh")


def test_a_name_is_absent_only_if_its_folder_can_be_read(host, tmp_path) -> None:
    with pytest.raises(Absent):
        host.read(str(tmp_path / "nothing"))
    with pytest.raises(Absent):
        host.read(str(tmp_path / "no" / "folder" / "either"))
    assert read_if_there(host, str(tmp_path / "nothing")) is None
    assert list_if_there(host, str(tmp_path / "nothing")) == ()


@pytest.fixture
def ordinary_user() -> Iterator[LocalHost]:
    """A host that asks without root's rights."""
    if ROOT:
        os.seteuid(65534)
    yield LocalHost()
    if ROOT:
        os.seteuid(0)


def test_a_folder_that_is_closed_proves_nothing(ordinary_user) -> None:
    with pytest.raises(HostError) as error:
        ordinary_user.read("/root/nothing")
    assert refused(error) is Why.NOT_ELEVATED


def test_a_file_is_read_whole_or_not_at_all(host, tmp_path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"0123456789")
    path = str(file)
    assert host.read(path) == b"0123456789"
    assert host.read(path, limit=10) == b"0123456789"
    assert host.read(path, limit=4, whole=False) == b"0123"
    assert host.read(path, limit=4, offset=3, whole=False) == b"3456"
    with pytest.raises(HostError) as error:
        host.read(path, limit=9)
    assert refused(error) is Why.TOO_LARGE


@pytest.mark.threat("hostile-folder")
@pytest.mark.skipif(not hasattr(os, "O_PATH"), reason="O_PATH is Linux'")
def test_no_device_is_opened_by_a_link_that_a_person_left(tmp_path, monkeypatch) -> None:
    """Root reads settings in people's homes, and may open /dev/watchdog."""
    settings = tmp_path / "user"
    settings.symlink_to("/dev/null")
    flags, really = [], os.open
    monkeypatch.setattr(os, "open", lambda path, how: flags.append(how) or really(path, how))

    with pytest.raises(HostError) as error:
        files.read(str(settings), 1)

    assert refused(error) is Why.API_ERROR
    assert flags
    assert all(how & os.O_PATH for how in flags)


def test_a_pipe_is_not_waited_for(host, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(HostError) as error:
        host.read(str(tmp_path / "pipe"))
    assert refused(error) is Why.API_ERROR


def test_a_terminal_is_not_read(host) -> None:
    with pytest.raises(HostError):
        host.read("/dev/zero", 10, whole=False)


def test_files_of_proc_are_read_to_their_end(host) -> None:
    assert host.read("/proc/self/mountinfo", 8 << 20).endswith(b"\n")


def test_a_folder_tells_what_its_names_stand_for(host, tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_text("")
    (tmp_path / "c").symlink_to("b")
    found = host.list(str(tmp_path))
    assert found == (Entry("a", "folder"), Entry("b", "file"), Entry("c", "link"))
    with pytest.raises(HostError) as error:
        host.list(str(tmp_path), limit=2)
    assert refused(error) is Why.TOO_LARGE


def test_a_link_is_looked_at_and_not_followed(host, tmp_path) -> None:
    link = tmp_path / "link"
    link.symlink_to("/nowhere/at/all")
    assert host.stat(str(link)).link == "/nowhere/at/all"
    with pytest.raises(Absent):
        host.read(str(link))


@pytest.mark.parametrize("path", ["etc/passwd", "", "/etc/\0passwd"])
def test_a_path_that_is_none_is_refused(host, path) -> None:
    with pytest.raises(HostError) as error:
        host.read(path)
    assert refused(error) is Why.PARSE_ERROR


def test_nothing_under_a_network_mount_is_touched(host, tmp_path) -> None:
    """Not even through a link from elsewhere, and not by listing the mount itself."""
    (tmp_path / "mnt").mkdir()
    (tmp_path / "mnt" / "file").write_text("")
    (tmp_path / "images").symlink_to("mnt")
    host._remote, host._read_at = (str(tmp_path / "mnt"),), time.monotonic() + 1000
    for path in ("mnt/file", "images/file", "images/../images/file"):
        with pytest.raises(HostError) as error:
            host.read(str(tmp_path / path))
        assert refused(error) is Why.NOT_LOCAL
    with pytest.raises(HostError) as error:
        host.list(str(tmp_path / "mnt"))
    assert refused(error) is Why.NOT_LOCAL
    assert host.read("/proc/sys/kernel/hostname")


def test_links_in_a_circle_end(host, tmp_path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(HostError) as error:
        host.read(str(tmp_path / "a"))
    assert refused(error) is Why.API_ERROR


def test_there_is_no_registry_here(host) -> None:
    with pytest.raises(HostError) as error:
        host.registry("HKLM\\SOFTWARE")
    assert refused(error) is Why.UNSUPPORTED_OS


class Says:
    os = "linux"
    elevated = True

    def __init__(self, ran: Ran) -> None:
        self.ran = ran

    def run(self, program: Program, *args: str) -> Ran:
        return self.ran


@pytest.mark.parametrize(
    ("ran", "why"),
    [(Ran(1, b"x"), Why.API_ERROR), (Ran(0, b"x", cut=True), Why.TOO_LARGE)],
)
def test_half_an_output_is_none(ran, why) -> None:
    with pytest.raises(HostError) as error:
        output(Says(ran), Program.APT_CONFIG, "dump")
    assert refused(error) is why


def test_a_program_that_is_not_there_is_missing(host) -> None:
    if Path("/usr/sbin/zfs").exists():
        pytest.skip("zfs is installed here")
    with pytest.raises(HostError) as error:
        host.run(Program.ZPOOL, "list", "-v", "-H", "-P", "-L", "tank")
    assert refused(error) is Why.TOOL_MISSING


@pytest.mark.live
def test_apt_answers_through_the_table(host) -> None:
    if not Path("/usr/bin/apt-config").exists():
        pytest.skip("no apt here")
    assert b'Dir::Etc "etc/apt' in output(host, Program.APT_CONFIG, "dump")
