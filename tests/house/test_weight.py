"""What a process loads: what it weighs and could do, and walls that imports alone do not show."""

import subprocess
import sys

import pytest

LOADED = "import sys; print('\\n'.join(sorted(sys.modules)))"

# What each entry must never load, and one thing that shows that it really ran.
ENTRIES = {
    "the guard": (
        "import agent.guard.loop",
        {"cryptography", "psutil", "rules", "evidence", "typer", "yaml", "sqlite3", "django"},
        "agent.guard.watch",
    ),
    "the patrol": (
        "import agent.errands.patrol",
        {"yaml", "jsonschema", "typer", "paramiko", "tuf", "django", "watchdog", "http.client"},
        "rules.engine",
    ),
    "the facts of a Linux": (
        "import agent.facts.index, agent.host.local; agent.facts.index.collectors('linux')",
        {
            *("agent.facts.on_macos", "agent.facts.on_windows", "agent.facts.users.windows"),
            *("agent.host.mac", "agent.host.winreg", "agent.readers.hive", "plistlib"),
            *("cryptography", "importlib.metadata", "psutil", "evidence.messages"),
        },
        "agent.facts.patching",
    ),
    "inspect": (
        "import agent.errands.inspect",
        {"yaml", "typer", "django", "watchdog", "http.client", "cryptography", "rules.engine"},
        "agent.imaging",
    ),
    "the courier": (
        "import agent.errands.courier",
        {"yaml", "typer", "psutil", "django", "watchdog", "agent.facts", "agent.host", "requests"},
        "evidence.messages",
    ),
    "what fetches rules": (
        "import agent.errands.fetch_packs",
        {"yaml", "typer", "psutil", "django", "watchdog", "agent.facts", "agent.host", "requests"},
        "tuf.ngclient",
    ),
    "what installs rules": (
        "import agent.errands.install_packs",
        {"yaml", "typer", "psutil", "django", "watchdog", "agent.transport", "rules.engine"},
        "tuf.ngclient",
    ),
    "a visit": (
        "import agent.errands.visit",
        # (paramiko itself loads yaml, through invoke)
        {"typer", "django", "watchdog", "rules.engine", "rules.language", "agent.transport.https"},
        "paramiko",
    ),
    "a probe": (
        "import agent.probes.main",
        {
            "yaml",
            "typer",
            "django",
            "psutil",
            "cryptography",
            "agent.facts",
            "agent.host",
            "sqlite3",
        },
        "agent.probes.index",
    ),
    "the offline verifier": (
        "import evidence.verify.run",
        {"yaml", "django", "typer", "sqlite3", "rules.engine", "rules.language", "agent"},
        "cryptography",
    ),
    "the agents' door": (
        "import controller.intake.asgi",
        {"django", "yaml", "rules.language", "typer"},
        "evidence.messages",
    ),
    "the engine": (
        "import rules.engine.judge",
        {"yaml", "jsonschema", "typer", "cryptography", "rules.language", "sqlite3"},
        "rules.compiled",
    ),
    "dentinel --help": (
        "import agent.cli.app, typer.main; typer.main.get_command(agent.cli.app.app)",
        {"yaml", "jsonschema", "paramiko", "django", "cryptography", "pydantic", "sqlite3"},
        "typer",
    ),
    "dentinel-controller --help": (
        "import controller.cli.app, typer.main; typer.main.get_command(controller.cli.app.app)",
        {"django", "cryptography", "uvicorn", "msgspec", "pydantic"},
        "typer",
    ),
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_loads_what_it_needs_and_no_more(entry) -> None:
    statement, never, shown = ENTRIES[entry]
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{LOADED}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert shown in loaded
    assert never & loaded == set()
