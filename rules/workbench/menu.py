"""How does a command line tell what it can do? Alike for each program and each command.

A group lists its commands with their whole first sentence. What stands for a value is in capitals
(`FILE`, `N`, `DATE`). An example is one line, however long: what is copied from a terminal can be
pasted.
"""

import re
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup, TyperOption

from rules import rim

_WHOLE = 1000
_AN_EXAMPLE = re.compile(r"[^:]+: (?:dentinel|dentinel-controller) \S")
_UNWRAPPED = "\b\n"  # what click takes for "leave these lines as they are"
_BY_TYPE = {
    "path": "FILE",
    "file": "FILE",
    "directory": "DIR",
    "datetime": "DATE",
    "int": "N",
    "int range": "N",
    "integer": "N",
    "integer range": "N",
}


class Menu(TyperGroup):
    """A group whose help, and that of all its commands, is laid out in the one way."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's signature
        """Lay out what is in it."""
        super().__init__(**attributes)
        for command in self.commands.values():
            command.help = unwrapped(command.help or "")
            for param in command.params:
                if isinstance(param, TyperOption | TyperArgument) and param.metavar is None:
                    param.metavar = stands_for(param)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run the chosen command; of a value that cannot be used its sentence is said, exit 2.

        How the command is typed is shown only where a word of it was not understood.
        """
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            if error.param is not None or error.param_hint is not None:
                raise
            typer.echo(f"error: {rim.shown(error.message)}", err=True)
            raise typer.Exit(2) from None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - click's signature
        """Write names and sentences in two columns, where click would cut a sentence off."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._told(ctx)))

    def _told(self, ctx: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - click's own
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                yield name, command.get_short_help_str(_WHOLE)


def unwrapped(text: str) -> str:
    """A command's help in which no line of an example will be broken."""
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(f"{_UNWRAPPED}{p}" if _AN_EXAMPLE.match(p) else p for p in parts)


def stands_for(param: TyperOption | TyperArgument) -> str | None:
    """What its help shows in place of a value: its choices, else by its type, else its own name."""
    choices = getattr(param.type, "choices", ())
    if getattr(param, "is_flag", False) or (choices and isinstance(param, TyperOption)):
        return None  # typer shows these well itself
    if choices:
        return f"<{'|'.join(map(str, choices))}>"
    many = "..." if param.nargs != 1 else ""
    name = (param.name or "").strip("_").replace("_", "-").upper()
    return _BY_TYPE.get(str(param.type.name), name) + many
