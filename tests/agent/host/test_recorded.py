"""A recorded machine answers as the machine did, and a hand-written one as it is written."""

from datetime import UTC, datetime

import pytest

from agent.facts.gather import gather
from agent.host.base import Absent, Entry, HostError
from agent.host.local import LocalHost
from agent.host.programs import Program
from agent.host.recorded import NotRecorded, RecordedHost, Recorder
from agent.host.recording import Header, NotARecording, read, write
from agent.host.tree import TreeHost
from rules.facts.base import Why
from tests.agent.facts.clinic import NOW, about, op1, pano_01

HEAD = (
    '{"dentinel":"recording/v1","os":"linux","elevated":true,"taken_at":"2026-11-22T12:00:00Z"}\n'
)
FACTS = ("host", "volumes", "usb_storage", "users", "patching")


def recorded(host: TreeHost, path) -> RecordedHost:
    recorder = Recorder(host)
    gather(recorder, about(), FACTS)
    path.write_text(write(Header("linux", recorder.elevated, NOW, "made"), recorder.calls))
    return RecordedHost.load(path)


@pytest.mark.parametrize("machine", [op1, pano_01])
def test_a_recording_gives_the_facts_of_its_machine(tmp_path, machine) -> None:
    before = gather(machine(), about(), FACTS)
    after = gather(recorded(machine(), tmp_path / "r.jsonl"), about(), FACTS)
    assert {n: r.value for n, r in after.items()} == {n: r.value for n, r in before.items()}


@pytest.mark.live
def test_this_machine_can_be_recorded(tmp_path) -> None:
    recorder = Recorder(LocalHost())
    before = gather(recorder, about(), FACTS)
    text = write(Header("linux", recorder.elevated, NOW), recorder.calls)
    after = gather(RecordedHost(*read(text)), about(), FACTS)
    assert {n: r.value for n, r in after.items()} == {n: r.value for n, r in before.items()}


def test_a_call_that_was_not_recorded_is_a_mistake_and_no_absent_file() -> None:
    host = RecordedHost(Header("linux", elevated=True, taken_at=NOW), {})
    for ask in (host.read, host.list, host.stat, host.registry):
        with pytest.raises(NotRecorded):
            ask("/etc/passwd")
    with pytest.raises(NotRecorded):
        host.run(Program.APT_CONFIG, "dump")
    assert not issubclass(NotRecorded, (HostError, Absent))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "not json",
        '{"dentinel": "recording/v2"}',
        '{"dentinel": "recording/v1", "os": "linux"}',
        HEAD + '{"op":"stat"}',
        HEAD + '{"op":"stat","path":"/x"}',
    ],
)
def test_a_file_that_is_no_recording_is_refused(text) -> None:
    with pytest.raises(NotARecording):
        read(text)


def test_a_recording_reads_as_the_documents_show_it() -> None:
    recorder = Recorder(TreeHost({"/etc/shadow": {"error": "access_denied"}}))
    with pytest.raises(HostError):
        recorder.stat("/etc/shadow")
    header = Header("linux", elevated=True, taken_at=datetime(2026, 11, 22, tzinfo=UTC))
    lines = write(header, recorder.calls).splitlines()
    assert lines[0].startswith('{"dentinel": "recording/v1", "os": "linux", "elevated": true')
    assert lines[1] == '{"op": "stat", "path": "/etc/shadow", "error": "access_denied"}'


TREE = {
    "dentinel": "tree/v1",
    "files": {
        "/etc/a": "text",
        "/etc/b": {"link": "a"},
        "/etc/c": {"b64": "/wA="},
        "/etc/d": {"error": "timeout"},
        "/etc/loop": {"link": "loop"},
        "/run/empty": {"folder": True},
    },
    "programs": {
        "apt-config dump": {"rc": 7, "out": "x"},
        "dmsetup table --target crypt": {"error": "timeout"},
    },
}


@pytest.fixture
def tree() -> TreeHost:
    return TreeHost.of(TREE)


def test_a_tree_answers_as_it_is_written(tree) -> None:
    assert tree.read("/etc/b") == b"text"
    assert tree.read("/etc/c") == b"\xff\0"
    assert tree.stat("/etc/b").link == "a"
    assert tree.list("/run/empty") == ()
    assert Entry("b", "link") in tree.list("/etc")
    assert tree.run(Program.APT_CONFIG, "dump").rc == 7


@pytest.mark.parametrize(
    ("path", "error"),
    [("/etc/d", HostError), ("/etc/loop", HostError), ("/etc", HostError), ("/etc/e", Absent)],
)
def test_what_a_tree_does_not_have_is_absent(tree, path, error) -> None:
    with pytest.raises(error):
        tree.read(path)


def test_a_program_that_a_tree_does_not_have_is_a_mistake(tree) -> None:
    with pytest.raises(NotRecorded):
        tree.run(Program.ZPOOL, "list", "-v", "-H", "-P", "-L", "tank")
    with pytest.raises(HostError) as error:
        tree.run(Program.DMSETUP, "table", "--target", "crypt")
    assert error.value.why is Why.TIMEOUT


def test_a_document_that_is_no_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="tree/v1"):
        TreeHost.of({"files": {}})
