"""What was said before the name of the command: which home, or only the version?"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from agent.paths import Home


class Form(StrEnum):
    """How a command writes its answer."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options that stand before the command."""

    home_option: str | None

    def home(self) -> "Home":
        """The home that was named, or the system's."""
        from agent.paths import Home

        return Home.at(self.home_option)


def say_version(wanted: bool) -> None:
    """Print the version of the package and end."""
    if wanted:
        from agent.version import VERSION

        typer.echo(f"dentinel {VERSION}")
        raise typer.Exit
