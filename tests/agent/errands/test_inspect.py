"""inspect answers each request once, in order, and never says a path."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.errands.inspect import Inspection
from agent.imaging.courtesy import Moment
from agent.imaging.ledger import Ledger
from agent.paths import Home
from tests.agent.imaging.samples.practice import Practice
from tests.agent.imaging.samples.raster import JPEG

CANARY = "Canary_Smith_1987"


@pytest.fixture
def practice(tmp_path: Path):
    practice = Practice(tmp_path / "home", tmp_path / CANARY)
    yield practice
    practice.ledger.close()


@pytest.fixture
def inspection(practice: Practice) -> Inspection:
    return Inspection(practice.examiner())


def ask(inspection: Inspection, **request: object) -> dict[str, object]:
    return inspection.answer(json.dumps(request).encode())


def test_a_new_exposed_file_has_changed_something(inspection, practice) -> None:
    path = practice.put("a.jpg")
    request = {"id": 7, "file": str(path), "root": "images", "at": 1.0}

    assert ask(inspection, **request) == {"id": 7, "changed": True}
    assert ask(inspection, **request) == {"id": 7, "changed": False}


def test_a_first_sweep_has_changed_something(inspection) -> None:
    request = {"id": 8, "sweep": "images", "path": None, "at": 5.0}

    assert ask(inspection, **request) == {"id": 8, "changed": True}
    assert ask(inspection, **request) == {"id": 8, "changed": False}


def test_a_sweep_speaks_of_the_moment_it_was_asked_for(inspection, practice) -> None:
    ask(inspection, id=8, sweep="images", path=None, at=5.0)
    assert practice.ledger.sweeps.last("images").began_at == 5.0


def test_a_sweep_does_not_speak_of_the_future(inspection, practice) -> None:
    ask(inspection, id=8, sweep="images", path=None, at=9e12)
    assert practice.ledger.sweeps.last("images").began_at <= time.time()


def test_a_folder_asked_of_as_a_file_is_swept(inspection, practice) -> None:
    practice.put("Smith/a.jpg")
    folder = str(practice.images / "Smith")

    assert ask(inspection, id=1, file=folder, root="images")["changed"]
    assert practice.paths() == ["a.jpg"]


def test_a_part_can_be_swept(inspection, practice) -> None:
    practice.put("Smith/a.jpg")
    request = {"id": 1, "sweep": "images", "path": str(practice.images / "Smith"), "at": 1}
    assert ask(inspection, **request)["changed"]


def test_a_file_that_was_given_up_is_not_opened(inspection, practice) -> None:
    path = practice.put("a.jpg")
    ask(inspection, id=1, file=str(path), root="images", gave_up=True)
    assert practice.findings()[0].reason == "error"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"garbage",
        b"[]",
        b"[" * 100_000,
        b'{"id": "x"}',
        b'{"id": 1, "file": 7, "root": "images"}',
        b'{"id": 1, "file": "/etc/passwd", "root": "images"}',
        b'{"id": 1, "file": "/etc/passwd", "root": "none"}',
        b'{"id": 1, "file": "a\\u0000b", "root": "images"}',
        b'{"id": 1, "file": "/tmp/\\ud800", "root": "images"}',
        b'{"id": 1, "sweep": "none", "path": null}',
        b'{"id": 1, "sweep": ["images"], "path": null}',
        b'{"id": 1, "sweep": "images", "path": "/etc"}',
        b'{"id": 1, "sweep": "images", "path": 5}',
    ],
)
def test_what_cannot_be_meant_changes_nothing(line, inspection) -> None:
    assert inspection.answer(line)["changed"] is False


def test_a_name_that_no_system_writes_is_refused(inspection, practice) -> None:
    for name in ("\ud800", "a\0b"):
        path = f"{practice.images}/{name}"
        assert not ask(inspection, id=1, file=path, root="images")["changed"]
        assert not ask(inspection, id=1, sweep="images", path=path, at=1)["changed"]


def test_a_name_that_is_no_text_is_judged(inspection, practice) -> None:
    name = os.fsdecode(b"\xff\xfe.jpg")
    practice.put(name)
    assert ask(inspection, id=1, file=f"{practice.images}/{name}", root="images")["changed"]
    assert practice.paths() == [name]


def test_a_sweep_that_gives_way_says_to_what(practice) -> None:
    practice.put("a.jpg")
    inspection = Inspection(practice.examiner(), lambda: Moment(is_on_battery=True))

    asked = {"id": 3, "sweep": "images", "path": None, "at": 1, "since": time.time() - 60}
    assert ask(inspection, **asked) == {"id": 3, "changed": False, "later": "battery"}
    assert practice.ledger.sweeps.last("images") is None


def test_a_sweep_that_has_waited_for_half_a_day_goes_on(practice) -> None:
    inspection = Inspection(practice.examiner(), lambda: Moment(is_on_battery=True))

    asked = {"id": 3, "sweep": "images", "path": None, "at": 1, "since": time.time() - 43_201}
    assert ask(inspection, **asked) == {"id": 3, "changed": True}


def test_a_new_file_is_looked_at_while_sweeps_wait(practice) -> None:
    path = practice.put("a.jpg")
    inspection = Inspection(practice.examiner(), lambda: Moment(is_capturing=True))

    ask(inspection, id=3, sweep="images", path=None, at=1, since=time.time())
    assert ask(inspection, id=4, file=str(path), root="images", at=1)["changed"]


@pytest.fixture
def home(practice: Practice) -> Home:
    """The same practice, for a real process."""
    home = Home(practice.home)
    home.create()
    home.settings.write_text(
        "defer_sweeps = false\n"
        f'[[imaging.root]]\nlabel = "images"\npath = "{practice.images}"\nrole = "export"\n'
    )
    return home


def run(home: Home, *requests: dict[str, object]) -> subprocess.CompletedProcess[bytes]:
    lines = b"".join(json.dumps(request).encode() + b"\n" for request in requests)
    words = [sys.executable, "-m", "agent", "--home", str(home.root), "inspect"]
    return subprocess.run(words, input=lines, capture_output=True, check=True, timeout=60)


def test_the_process_answers_and_leaves_when_its_input_ends(home, practice) -> None:
    names = ["a.jpg", "b.jpg", "zeros"]
    files = [practice.put(name, bytes(99) if name == "zeros" else JPEG) for name in names]
    asked = [
        {"id": n, "file": str(path), "root": "images", "at": 1} for n, path in enumerate(files)
    ]
    ran = run(home, *asked, {"id": 9, "sweep": "images", "path": None, "at": 1})
    answers = [json.loads(line) for line in ran.stdout.splitlines()]

    assert [answer["id"] for answer in answers if "busy" not in answer] == [0, 1, 2, 9]
    assert all(answer["changed"] for answer in answers)


def test_no_path_is_in_any_answer_or_log(home, practice) -> None:
    path = practice.put(f"{CANARY}.jpg")
    (practice.images / "shut").mkdir()
    requests = [
        {"id": 1, "file": str(path), "root": "images", "at": 1},
        {"id": 2, "file": str(path) + "gone", "root": "images", "at": 1},
        {"id": 3, "sweep": "images", "path": None, "at": 1},
        {"id": 4, "sweep": "images", "path": f"/{CANARY}", "at": 1},
        {"id": 5, "file": f"{CANARY}\0", "root": CANARY},
        {"file": CANARY},
    ]
    ran = run(home, *requests)

    assert CANARY.encode() not in ran.stdout + ran.stderr
    with Ledger.open(home.local) as ledger:  # the control: it is there where it may be
        assert CANARY in ledger.findings.listed("images", 9, 0.0)[0].path


def test_it_loads_nothing_that_it_does_not_need(home) -> None:
    code = (
        "import sys; from agent.errands import inspect; "
        "print(*{'yaml', 'typer', 'cryptography', 'pydicom', 'ssl'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert ran.stdout.strip() == ""
