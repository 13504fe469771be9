"""How are the commands of a group listed in its help? Each with its whole first sentence."""

from typing import Any

from typer.core import TyperGroup

_WHOLE = 1000


class Menu(TyperGroup):
    """Wraps what a command does where click would cut it off at the edge of the terminal."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - click's signature
        """Write the names and their sentences in two columns."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, one.get_short_help_str(_WHOLE)) for name, one in found if one is not None]
            )
