"""What was fetched answers; absent is only what is proven so; the rest is asked for next."""

import pytest

from agent.host.base import Absent, Entry, HostError
from agent.host.programs import Program
from agent.host.recording import Call
from agent.host.ssh.sections import Section
from agent.host.ssh.snapshot import MOST, Snapshot
from rules.facts.base import Why

TIMEDATECTL = Call("run", Program.TIMEDATECTL, ("show", "-p", "NTPSynchronized"))


def nas(*sections: Section) -> Snapshot:
    """A NAS of which these sections came."""
    snapshot = Snapshot()
    snapshot.learn([Section("about", (), "/", "ok", b"0 Linux"), *sections], [TIMEDATECTL])
    return snapshot


def folder(path: str, *names: bytes) -> Section:
    body = b"".join(b"f" + name + b"\0" for name in names) + b"."
    return Section("list", (100,), path, "ok", body)


def file(path: str, data: bytes, limit: int = 100) -> Section:
    return Section("read", (0, limit), path, "ok", data + b".")


def why(ask) -> Why:
    with pytest.raises(HostError) as caught:
        ask()
    return caught.value.why


def test_a_file_that_was_fetched_is_read_whole_and_in_part() -> None:
    host = nas(file("/etc/os-release", b"ID=debian\n"))
    assert host.read("/etc/os-release") == b"ID=debian\n"
    assert host.read("/etc/os-release", 2, whole=False) == b"ID"
    assert why(lambda: host.read("/etc/os-release", 2)) is Why.TOO_LARGE


def test_of_a_file_that_was_cut_no_more_is_told_than_came() -> None:
    host = nas(file("/etc/shadow", b"x" * 11, limit=10))
    assert host.read("/etc/shadow", 10, whole=False) == b"x" * 10
    assert why(lambda: host.read("/etc/shadow", 20)) is Why.TIMEOUT
    assert [call.subject for call in host.missing] == ["/etc/shadow"]


def test_a_file_that_broke_off_while_it_was_read_is_no_shorter_file() -> None:
    host = nas(Section("read", (0, 100), "/etc/shadow", "ok", b"root:*"))
    assert why(lambda: host.read("/etc/shadow")) is Why.API_ERROR


def test_a_name_that_a_whole_listing_lacks_is_absent_and_so_is_all_below() -> None:
    host = nas(folder("/etc", b"passwd"))
    for path in ("/etc/exports", "/etc/pam.d/sshd"):
        with pytest.raises(Absent):
            host.read(path)
    assert host.missing == {}


def test_a_name_that_a_listing_has_is_not_absent() -> None:
    host = nas(folder("/etc", b"passwd"))
    assert why(lambda: host.stat("/etc/passwd")) is Why.TIMEOUT
    assert list(host.missing) == [Call("stat", "/etc/passwd")]


def test_a_listing_that_was_refused_or_cut_proves_nothing() -> None:
    refused = Section("list", (100,), "/root", "not_elevated", b"")
    long = Section("list", (1,), "/etc", "ok", b"fa\0fb\0.")
    host = nas(refused, long)
    assert why(lambda: host.read("/root/.bashrc")) is Why.TIMEOUT
    assert why(lambda: host.read("/etc/exports")) is Why.TIMEOUT
    assert why(lambda: host.list("/etc", 1)) is Why.TOO_LARGE


def test_a_listing_is_of_entries_with_their_kinds() -> None:
    host = nas(Section("list", (9,), "/srv", "ok", b"dimages\0lnow\0."))
    assert host.list("/srv") == (Entry("images", "folder"), Entry("now", "link"))


def test_a_process_that_ended_between_two_questions_was_not_there() -> None:
    listing = Section("list", (9,), "/proc", "ok", b"d1\0d77\0dsys\0.")
    host = nas(listing, file("/proc/1/comm", b"systemd\n"))
    assert [entry.name for entry in host.list("/proc")] == ["1", "sys"]
    with pytest.raises(Absent):
        host.read("/proc/77/comm")


def test_a_program_answers_to_its_own_words() -> None:
    host = nas(Section("run", (0,), "/usr/bin/timedatectl", "ok", b"NTPSynchronized=yes\n\n0."))
    ran = host.run(Program.TIMEDATECTL, *TIMEDATECTL.args)
    assert (ran.rc, ran.out) == (0, b"NTPSynchronized=yes\n")


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        ("not_elevated", b"", Why.NOT_ELEVATED),
        ("tool_missing", b"", Why.TOOL_MISSING),
        ("ok", b"half", Why.PARSE_ERROR),
        ("ok", b"\n137.", Why.TIMEOUT),
        ("ok", None, Why.PARSE_ERROR),
        ("splendid", b"\n0.", Why.PARSE_ERROR),
    ],
)
def test_a_program_that_gave_no_answer_says_why(status, body, reason) -> None:
    host = nas(Section("run", (0,), "/usr/bin/timedatectl", status, body))
    assert why(lambda: host.run(Program.TIMEDATECTL, *TIMEDATECTL.args)) is reason


def test_a_program_that_wrote_too_much_is_cut() -> None:
    host = nas(Section("run", (0,), "/usr/bin/timedatectl", "ok", b"x" * ((1 << 20) + 9)))
    ran = host.run(Program.TIMEDATECTL, *TIMEDATECTL.args)
    assert ran.cut
    assert len(ran.out) == 1 << 20


def test_a_link_whose_target_was_not_told_is_closed_to_us() -> None:
    looks = b"a1c0 0 0 64 5 9 '/proc/1/fd/0'\na1ff 0 0 64 5.5 9 '/proc/1/fd/1' -> 'socket:[7]'\n2."
    host = nas(Section("stats", (), "/proc/1/fd", "ok", looks), file("/proc/1/comm", b"x"))
    assert why(lambda: host.stat("/proc/1/fd/0")) is Why.ACCESS_DENIED
    assert host.stat("/proc/1/fd/1").link == "socket:[7]"
    assert [entry.name for entry in host.list("/proc/1/fd")] == ["0", "1"]


def test_of_looks_that_are_fewer_than_the_names_no_listing_is_made() -> None:
    host = nas(Section("stats", (), "/srv", "ok", b"81a4 0 0 64 5 9 '/srv/a'\n2."))
    assert host.stat("/srv/a").size == 64
    assert why(lambda: host.list("/srv")) is Why.TIMEOUT


@pytest.mark.parametrize("body", [b"", b"81a4 0 0 64 5 9\n", b"81a4 0 0\n.", b"a1ff 0 0 1 5 9\n."])
def test_a_stat_of_another_form_is_not_understood(body) -> None:
    host = nas(Section("stat", (), "/srv", "ok", body))
    assert why(lambda: host.stat("/srv")) is Why.PARSE_ERROR


def test_a_machine_that_is_no_linux_is_not_asked() -> None:
    snapshot = Snapshot()
    snapshot.learn([Section("about", (), "/", "ok", b"0 Darwin")], [])
    assert why(lambda: snapshot.read("/etc/passwd")) is Why.UNSUPPORTED_OS


def test_a_file_is_handed_to_no_program_there() -> None:
    places = ("Dir::Log::Planner=", "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=")
    options = ("Debug::NoLocking=1", *places, "Dir::Etc::sourceparts=-")
    words = [word for one in options for word in ("-o", one)]
    args = ("-s", *words, "-o", "deb https://deb/ stable main", "dist-upgrade")
    assert why(lambda: nas().run(Program.APT_GET, *args)) is Why.NOT_LOCAL


@pytest.mark.parametrize("path", ["etc/passwd", "/etc/\0passwd"])
def test_what_is_no_path_is_not_asked_for(path) -> None:
    host = nas()
    assert why(lambda: host.read(path)) is Why.PARSE_ERROR
    assert host.missing == {}


def test_a_machine_that_leads_on_for_ever_fills_no_memory() -> None:
    host = nas()
    for number in range(MOST + 10):
        assert why(lambda path=f"/srv/{number}": host.stat(path)) is Why.TIMEOUT
    assert len(host.missing) == MOST
