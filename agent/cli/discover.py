"""`dentinel discover`: imaging software and folders found here, as settings to confirm."""

import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.context import Form

if TYPE_CHECKING:
    from agent.imaging.discover import Discovery, Proposal
    from agent.paths import Home


def discover(
    ctx: typer.Context,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TEXT,
) -> None:
    """Find imaging software and its folders; print them as settings to confirm.

    Nothing is written and nothing leaves this machine: what it prints holds paths.

    Example: dentinel discover
    """
    from agent.host.local import LocalHost
    from agent.imaging.discover import discover as search

    home = ctx.obj.home()
    found = search(LocalHost(), _watched(home))
    if form is Form.JSON:
        document = asdict(found) | {"snippet": snippet(found)}
        typer.echo(json.dumps(document, indent=2))
    else:
        typer.echo(snippet(found), nl=False)
        typer.echo(_advice(found, home), err=True)


def _watched(home: "Home") -> frozenset[str]:
    """The folders that the settings name already."""
    from agent import settings
    from agent.errors import SettingsError

    try:
        return frozenset(str(root.path) for root in settings.load(home).roots)
    except SettingsError as error:
        typer.echo(f"looking without the settings of this machine: {error.message}", err=True)
        return frozenset()


def snippet(found: "Discovery") -> str:
    """What was found, as text for agent.toml; what is no folder to watch stands in comments."""
    parts = [_root(one) for one in found.proposals]
    parts += [
        f"# {_said(name)} is installed; its images were not found where they usually lie.\n"
        for name in found.installed
    ]
    parts += [
        f"# {one.drive} is {_said(one.target)}: judged by the machine that owns it.\n"
        for one in found.shares
    ]
    parts += [f"# Not looked at: {_said(path)} ({why})\n" for path, why in found.unread]
    return "\n".join(parts)


def _root(one: "Proposal") -> str:
    lines = [f"# {line}" for line in _grounds(one)]
    lead = "# " if _is_a_disk(one.path) or not _is_text(one.path) else ""
    lines += [
        f"{lead}[[imaging.root]]",
        f'{lead}label = "{one.label}"',
        f"{lead}path = {_quoted(one.path)}",
        f'{lead}role = "{"outbox" if one.cloud else "store"}"',
    ]
    return "\n".join(lines) + "\n"


def _grounds(one: "Proposal") -> list[str]:
    """Why the folder is proposed, and what is to be known of it."""
    if one.bridge:
        grounds = [f"{_said(one.bridge)} hands over patients: names and birth dates in clear."]
        if _is_a_disk(one.path):
            grounds.append(
                "It lies at the top of a disk: let the programs use a folder of its own."
            )
        return grounds
    whose = one.product or "unknown"
    if one.kinds:
        grounds = [f"{whose}: a look found {', '.join(one.kinds)}."]
    else:
        grounds = [f"{whose}: a guess (trust {one.trust}); {one.looked_at} files show no image."]
    if one.cloud:
        grounds.append(f"It lies in {one.cloud}, which copies it away.")
    return grounds


def _advice(found: "Discovery", home: "Home") -> str:
    if not found.proposals:
        return f"No folder to propose. If images lie here, name their folders in {home.settings}."
    return f"Check each folder, then copy what is right into {home.settings}."


def _is_a_disk(path: str) -> bool:
    return re.fullmatch(r"[A-Za-z]:\\?|/", path) is not None


def _is_text(path: str) -> bool:
    """Can the settings, which are UTF-8, name it?"""
    return path.encode(errors="replace").decode() == path


def _quoted(path: str) -> str:
    """A path as TOML writes it: as it is, or escaped where it must be."""
    if "'" not in path and path.isprintable():
        return f"'{path}'"
    return json.dumps(path)


def _said(text: str) -> str:
    """A name of this machine on one line of a comment: nothing in it may steer the screen."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
