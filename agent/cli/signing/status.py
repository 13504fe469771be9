"""`dentinel pack status`: what is signed, by whom, until when, and what is due?"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli.context import Form

if TYPE_CHECKING:
    from agent.packs.author.desk import Desk


def status(
    folder: Annotated[Path, typer.Option(metavar="DIR", help="The author's folder.")] = Path(),
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TEXT,
) -> None:
    """Say who may sign, what is signed and until when. Exit 0 in order, 1 something is due.

    Example: dentinel pack status --folder our-rules
    """
    import json
    from datetime import UTC

    from agent.cli.terminal import say
    from agent.packs.author.desk import Desk

    desk = Desk(folder)
    found = _found(desk, datetime.now(UTC))
    if form is Form.JSON:
        say(json.dumps(found, indent=2) + "\n")
    else:
        say("\n".join([*_lines(desk, found), ""]))
    raise typer.Exit(1 if found["due"] else 0)


def _found(desk: "Desk", now: datetime) -> dict[str, Any]:
    import hashlib

    from agent.packs.author import roots, rootwords
    from evidence.distribution import ROOT, TARGETS

    chain = desk.roots()
    root, targets = chain[-1].signed, desk.targets()
    due = [rootwords.alarm(f"root {root.version}", root.expires, now)]
    if targets is not None:
        what = f"targets {targets.signed.version}"
        due.append(rootwords.alarm(what, targets.signed.expires, now))
    return {
        "root": root.version,
        "root_expires": root.expires.isoformat(),
        "first_root": chain[0].signed.version,
        "first_root_sha256": hashlib.sha256(chain[0].to_bytes()).hexdigest(),
        "holders": {role: sorted(roots.holders(root, role).values()) for role in (ROOT, TARGETS)},
        "thresholds": {role: root.roles[role].threshold for role in (ROOT, TARGETS)},
        "targets": targets.signed.version if targets else None,
        "targets_expires": targets.signed.expires.isoformat() if targets else None,
        "due": [one for one in due if one is not None],
    }


def _lines(desk: "Desk", found: dict[str, Any]) -> list[str]:
    from agent.packs.author import rootwords

    first = f"  root {found['first_root']} is {found['first_root_sha256']}"
    lines = [*rootwords.lines(desk.root(), None), first]
    if found["targets"] is None:
        lines.append("targets: none signed yet; next: dentinel pack sign")
    else:
        lines.append(f"targets {found['targets']}, until {found['targets_expires'][:10]}")
    if desk.draft.exists():
        lines.append(f"{desk.draft} waits for signatures: dentinel pack sign --role root")
    return [*lines, *(f"due: {one}" for one in found["due"])]
