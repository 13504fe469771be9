"""Which packs are meant: the one that this package carries, or those that were named?"""

from collections.abc import Sequence
from pathlib import Path

import typer

from rules.compiled import builtin
from rules.compiled.file import load_file
from rules.compiled.rule import Pack
from rules.errors import Misused, PackRefused


def chosen(paths: Sequence[Path] | None) -> list[Pack]:
    """Load packs; one that cannot be used ends the command with exit 2 and says why."""
    try:
        return [pack for path in paths for pack in _at(path)] if paths else [builtin.pack()]
    except PackRefused as refused:
        typer.echo(str(refused), err=True)
        typer.echo(f"Nothing was judged. More: dentinel rules explain {refused.code}", err=True)
        raise typer.Exit(2) from None


def _at(path: Path) -> list[Pack]:
    """A compiled pack is one file; a pack as text is a folder, and is compiled on the way."""
    try:
        return [load_file(path)] if path.suffix == ".json" else _compiled(path)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except Misused as error:
        raise typer.BadParameter(str(error)) from error


def _compiled(path: Path) -> list[Pack]:
    from rules.workbench.build import build
    from rules.workbench.packs import check_pack, folders

    found = [check_pack(folder) for folder in folders([path])]
    for checked in found:
        if checked.has_errors:
            raise typer.BadParameter(
                f"{path} is not sound. See what is wrong: dentinel rules check {path}"
            )
    return [build(checked)[0] for checked in found]
