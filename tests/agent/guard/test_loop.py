"""The guard as a process: nothing is lost, nothing lies about, and it stops when it is told."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")
NOT_ENROLLED = '{"enrolled": false, "agent": null, "waiting": 0}'
SEALED_TWO = '{"enrolled": true, "agent": "5b1c4f0e-0000-4000-8000-000000000001", "waiting": 2}'


def is_alive(pid):
    return Path(f"/proc/{pid}").exists()


def state_of(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def children_of(pid):
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_every_folder_is_swept_and_a_patrol_goes_out_at_the_start(practice):
    practice.start()

    practice.until(lambda: practice.errands("patrol"))
    assert practice.sweeps()[0] is None
    words = practice.errands("patrol")[0]
    assert "--cause=start" in words
    assert "--event=agent_started=1" in words


def test_the_first_patrol_waits_for_the_first_sweep(practice):
    practice.tell("inspect.sleep", "2")
    practice.start()

    swept = practice.until(lambda: [n for n in practice.noted() if "asked" in n])[0]
    patrol = practice.until(lambda: [n for n in practice.noted() if n.get("errand") == "patrol"])[0]

    assert patrol["wall"] > swept["wall"]


def test_a_file_that_was_copied_in_is_asked_of_once(practice):
    practice.start()

    (practice.images / "bitewing.dcm").write_bytes(b"DICM")

    practice.until(practice.files)
    practice.until(practice.is_calm)
    assert practice.files() == [str(practice.images / "bitewing.dcm")]


def test_a_file_written_in_steps_is_asked_of_when_it_is_closed(practice):
    practice.start()

    with (practice.images / "pano.dcm").open("wb", buffering=0) as scanner:
        for _ in range(70):
            scanner.write(b"x" * 1000)
            practice.pause(0.05)
        assert practice.files() == []

    practice.until(practice.files)
    assert practice.files() == [str(practice.images / "pano.dcm")]


def test_a_rename_over_a_file_is_asked_of_under_both_names(practice):
    (practice.images / "pano.dcm").write_bytes(b"old")
    (practice.images / "pano.part").write_bytes(b"new")
    practice.start()

    (practice.images / "pano.part").rename(practice.images / "pano.dcm")

    practice.until(lambda: str(practice.images / "pano.dcm") in practice.files())


def test_a_deleted_file_is_asked_of_so_that_its_finding_closes(practice):
    (practice.images / "bitewing.dcm").write_bytes(b"DICM")
    practice.start()

    (practice.images / "bitewing.dcm").unlink()

    practice.until(lambda: practice.files() == [str(practice.images / "bitewing.dcm")])


def test_2000_files_in_new_nested_folders_are_all_asked_of(practice):
    practice.start()
    written = set()

    for patient in range(100):
        folder = practice.images / f"p{patient // 10}" / f"p{patient}" / "2026"
        folder.mkdir(parents=True)
        for number in range(20):
            (folder / f"{number}.dcm").write_bytes(b"DICM")
            written.add(str(folder / f"{number}.dcm"))

    practice.until(lambda: written <= set(practice.files()))
    practice.until(practice.is_calm)


def test_the_files_of_a_folder_that_is_moved_in_are_asked_of(practice, tmp_path):
    outside = tmp_path / "import" / "deep" / "er"
    outside.mkdir(parents=True)
    for number in range(50):
        (outside / f"{number}.dcm").write_bytes(b"DICM")
    practice.start()

    (tmp_path / "import").rename(practice.images / "import")

    wanted = {str(practice.images / "import/deep/er" / f"{n}.dcm") for n in range(50)}
    practice.until(lambda: wanted <= set(practice.files()))


def test_a_folder_that_is_moved_away_is_swept(practice, tmp_path):
    (practice.images / "2025").mkdir()
    practice.start()

    (practice.images / "2025").rename(tmp_path / "2025")

    practice.until(lambda: str(practice.images / "2025") in practice.sweeps())


@pytest.mark.skipif(not os.access(QUEUE, os.W_OK), reason="only root may make the queue small")
def test_after_an_overflow_every_file_was_asked_of_or_swept_after_its_last_byte(practice):
    for patient in range(40):
        (practice.images / f"p{patient}").mkdir()
    practice.start("64")
    practice.until(lambda: practice.home.guard.exists() and practice.root()["watched"])
    written = {}
    # Held for the first half, so that the kernel's queue is sure to overflow: half of the files
    # lie in folders that are watched already.
    os.kill(practice.process.pid, signal.SIGSTOP)
    for number in range(2000):
        if number == 1000:
            os.kill(practice.process.pid, signal.SIGCONT)
        folder = practice.images / f"p{number % 80}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.dcm").write_bytes(b"DICM")
        written[str(folder / f"{number}.dcm")] = time.time()

    def is_judged(path):
        return path in asked or any(at >= written[path] for at in swept_at)

    def unjudged():
        return [path for path in written if not is_judged(path)]

    def all_judged():
        asked.update(practice.files())
        swept_at[:] = [a["at"] for a in practice.asked() if a.get("path", "") is None]
        return not unjudged() and practice.is_calm() and practice.root()["watched"]

    asked, swept_at = set(), []
    practice.until(all_judged)
    practice.until(lambda: "watch_overflow" in str(practice.errands("patrol")))


def test_what_lies_on_a_disk_that_is_mounted_later_is_swept_and_watched(practice):
    (practice.images / "usb").mkdir()
    practice.start()
    mount = ["mount", "-t", "tmpfs", "none", str(practice.images / "usb")]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        practice.until(lambda: practice.sweeps().count(None) >= 2)

        (practice.images / "usb" / "pano.dcm").write_bytes(b"DICM")

        practice.until(lambda: str(practice.images / "usb" / "pano.dcm") in practice.files())
        practice.until(lambda: "--only=usb_storage" in str(practice.errands("patrol")))
    finally:
        subprocess.run(["umount", "--lazy", str(practice.images / "usb")], check=True)


@pytest.mark.slow
def test_a_file_that_hangs_inspect_is_given_up_and_the_others_are_judged(practice):
    practice.tell("hang", "cursed")
    practice.start()

    for name in ("a.dcm", "cursed.dcm", "z.dcm"):
        (practice.images / name).write_bytes(b"DICM")

    practice.until(lambda: len(set(practice.files())) == 3)
    given_up = [asked for asked in practice.asked() if asked.get("gave_up")]
    assert [Path(asked["file"]).name for asked in given_up] == ["cursed.dcm"]
    assert len([note for note in practice.noted() if "hung" in note]) == 2
    practice.until(practice.is_calm)


def test_a_file_that_crashes_inspect_is_given_up_too(practice):
    practice.tell("crash", "cursed")
    practice.start()

    (practice.images / "cursed.dcm").write_bytes(b"DICM")
    (practice.images / "good.dcm").write_bytes(b"DICM")

    practice.until(lambda: len(set(practice.files())) == 2)
    assert len([note for note in practice.noted() if "crashed" in note]) == 2


def test_nothing_is_lost_when_inspect_is_killed_in_mid_work(practice):
    practice.tell("inspect.sleep", "0.02")
    practice.start()
    written = set()
    for number in range(200):
        (practice.images / f"{number}.dcm").write_bytes(b"DICM")
        written.add(str(practice.images / f"{number}.dcm"))

    for killed in range(5):
        practice.until(lambda seen=killed: len(practice.files()) >= 20 * (seen + 1))
        os.kill(practice.noted()[-1]["pid"], signal.SIGKILL)

    practice.until(lambda: written <= set(practice.files()))
    practice.until(practice.is_calm)


def test_a_patrol_that_is_killed_is_sent_again(practice):
    practice.tell("patrol.sleep", "600")
    practice.start()
    first = practice.until(lambda: [n for n in practice.noted() if n.get("errand") == "patrol"])[0]
    practice.tell("patrol.sleep", "0")

    os.kill(first["pid"], signal.SIGKILL)

    practice.until(lambda: len(practice.errands("patrol")) == 2)
    words = practice.errands("patrol")[1]
    assert "--event=agent_started=1" in words
    assert "--event=errand_killed=1" in words


def test_what_an_errand_leaves_running_is_killed_with_it(practice):
    practice.tell("patrol.spawn", "yes")
    practice.start()

    note = practice.until(lambda: [n for n in practice.noted() if "grandchild" in n])[0]

    practice.until(lambda: not is_alive(note["grandchild"]) or state_of(note["grandchild"]) == "Z")


def test_no_ended_errand_stays_behind(practice):
    practice.tell("patrol.json", SEALED_TWO)
    practice.start()
    practice.until(lambda: practice.errands("courier"))

    def states():
        return [state_of(pid) for pid in children_of(practice.process.pid)]

    practice.until(lambda: "Z" not in states() and len(states()) <= 1)


def test_the_courier_goes_when_something_waits(practice):
    practice.tell("patrol.json", SEALED_TWO)
    practice.start()

    practice.until(lambda: practice.errands("courier"))


def test_no_courier_goes_before_enrolment(practice):
    practice.tell("patrol.json", NOT_ENROLLED)
    practice.start()
    practice.until(lambda: [n for n in practice.noted() if n.get("done") == "patrol"])

    (practice.images / "dicom-1").write_bytes(b"DICM")
    practice.until(lambda: len(practice.errands("patrol")) >= 2)

    assert practice.errands("courier") == []


def test_without_network_the_wake_file_is_touched_instead(practice):
    practice.tell("patrol.json", SEALED_TWO)
    practice.start(network=False)

    practice.until(practice.home.wake.exists)
    assert practice.errands("courier") == []


HOST = '[[host]]\nname = "nas"\naddress = "nas.practice"\nuser = "dentinel"\n'


def visits_a_nas(practice):
    with practice.home.settings.open("a") as file:
        file.write(HOST)


def test_a_sweep_that_gives_way_is_said_and_owed_and_new_files_go_before_it(practice):
    practice.tell("sweep.waits", "battery")
    practice.start()

    practice.until(lambda: practice.root()["sweep_waits"] == "battery")
    assert practice.root()["dirty"]
    (practice.images / "a.dcm").write_bytes(b"DICM")
    practice.until(practice.files)
    assert practice.sweeps() == [None]


def test_a_host_in_the_settings_is_visited_and_then_judged(practice):
    visits_a_nas(practice)
    practice.start()

    practice.until(lambda: practice.errands("visit"))
    practice.until(lambda: is_judged_after_the_visit(practice))


def is_judged_after_the_visit(practice):
    """By a patrol of its own, or by the first one of all, which had not gone out yet."""
    notes = practice.noted()
    ends = [number for number, note in enumerate(notes) if note.get("done") == "visit"]
    later = notes[ends[0] :] if ends else []
    words = [note["words"] for note in later if note.get("errand") == "patrol"]
    return any("--only=listeners" in said or "--cause=start" in said for said in words)


def test_a_host_that_was_not_reached_is_no_fault_of_the_errand(practice):
    visits_a_nas(practice)
    practice.tell("visit.rc", "1")
    practice.start()

    practice.until(lambda: is_judged_after_the_visit(practice))
    assert len(practice.errands("visit")) == 1


def test_a_visit_that_hangs_holds_nobody_up(practice):
    visits_a_nas(practice)
    practice.tell("visit.sleep", "600")
    practice.tell("patrol.json", SEALED_TWO)
    practice.start()

    practice.until(lambda: practice.errands("visit"))
    practice.until(lambda: [n for n in practice.noted() if n.get("done") == "patrol"])
    practice.until(lambda: practice.errands("courier"))
    assert len(practice.errands("visit")) == 1


def test_without_hosts_a_visit_goes_when_a_patrol_met_a_port(practice):
    practice.start()
    practice.until(lambda: [n for n in practice.noted() if n.get("done") == "patrol"])
    assert practice.errands("visit") == []

    practice.tell("patrol.json", '{"enrolled": false, "visit": true}')
    (practice.images / "dicom-1").write_bytes(b"DICM")
    practice.until(lambda: practice.errands("visit"))


def test_without_network_a_visit_is_woken_too_and_its_end_is_noticed(practice):
    visits_a_nas(practice)
    practice.start(network=False)

    practice.until(practice.home.wake_visit.exists)
    practice.until(lambda: [n for n in practice.noted() if n.get("done") == "patrol"])
    assert practice.errands("visit") == []
    practice.home.visit_ended.touch()
    practice.until(lambda: ["--only=listeners"] in practice.errands("patrol"))


def test_a_finding_starts_a_patrol_of_imaging_alone(practice):
    practice.start()
    practice.until(lambda: [n for n in practice.noted() if n.get("done") == "patrol"])

    (practice.images / "dicom-1").write_bytes(b"DICM")

    practice.until(lambda: ["--only=imaging"] in practice.errands("patrol"))


def test_new_settings_are_obeyed_without_a_restart(practice, tmp_path):
    practice.start()
    (tmp_path / "export").mkdir()

    with practice.home.settings.open("a") as file:
        file.write(f'[[imaging.root]]\nlabel = "usb"\npath = "{tmp_path}/export"\nrole="export"\n')

    practice.until(lambda: "usb" in practice.state()["roots"])
    (tmp_path / "export" / "pano.dcm").write_bytes(b"DICM")
    practice.until(lambda: str(tmp_path / "export" / "pano.dcm") in practice.files())


def test_a_mistake_in_the_settings_leaves_the_old_ones_in_force(practice):
    practice.start()

    practice.home.settings.write_text("role = 'dentist'")
    practice.pause(2)

    (practice.images / "pano.dcm").write_bytes(b"DICM")
    practice.until(practice.files)


def test_a_folder_that_comes_later_is_found_swept_and_watched(practice):
    practice.images.rmdir()
    practice.start()
    practice.until(practice.home.guard.exists)
    assert practice.root()["watched"] is False

    practice.images.mkdir()

    practice.until(lambda: practice.root()["watched"])
    (practice.images / "pano.dcm").write_bytes(b"DICM")
    practice.until(practice.files)


def test_sigterm_stops_the_guard_and_what_it_started(practice):
    practice.tell("patrol.sleep", "600")
    practice.start()
    patrol = practice.until(lambda: [n for n in practice.noted() if n.get("errand") == "patrol"])[0]

    assert practice.stop() == 0

    assert not is_alive(patrol["pid"]) or state_of(patrol["pid"]) == "Z"
    state = practice.state()
    assert state["stopped_at"] is not None
    assert state["roots"]["sidexis"]["watched"] is False


def test_the_next_guard_tells_how_the_last_one_ended(practice):
    practice.start()
    practice.until(practice.home.guard.exists)
    practice.process.kill()
    practice.process.wait()

    practice.start()

    # The first guard's own patrol may still be writing: it is not to be waited for.
    practice.until(
        lambda: any("--event=agent_crashed=1" in words for words in practice.errands("patrol"))
    )


def test_there_is_one_guard_a_home(practice):
    practice.start()
    first = practice.process

    practice.process = practice.launch()

    assert practice.process.wait(30) != 0
    practice.process = first
    assert first.poll() is None


def test_the_guard_loads_nothing_of_weight(practice):
    loaded = practice.modules_of("import agent.guard.start; import agent.guard.folders")

    heavy = {"rules", "evidence", "cryptography", "psutil", "typer", "yaml", "sqlite3", "ssl"}
    heavy |= {"asyncio", "logging", "watchdog", "agent.facts", "agent.host", "agent.outbox"}
    assert not heavy & loaded
