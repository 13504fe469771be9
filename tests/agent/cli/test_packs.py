"""`dentinel pack build`, `rules diff` and `rules docs`, as they are typed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.compiled import builtin
from rules.facts.base import Reading, Status
from rules.facts.form import to_json

RUNNER = CliRunner(env={"COLUMNS": "80"})
PACK = builtin.FOLDER
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def dentinel(*args: object):
    return RUNNER.invoke(app, [str(arg) for arg in args])


@pytest.fixture
def stricter(tmp_path) -> Path:
    """The shipped pack a year later: screens lock after ten minutes."""
    folder = tmp_path / "later"
    folder.mkdir()
    for file in PACK.glob("*.yaml"):
        (folder / file.name).write_text(file.read_text())
    screens = folder / "screens.yaml"
    screens.write_text(screens.read_text().replace("default: 15m", "default: 10m"))
    return folder


@pytest.fixture
def op1(tmp_path) -> Path:
    """What `dentinel facts` wrote where a screen locks after twelve minutes."""
    lock = {"after": "720s", "asks_password": True, "on_wake": None}
    user = {"name": "front_desk", "interactive": True, "enabled": True, "lock": lock}
    host = {"os": "linux", "role": "workstation"}
    facts = {"users": [user], "host": host}
    day = timedelta(days=1)
    readings = {n: to_json(Reading(n, Status.OK, form, AT, day)) for n, form in facts.items()}
    path = tmp_path / "OP1.json"
    path.write_text(json.dumps({"facts": readings}))
    return path


def test_nothing_differs_from_itself() -> None:
    said = dentinel("rules", "diff", PACK, builtin.FILE)
    assert (said.exit_code, said.output.splitlines()[-1]) == (0, "both ask and say the same")


def test_what_differs_is_told_with_the_verdicts_that_change(stricter, op1) -> None:
    said = dentinel("rules", "diff", PACK, stricter, "--facts", op1)
    assert said.exit_code == 1
    assert said.output == (
        "dental-baseline 1.0.0 -> dental-baseline 1.0.0\n"
        "\n"
        "screen-locks\n"
        "  tightened  params.max_idle\n"
        '    - "15m"\n'
        '    + "10m"\n'
        "\n"
        "on the facts of OP1.json\n"
        "  screen-locks: pass -> fail\n"
        "\n"
        "1 rule differs; the smallest allowed step of the version is minor: 1.0.0 to\n"
        "1.1.0 or later\n"
    )


def test_a_program_reads_the_same_as_one_document(stricter, op1) -> None:
    said = dentinel("rules", "diff", PACK, stricter, "--facts", op1, "--format", "json")
    document = json.loads(said.output)
    assert said.exit_code == 1
    assert (document["dentinel"], document["step"], document["smallest_version"]) == (
        *("diff/v1", "minor"),
        "1.1.0",
    )
    assert document["changes"] == [
        {
            "rule": "screen-locks",
            "kind": "tightened",
            "what": "params.max_idle",
            "before": '"15m"',
            "after": '"10m"',
        }
    ]
    assert document["verdicts"] == [
        {"facts": "OP1.json", "rule": "screen-locks", "before": "pass", "after": "fail"}
    ]


def test_a_rule_that_came_and_one_that_went_are_told_by_their_titles(stricter) -> None:
    text = (stricter / "screens.yaml").read_text()
    (stricter / "screens.yaml").write_text(
        text.replace("- id: screen-locks", "- id: screens-lock\n    replaces: [screen-locks]")
    )
    tests = (stricter / "screens_test.yaml").read_text()
    (stricter / "screens_test.yaml").write_text(tests.replace("screen-locks", "screens-lock"))
    said = dentinel("rules", "diff", PACK, stricter)
    assert "  added      Every user's screen locks by itself\n" in said.output
    assert "replaced by screens-lock" in said.output
    assert "major: 1.0.0 to" in said.output


def test_what_is_no_pack_is_wrong_use(tmp_path) -> None:
    (tmp_path / "odd.json").write_text("{}")
    for words in (("diff", PACK, tmp_path / "odd.json"), ("docs", tmp_path / "odd.json")):
        said = dentinel("rules", *words)
        assert said.exit_code == 2
        assert "odd.json is refused" in said.output
    assert dentinel("rules", "diff", PACK, tmp_path / "nowhere").exit_code == 2


def test_a_page_is_printed_or_written(tmp_path) -> None:
    printed = dentinel("rules", "docs", PACK)
    written = dentinel("rules", "docs", PACK, builtin.FILE, "-o", tmp_path / "pages")
    assert (printed.exit_code, written.exit_code) == (0, 0)
    page = (tmp_path / "pages" / "dental-baseline.md").read_text(encoding="utf-8")
    assert page == printed.output
    assert "## volumes-encrypted" in page


def test_a_pack_is_built_after_the_one_before(stricter, tmp_path) -> None:
    out = tmp_path / "out"
    assert dentinel("pack", "build", PACK, "-o", out).exit_code == 0
    said = dentinel("pack", "build", stricter, "--previous", out / "1.0.0.json", "-o", out)
    assert said.exit_code == 1
    assert list(out.iterdir()) == [out / "1.0.0.json"]


def test_a_version_before_that_is_damaged_is_wrong_use(tmp_path) -> None:
    (tmp_path / "1.0.0.json").write_bytes(builtin.data()[:-1])
    said = dentinel(
        "pack", "build", PACK, "--previous", tmp_path / "1.0.0.json", "-o", tmp_path / "out"
    )
    assert said.exit_code == 2
    assert "is refused" in said.output
