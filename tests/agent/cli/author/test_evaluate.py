"""`dentinel rules eval`: through a real process, as a shell and another program use it."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.facts.base import Reading, Status
from rules.facts.form import to_json

DENTINEL = (sys.executable, "-m", "agent.cli.app")
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """What `dentinel facts --format json` wrote on a machine with a plain disk."""
    disk = {"name": "C:", "kind": "fixed", "role": "system", "protection": "unprotected"}
    disk |= {"holds_imaging": False, "cipher": {"$unknown": "timeout"}, "state_since": None}
    reading = Reading("volumes", Status.OK, [disk], AT, timedelta(minutes=5))
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"facts": {"volumes": to_json(reading)}}))
    return path


def run(*words: object):
    return CliRunner().invoke(app, ["rules", *map(str, words)])


def dentinel(*words: object, lines: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    command = [*DENTINEL, "rules", "eval", *map(str, words)]
    return subprocess.run(command, input=lines, capture_output=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ('volumes.all(v, v.protection == "protected")', 0, "false  bool\n"),
        ("volumes.map(v, v.name)", 0, '["C:"]  list<string>\n'),
        ("now", 0, "2026-11-22 10:00 UTC  timestamp\n"),
        (
            'volumes.all(v, v.cipher == "aes_gcm")',
            3,
            "unknown  volumes[0].cipher was not read: timeout\n",
        ),
        ("host.portable", 3, "unknown  host was not read: not_collected\n"),
    ],
)
def test_the_exit_says_if_there_is_a_value(facts, text, code, said) -> None:
    done = run("eval", text, "--facts", facts)
    assert (done.exit_code, done.output) == (code, said)


def test_an_error_is_shown_with_its_caret_and_ends_1(facts) -> None:
    done = dentinel('int("x") > 1', "--facts", facts)
    assert done.returncode == 1
    assert done.stdout.decode() == (
        "expression:1:1: error DL805: it cannot be converted\n"
        '    1 | int("x") > 1\n'
        "      | ^^^^^^^^\n"
        '      = help: ask first what the text looks like: ….matches("…")\n'
        "1 expression: 1 error\n"
    )


def test_a_mistake_ends_1_before_the_machine_is_asked(tmp_path) -> None:
    wrong = 'volumes.all(v, v.protecton == "x")'
    done = run("eval", wrong, "--facts", tmp_path / "none.json")
    assert done.exit_code == 1
    assert 'did you mean "protection"?' in done.output


@pytest.mark.parametrize("words", [(), ("1", "--batch"), ("--batch", "--facts", "facts.json")])
def test_wrong_use_ends_2(words) -> None:
    assert run("eval", *words).exit_code == 2


def test_an_argument_that_is_no_text_ends_2() -> None:
    done = dentinel(b"\xff".decode("utf-8", "surrogateescape"))
    assert (done.returncode, done.stderr) == (2, b"error: the expression is not UTF-8\n")


def test_without_recorded_facts_this_machine_is_asked(tmp_path) -> None:
    command = [*DENTINEL, "--home", str(tmp_path / "home"), "rules", "eval", 'host.name != ""']
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (0, b"true  bool\n")


def test_an_expression_about_nothing_asks_nothing() -> None:
    assert run("eval", "1 + 1").output == "2  int\n"


# --- JSON lines -----------------------------------------------------------------------------------


def test_a_batch_answers_each_line_in_order_and_ends_0() -> None:
    done = dentinel("--batch", lines=b'{"id":1,"expr":"1 + 1"}\nnonsense\n{"id":2,"expr":"1 / 0"}')
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert said[0] == {"id": 1, "value": {"int": "2"}}
    assert [one["error"]["class"] for one in said[1:]] == ["input", "eval"]


def test_an_answer_comes_before_the_next_line_is_sent() -> None:
    command = [*DENTINEL, "rules", "eval", "--batch"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as engine:
        for number in range(3):
            engine.stdin.write(f'{{"expr":"{number}"}}\n'.encode())
            engine.stdin.flush()
            assert json.loads(engine.stdout.readline()) == {"value": {"int": str(number)}}
        engine.stdin.close()
        assert engine.wait(timeout=60) == 0


def test_every_vector_is_answered_by_one_process(vectors) -> None:
    lines = (vectors / "cel" / "core.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines]
    asked = [{"id": n, "expr": a["expr"], "bindings": a["bindings"]} for n, a in enumerate(asked)]
    done = dentinel("--batch", lines="\n".join(map(json.dumps, asked)).encode())
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [one["id"] for one in said] == list(range(len(lines)))
    assert "internal" not in {one.get("error", {}).get("class") for one in said}


def test_hostile_lines_end_nothing() -> None:
    hostile = [b"[" * 100_000, b"x" * (2 << 20), b"\xff\x00", b'{"expr":"' + b"(" * 9_999 + b'"}']
    done = dentinel("--batch", lines=b"\n".join([*hostile, b'{"expr":"true"}']))
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [next(iter(one)) for one in said] == ["error"] * 4 + ["value"]
