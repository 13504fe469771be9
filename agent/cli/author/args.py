"""What the commands of rule authors take alike."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...",
        help="Files or folders; without any the packs below here, else those shipped.",
        show_default=False,
    ),
]


class Written(StrEnum):
    """The forms of rules.workbench.reports, by their words."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


As = Annotated[
    Written,
    typer.Option("--format", help="text for people; json, sarif (2.1.0), github for programs."),
]
