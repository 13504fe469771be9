"""The command line answers at once, from one table, and says what to do next."""

import subprocess
import sys

import pytest
import typer.main

from agent.cli import app
from agent.cli.commands import COMMANDS
from agent.cli.program import program


def dentinel(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "agent.cli.app", *words], capture_output=True, text=True, check=False
    )


def test_help_lists_every_command_before_anything_is_loaded() -> None:
    done = dentinel("--help")
    assert done.returncode == 0
    for name, _, does in COMMANDS:
        assert f"  {name}" in done.stdout
        assert does in done.stdout


@pytest.mark.parametrize("group", ["rules", "pack"])
def test_what_a_command_does_is_wrapped_and_never_cut(group) -> None:
    assert "..." not in dentinel(group, "--help").stdout.replace("[ARGS]...", "")


def test_the_version_is_that_of_the_package() -> None:
    assert dentinel("--version").stdout.startswith("dentinel 0.")


@pytest.mark.parametrize(
    ("words", "code"),
    [(("nonsense",), 2), ((), 2), (("facts", "--nonsense"), 2), (("facts", "--help"), 0)],
)
def test_wrong_use_ends_with_2(words, code) -> None:
    assert dentinel(*words).returncode == code


@pytest.mark.parametrize("words", [("--help",), ("--version",)])
def test_neither_loads_the_command_line_library(words) -> None:
    script = (
        "import sys; sys.argv = ['dentinel', *sys.argv[1:]]\n"
        "from agent.cli.app import main\n"
        "main()\n"
        "print([name for name in ('typer', 'rules.facts', 'agent.facts') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_every_line_of_the_table_leads_to_a_command() -> None:
    group = typer.main.get_command(app.app)
    assert set(group.commands) == {name for name, _, _ in COMMANDS}


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        (["facts"], {"facts"}),
        (["--home", "facts", "audit"], {"audit"}),
        (["--home=x", "audit", "--format", "json"], {"audit"}),
        (["--version", "facts"], {name for name, _, _ in COMMANDS}),
        (["nonsense"], {name for name, _, _ in COMMANDS}),
    ],
)
def test_of_the_commands_only_the_chosen_one_is_loaded(words, loaded) -> None:
    assert set(typer.main.get_command(program(words)).commands or {}) == loaded


def test_an_error_of_ours_is_told_in_two_lines(tmp_path) -> None:
    (tmp_path / "agent.toml").write_text("rolle = 1\n")
    done = dentinel("--home", str(tmp_path), "facts", "host")
    assert done.returncode == 2
    assert "error A101" in done.stderr
    assert "help:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["--home", "", "seal", "--yes"], ["seal", "--yes", "--home="]])
def test_an_empty_home_is_not_the_systems(words: list[str]) -> None:
    """`--home "$UNSET"` of a script must not end the machine's own identity."""
    done = dentinel(*words)
    assert done.returncode == 2
    assert "--home names no folder" in done.stderr


@pytest.mark.parametrize("redirected", [">&-", ">/dev/full", "<&- >/dev/full"])
def test_output_that_cannot_be_written_ends_without_a_traceback(redirected) -> None:
    """A disk that is full, a terminal that is gone: one sentence, and no Python."""
    command = f"{sys.executable} -m agent.cli.app rules explain DL302 {redirected}"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == (2 if "full" in redirected else 0)
    assert ("cannot be kept" in done.stderr) is ("full" in redirected)
