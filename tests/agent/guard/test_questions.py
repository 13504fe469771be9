"""What was asked stays asked until it is answered, and what kills is found out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.guard.questions import Question, Questions

TOPS = {"sidexis": "/srv/PDATA"}


def asked(*names):
    questions = Questions(TOPS, lambda: 100.0)
    for name in names:
        questions.ask(Question("sidexis", f"/srv/PDATA/{name}", 1.0))
    return questions


def lines(questions):
    return [json.loads(line) for line in questions.next_lines().splitlines()]


def answer(questions, number, **said):
    return questions.answered(json.dumps({"id": number, "changed": False} | said).encode())


def test_a_file_is_named_with_its_root_and_its_first_event():
    assert lines(asked("a.dcm")) == [
        {"id": 1, "file": "/srv/PDATA/a.dcm", "root": "sidexis", "at": 1.0}
    ]


def test_a_sweep_waits_for_the_files_and_goes_alone():
    questions = asked("a.dcm")
    questions.ask(Question("sidexis", "/srv/PDATA", 1.0, is_sweep=True))

    assert [line["id"] for line in lines(questions)] == [1]
    assert lines(questions) == []
    answer(questions, 1)
    assert lines(questions) == [
        {"id": 2, "sweep": "sidexis", "path": None, "at": 100.0, "since": 1.0}
    ]


def test_a_sweep_of_a_part_names_its_folder():
    questions = asked()
    questions.ask(Question("sidexis", "/srv/PDATA/lee", 1.0, is_sweep=True))

    assert lines(questions)[0]["path"] == "/srv/PDATA/lee"


@pytest.fixture
def sweeping():
    """A sweep that has been asked for and is on."""
    questions = asked()
    questions.ask(Question("sidexis", "/srv/PDATA", 1.0, is_sweep=True))
    lines(questions)
    return questions


def test_a_sweep_that_is_not_done_goes_on_after_the_files(sweeping):
    said = answer(sweeping, 1, later=None)
    sweeping.ask(Question("sidexis", "/srv/PDATA/a.dcm", 2.0))

    assert not said.is_done
    assert [line.get("file") for line in lines(sweeping)] == ["/srv/PDATA/a.dcm"]
    answer(sweeping, 2)
    assert lines(sweeping)[0]["again"] is True


def test_a_sweep_that_has_begun_stands_for_no_later_one(sweeping):
    answer(sweeping, 1, later=None)
    sweeping.ask(Question("sidexis", "/srv/PDATA", 5.0, is_sweep=True))

    assert len(sweeping) == 2


def test_a_sweep_begins_anew_with_a_new_inspect(sweeping):
    answer(sweeping, 1, later=None)
    lines(sweeping)
    sweeping.died()

    assert "again" not in lines(sweeping)[0]


def test_a_sweep_that_gives_way_is_told_and_owed_by_who_asked(sweeping):
    said = answer(sweeping, 1, later="battery")

    assert (said.is_done, said.waits_for) == (False, "battery")
    assert len(sweeping) == 0


def test_a_sweep_inside_one_that_waits_is_not_asked_again():
    questions = asked()
    questions.ask(Question("sidexis", "/srv/PDATA", 1.0, is_sweep=True))
    questions.ask(Question("sidexis", "/srv/PDATA/lee", 1.0, is_sweep=True))

    assert len(questions) == 1


def test_a_sign_of_life_answers_nothing():
    questions = asked("a.dcm")
    lines(questions)

    assert questions.answered(b'{"id": 1, "busy": true}') is None
    assert questions.answered(b"no json") is None
    assert questions.answered(b'{"id": 7, "changed": true}') is None
    assert len(questions) == 1


def test_the_first_unanswered_file_is_blamed_and_the_others_are_asked_again():
    questions = asked("a", "cursed", "z")
    lines(questions)
    answer(questions, 1)

    assert questions.died() is None
    assert [line["file"] for line in lines(questions)] == ["/srv/PDATA/cursed", "/srv/PDATA/z"]


def test_a_file_that_killed_twice_is_named_once_more_as_given_up():
    questions = asked("cursed")
    for _ in range(2):
        lines(questions)
        blamed = questions.died()

    assert blamed is not None
    assert lines(questions)[0]["gave_up"] is True


def test_a_file_that_kills_even_unopened_is_let_go():
    questions = asked("cursed")
    for _ in range(3):
        lines(questions)
        questions.died()

    assert len(questions) == 0


def test_a_sweep_that_killed_three_times_is_out_of_line():
    questions = asked()
    questions.ask(Question("sidexis", "/srv/PDATA", 1.0, is_sweep=True))
    blamed = [lines(questions) and questions.died() for _ in range(3)]

    assert blamed[:2] == [None, None]
    assert blamed[2].path == "/srv/PDATA"
    assert len(questions) == 0


def test_who_left_because_he_was_idle_is_not_blamed():
    questions = asked("a")
    for _ in range(5):
        lines(questions)
        questions.left()

    assert "gave_up" not in lines(questions)[0]


@given(st.lists(st.sampled_from(["ask", "send", "answer", "die", "leave"]), max_size=80))
def test_no_question_is_lost_in_any_order_of_events(events):
    questions, names, done = asked(), iter(range(1000)), set()

    def answer_first():
        if questions.is_flying:
            done.add(answer(questions, questions._flying[0].id).question.path)

    def die():
        blamed = questions.died()
        done.update({blamed.path} if blamed else ())

    act = {
        "ask": lambda: questions.ask(Question("sidexis", f"/srv/PDATA/{next(names)}", 1.0)),
        "send": questions.next_lines,
        "answer": answer_first,
        "die": die,
        "leave": questions.left,
    }
    for event in events:
        act[event]()
    while questions:
        questions.next_lines()
        answer_first()

    assert done == {f"/srv/PDATA/{number}" for number in range(next(names))}
