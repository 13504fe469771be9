"""`dentinel-controller backup`: all of the controller in one sealed file, while it serves."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from rules.counted import sized


def backup(
    out: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
) -> None:
    """Write database, keys and published rules into one file that the recovery sheet opens.

    The file is encrypted with a key that comes from the controller's seed, so no passphrase lies
    beside it: keep the recovery sheet in the safe. The seed itself is not in it.

    Example: dentinel-controller backup /mnt/nas/dentinel-2026-11-23.box
    """
    from controller.cli import ready
    from controller.identity import backup as backups
    from controller.identity.secrets import Keys

    here = ready.home()
    keys = Keys.load(here)
    at = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    size = backups.write(here, out, keys, at)
    typer.echo(f"wrote {out}: {sized(size)}, read back whole")
    typer.echo(f"to try it: dentinel-controller restore {out} --verify")
