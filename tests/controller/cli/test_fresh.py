"""Each command begins in a process of its own, where Django is not there before its home is open.

In the other tests Django stands already: what a command loads too early is seen here alone. Each
runs in a child of one process until it opens the home, or answers that it cannot.
"""

import subprocess
import sys

import pytest

from tests.house.test_commands import commands

TYPED = {
    "alert test-channel": ["Tickets"],
    "backup": ["there.box"],
    "evidence export": ["there.dentinel-evidence"],
    "init": ["--rotate-ca", "finish"],
    "inventory import": ["list.csv"],
    "issuer add": ["https://login.example", "--name", "Staff", "--client-id", "dentinel"],
    "issuer end": ["7b1f0c9e-5a52-4f0e-9a39-6f5b1b6f2f10"],
    "keys recover": ["list.csv"],
    "machine approve": ["OP1"],
    "machine move": ["OP1"],
    "machine order": ["OP1", "rescan"],
    "machine quarantine": ["OP1", "--reason", "at a repair shop"],
    "machine replace": ["OP1", "OP2"],
    "machine retire": ["OP1", "--disposal", "shredded"],
    "machine revoke": ["OP1", "--why", "stolen", "--reason", "break-in", "--yes"],
    "machine rotate-keys": ["OP1"],
    "machine show": ["OP1"],
    "packs publish": ["list.csv"],
    "restore": ["."],
    "retention hold": ["--reason", "counsel"],
    "retention release": ["--reason", "closed"],
    "retention set": ["--reports", "3650"],
    "token revoke": ["abcdefghij234"],
    "token show": ["abcdefghij234"],
    "user add": ["dr_lee@bright-smiles.example", "--role", "auditor"],
    "user break-glass": ["dr_lee@bright-smiles.example", "--reason", "lost phone"],
    "user password": ["dr_lee@bright-smiles.example"],
    "user reset-second-factor": ["dr_lee@bright-smiles.example"],
    "waiver delegate": ["on"],
    "waiver import": ["list.csv", "--requester", "dr_lee@bright-smiles.example"],
    "waiver self-approval": ["on"],
    "waiver show": ["W-2026-014"],
}
LONG = {"demo", "serve"}  # these run until they are stopped

EACH = """
import os, sys
from controller.cli import app, ready
from controller.errors import HomeProblem

def opened():
    raise HomeProblem("this home is not opened here")

ready.opened = opened
for line in sys.stdin:
    sys.stdout.flush()
    child = os.fork()
    if not child:
        sys.stdin = open(os.devnull)
        os.dup2(1, 2)
        sys.argv = ["dentinel-controller", "--home", "controller", *line.rstrip("\\n").split("\\t")]
        print("$", *sys.argv[3:], flush=True)
        try:
            app.main()
        except SystemExit as end:
            code = end.code
        except BaseException as error:
            print(type(error).__name__)
            code = 99
        print("ended", code, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command says that is typed as a person types it, where there is no home."""
    room = tmp_path_factory.mktemp("server")
    (room / "list.csv").write_bytes(b"\xff\x00junk")
    typed = [
        "\t".join([*words, *TYPED.get(" ".join(words), [])])
        for words in commands("dentinel-controller")
        if words[0] not in LONG
    ]
    done = subprocess.run(
        [sys.executable, "-c", EACH],
        input="\n".join(typed) + "\n",
        cwd=room,
        capture_output=True,
        text=True,
        check=True,
    )
    parts = [part.partition("\n") for part in done.stdout.split("$ ")[1:]]
    assert len(parts) == len(typed)
    return {words: said for words, _, said in parts}


@pytest.mark.skipif(sys.platform == "win32", reason="children are made by fork")
def test_no_command_needs_what_only_an_open_home_brings(told) -> None:
    ends = {words: said for words, said in told.items() if not said.endswith(("d 0\n", "d 2\n"))}
    assert set(ends) == {"doctor"}  # which says so itself, and ends with 1
    assert [words for words, said in told.items() if "File " in said] == []


def test_most_come_as_far_as_the_home(told) -> None:
    assert sum("is not opened here" in said for said in told.values()) > 40
