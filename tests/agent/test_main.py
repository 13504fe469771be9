"""`python -m agent`: chooses, and has imported nothing before it has chosen."""

import subprocess
import sys

import pytest


def run(*words):
    command = [sys.executable, "-I", "-m", "agent", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_unknown_part_is_wrong_use():
    done = run("--home", "/nowhere", "audit")

    assert done.returncode == 2
    assert (
        "run|service|patrol|inspect|courier|fetch-packs|install-packs|visit|enroll|" in done.stderr
    )


@pytest.mark.parametrize(
    ("part", "never"),
    [
        ("agent.guard.start", {"rules", "evidence", "cryptography", "psutil", "typer", "watchdog"}),
        ("agent.errands.patrol", {"yaml", "jsonschema", "typer", "http.client", "ssl", "tuf"}),
        ("agent.errands.inspect", {"yaml", "jsonschema", "typer", "http.client", "ssl"}),
        ("agent.errands.courier", {"yaml", "typer", "agent.facts", "agent.host", "agent.imaging"}),
    ],
)
def test_a_part_loads_its_own_packages_only(part, never):
    code = (
        f"import agent.__main__, sys; before = set(sys.modules); import {part}; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )

    assert not never & set(done.stdout.split())


def test_nothing_of_ours_is_loaded_before_the_choice():
    code = "import agent.__main__, sys; print(*(m for m in sys.modules if m.startswith('agent.')))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["agent.__main__"]
