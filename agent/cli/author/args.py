"""What the commands of rule authors take alike."""

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
