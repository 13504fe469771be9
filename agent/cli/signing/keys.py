"""`dentinel pack keys`: keys of those who decide on rules, and a sheet that brings them back."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from agent.cli.signing.passphrase import PassphraseFile

if TYPE_CHECKING:
    from agent.packs.author.desk import Desk
    from evidence.keys import SigningKey
    from evidence.roster import Roster

_T = TypeVar("_T")


class Kind(StrEnum):
    """Who is it for?"""

    PRACTICE = "practice"
    MSP = "msp"


class Only(StrEnum):
    """For what is a key alone?"""

    ROOT = "root"
    TARGETS = "targets"


def keys(  # noqa: PLR0913, PLR0917 - a command has an argument for each of its options
    more: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", hidden=True, show_default=False)
    ] = None,
    new: Annotated[
        Kind | None, typer.Option(help="Begin: a practice makes its keys, an MSP its first root.")
    ] = None,
    mine: Annotated[
        bool, typer.Option("--mine", help="Make your own keys, as one of several people.")
    ] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Write a key file from the rows of a recovery sheet.")
    ] = False,
    folder: Annotated[Path, typer.Option(metavar="DIR", help="The author's folder.")] = Path(),
    online: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What the controller wrote: online-keys.json."),
    ] = None,
    root_a: Annotated[
        Path | None, typer.Option(metavar="DIR", help="practice: the stick for the safe.")
    ] = None,
    root_b: Annotated[
        Path | None, typer.Option(metavar="DIR", help="practice: the stick kept elsewhere.")
    ] = None,
    members: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE...", help="msp: the public files of three people or more."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="mine: your short name: kim.")
    ] = None,
    only: Annotated[
        Only | None, typer.Option(help="mine: a key for this alone, as one is lost.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="PLACE",
            help="mine: the stick for the root key. recover: the key file to write.",
        ),
    ] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the recovery sheet there, not to the screen."),
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Make the keys that rules are signed with, or bring one back from its recovery sheet.

    Example: dentinel pack keys --new practice --online online-keys.json --root-a /media/safe
    --root-b /media/home --folder our-rules
    """
    asked = _Asked(folder, passphrase_file, sheet)
    if sum((new is not None, mine, recover)) != 1:
        raise typer.BadParameter("say one of --new practice, --new msp, --mine and --recover")
    if recover:
        _recover(asked, _needed(to, "--to FILE, the key file to write"))
    elif mine:
        _mine(asked, _needed(name, "--name NAME"), only, to)
    elif new is Kind.PRACTICE:
        sticks = _Sticks(
            _needed(root_a, "--root-a DIR, a stick"), _needed(root_b, "--root-b DIR, a second one")
        )
        _practice(asked, _needed(online, "--online online-keys.json"), sticks)
    else:
        people = [*(members or ()), *(more or ())]
        _msp(asked, _needed(online, "--online online-keys.json"), people)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where it all goes, and how the passphrase comes in."""

    folder: Path
    passphrase_file: Path | None
    sheet: Path | None

    def desk(self) -> "Desk":
        from agent.packs.author.desk import Desk

        return Desk(self.folder)

    def print(self, made: "dict[str, SigningKey]", org: str) -> None:
        """Show the sheet, or write it where it was asked for."""
        from datetime import UTC, datetime

        from agent import files
        from agent.cli.terminal import say
        from agent.packs.author.sheet import sheet

        text = sheet(made, org, f"{datetime.now(UTC):%Y-%m-%d}")
        if self.sheet is None:
            say(f"\n{text}\n")
        else:
            files.write(self.sheet, text.encode())
            typer.echo(f"wrote the recovery sheet {self.sheet}: print it, then delete the file")


@dataclass(frozen=True, slots=True)
class _Sticks:
    """Two places for two root keys."""

    a: Path
    b: Path


def _needed(value: _T | None, option: str) -> _T:
    if value is None:
        raise typer.BadParameter(f"this needs {option}")
    return value


def _practice(asked: _Asked, online: Path, sticks: _Sticks) -> None:
    import os
    from datetime import UTC, datetime

    from tuf.api.metadata import Metadata

    from agent.cli.signing import passphrase
    from agent.packs.author import making, roots
    from agent.packs.author.desk import read_roster
    from agent.packs.author.signing import add_signature
    from evidence.roster import PublicKeys

    if sticks.a.resolve() == sticks.b.resolve():
        raise typer.BadParameter("two sticks are two folders: one may be lost")
    roster, desk = read_roster(online), asked.desk()
    _require_new(desk)
    places = [
        making.Place("root-a", sticks.a / "root-a.key"),
        making.Place("root-b", sticks.b / "root-b.key"),
        making.Place("author", desk.keys / "author.key"),
    ]
    making.require_free(places)
    made = making.make(places, passphrase.new(asked.passphrase_file), os.urandom)
    holders = [
        PublicKeys(name="root-a", root=made["root-a"].public.hex),
        PublicKeys(name="root-b", root=made["root-b"].public.hex),
        PublicKeys(name="author", targets=made["author"].public.hex),
    ]
    signed = Metadata(roots.first(holders, roots.Thresholds(1), roster, datetime.now(UTC)))
    for key in (made["root-a"], made["root-b"]):
        add_signature(signed, key)
    _begin(desk, online, roster)
    desk.keep_root(signed)
    for place in places:
        typer.echo(f"wrote {place.file}")
    asked.print(made, roster.org.name)
    typer.echo(
        f"root {signed.signed.version} holds until {signed.signed.expires:%Y-%m-%d}; "
        "any one stick signs the next"
    )
    typer.echo(f"next: look at {desk.assignment}, then dentinel pack sign --folder {desk.folder}")


def _mine(asked: _Asked, name: str, only: Only | None, stick: Path | None) -> None:
    import os

    from agent import files
    from agent.cli.signing import passphrase
    from agent.packs.author import making
    from evidence.roster import PUBLIC_SUFFIX, PublicKeys

    desk = asked.desk()
    places = []
    if only is not Only.TARGETS:
        where = _needed(stick, "--to DIR, a stick for the root key")
        places.append(making.Place("root", where / f"{name}-root.key"))
    if only is not Only.ROOT:
        places.append(making.Place("targets", desk.keys / f"{name}.key"))
    _named(name)
    made = making.make(places, passphrase.new(asked.passphrase_file), os.urandom)
    hexes = {role: key.public.hex for role, key in made.items()}
    public = PublicKeys(name=name, root=hexes.get("root"), targets=hexes.get("targets"))
    desk.folder.mkdir(parents=True, exist_ok=True)
    file = desk.folder / f"{name}{PUBLIC_SUFFIX}"
    files.write(file, public.to_bytes(), mode=0o644)
    for place in places:
        typer.echo(f"wrote {place.file}")
    asked.print({f"{name}, {role}": key for role, key in made.items()}, name)
    typer.echo(f"next: hand over {file}; it is public, and the key files stay with you")


def _named(name: str) -> None:
    """BadParameter for a name that is none; asked before any key is made."""
    import re

    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", name) is None:
        raise typer.BadParameter(f"{name!r} is no short name: small letters, digits and -")


def _msp(asked: _Asked, online: Path, people: list[Path]) -> None:
    from datetime import UTC, datetime

    from tuf.api.metadata import Metadata

    from agent import files
    from agent.cli.signing.reading import public_file
    from agent.cli.terminal import say
    from agent.packs.author import roots, rootwords
    from agent.packs.author.desk import read_roster
    from evidence.roster import PublicKeys

    if len(people) < 3:
        raise typer.BadParameter("an MSP's root is signed by 2 of 3 people: name three files")
    roster, desk = read_roster(online), asked.desk()
    _require_new(desk)
    members = [public_file(file) for file in people]
    authors = [one.name for one in members if one.targets is not None][:2]
    holders = [
        one if one.name in authors else PublicKeys(name=one.name, root=one.root) for one in members
    ]
    root = roots.first(holders, roots.Thresholds(2), roster, datetime.now(UTC))
    _begin(desk, online, roster)
    files.write(desk.draft, Metadata(root).to_bytes(), mode=0o644)
    say("\n".join([*rootwords.lines(root, None), ""]))
    typer.echo(f"wrote {desk.draft}; it counts when two have signed it:")
    typer.echo(f"next: dentinel pack sign --role root {desk.draft} --key STICK/NAME-root.key")


def _recover(asked: _Asked, file: Path) -> None:
    import os
    import sys

    from agent.cli.signing import passphrase
    from agent.packs.author import making, sheet

    making.require_free([making.Place("key", file)])
    if sys.stdin.isatty():
        typer.echo("Type the four rows of the key, each with its check, then an empty line:")
    rows: list[str] = []
    while len(rows) < 4 and (line := sys.stdin.readline()).strip():
        rows.append(line)
    key = sheet.read("".join(rows))
    typer.echo(f"this is the key with the id {key.keyid[:16]}: compare it with the sheet")
    making.write(file, key, passphrase.new(asked.passphrase_file), os.urandom)
    typer.echo(f"wrote {file}")


def _require_new(desk: "Desk") -> None:
    if desk.signed.exists() or desk.draft.exists():
        raise typer.BadParameter(
            f"{desk.folder} holds keys and roots already; change them with "
            "dentinel pack sign --role root"
        )


def _begin(desk: "Desk", online: Path, roster: "Roster") -> None:
    """The author's folder, with what the controller said and a first list of who gets what."""
    from agent import files
    from agent.packs.author.making import starter
    from rules.compiled import builtin

    desk.folder.mkdir(parents=True, exist_ok=True)
    if online.resolve() != desk.online.resolve():
        files.write(desk.online, online.read_bytes(), mode=0o644)
    if not desk.assignment.exists():
        pack = builtin.pack()
        text = starter(roster, pack.pack, pack.version)
        files.write(desk.assignment, text.encode(), mode=0o644)
