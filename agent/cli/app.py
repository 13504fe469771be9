"""Where the command `dentinel` begins.

`--help` and `--version` are answered here, from the table of commands, before anything is loaded:
they must come at once on the oldest PC of a practice. For all else agent.cli.program loads typer,
and of the commands only the one that was chosen.
"""

import sys
from typing import TYPE_CHECKING

from agent.cli.commands import ABOUT, COMMANDS, NEXT
from rules import rim

if TYPE_CHECKING:
    import typer

    app: typer.Typer

_HELP = """\
Usage: dentinel [--home DIR] COMMAND [ARGS]...

  {about}

Options:
  --home DIR  The agent's folder, in place of the system's; also DENTINEL_HOME.
  --version   Say the version, and end.
  --help      Say this, and end.

Commands:
{commands}

{next}
"""


def main() -> None:
    """Where the installed command begins."""
    rim.run(lambda: _run(sys.argv[1:]))


def _run(words: list[str]) -> None:
    if words == ["--help"]:
        commands = "\n".join(f"  {name:<11}  {does}" for name, _, does in COMMANDS)
        sys.stdout.write(_HELP.format(about=ABOUT, commands=commands, next=NEXT))
    elif words == ["--version"]:
        from agent.version import VERSION

        sys.stdout.write(f"dentinel {VERSION}\n")
    else:
        from agent import faults

        faults.begin("dentinel")  # before typer, which keeps the hook that it finds
        from agent.cli.program import program
        from agent.ourselves import chosen_home

        home, rest = chosen_home(words)
        typed = rest if home is None else ["--home", home, *rest]
        program(typed)(typed, prog_name="dentinel")


def __getattr__(name: str) -> object:
    """`app` is the whole program, built when somebody asks for it: for tests and documents."""
    if name == "app":
        from agent.cli.program import program

        return program()
    raise AttributeError(name)


if __name__ == "__main__":
    main()
