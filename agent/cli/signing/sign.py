"""`dentinel pack sign`: put an author's or a key holder's name to rules, or to a root."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from agent.cli.signing.passphrase import PassphraseFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evidence.roster import Roster
    from rules.language.assignments import AssignmentSource
    from rules.language.source import Source
    from rules.workbench.reports.base import Outcome


class Role(StrEnum):
    """As who?"""

    TARGETS = "targets"
    ROOT = "root"


def sign(  # noqa: PLR0913, PLR0917 - a command has an argument for each of its options
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="root: the draft to sign.", show_default=False),
    ] = None,
    role: Annotated[Role, typer.Option(help="Sign rules, or who may sign.")] = Role.TARGETS,
    folder: Annotated[Path, typer.Option(metavar="DIR", help="The author's folder.")] = Path(),
    key: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A key file; for rules that in the author's folder."),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Only say what would change; sign nothing.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="rules: a clinic may get an older version of a pack.")
    ] = False,
    renew: Annotated[
        bool, typer.Option("--renew", help="root: begin the next one, for another year.")
    ] = False,
    without: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="root: this holder signs no longer.")
    ] = None,
    with_: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="FILE", help="root: NAME.public.json, who signs now too."),
    ] = None,
    online: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="root: new keys of the controller, online-keys.json."),
    ] = None,
    threshold: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="root: how many must sign the next ones.")
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Show in words what changes for which machines, ask the passphrase, and sign it.

    Rules follow from assignment.yaml in the author's folder. With --role root: sign a root that
    waits for signatures, or begin the next one.

    Example: dentinel pack sign --folder our-rules
    """
    if role is Role.ROOT:
        from agent.cli.signing.root import Wanted, sign_root

        wanted = Wanted(
            folder,
            file,
            tuple(key or ()),
            tuple(without or ()),
            tuple(with_ or ()),
            online,
            threshold,
            renew=renew,
            show=show,
        )
        sign_root(wanted, passphrase_file)
        return
    if file or renew or without or with_ or online or threshold:
        raise typer.BadParameter("these go with --role root")
    _Rules(folder, next(iter(key or ()), None), show=show, back=back).sign(passphrase_file)


@dataclass(frozen=True, slots=True)
class _Rules:
    """One signing of rules."""

    folder: Path
    key: Path | None
    show: bool
    back: bool

    def sign(self, passphrase_file: Path | None) -> None:
        """Draft, tell, ask, sign, keep."""
        from datetime import UTC, datetime

        from agent.cli.signing import passphrase
        from agent.cli.signing.reading import own_key
        from agent.cli.terminal import say
        from agent.packs.author import changes, targets
        from agent.packs.author.desk import Desk

        desk, now = Desk(self.folder), datetime.now(UTC)
        root, roster, before = desk.root(), desk.roster(), desk.targets()
        held = desk.contents()
        contents = self._contents(desk.assignment, held, roster)
        unsigned = targets.following(before, contents, now, roster.used.targets)
        told = changes.told(held, contents, roster)
        head = f"targets {unsigned.signed.version}, until {unsigned.signed.expires:%Y-%m-%d}"
        say("\n".join([head, "", *told.lines, ""]))
        if told.looser:
            say(f"\n{told.looser} of these may be looser: look for {changes.LOOSER}\n")
        if self.show:
            return
        file = self.key or own_key(desk, root)
        [key] = passphrase.opened([file], passphrase_file)
        done = targets.sign(unsigned, root, key)
        written = desk.keep_targets(done, contents)
        say(f"\nsigned by {targets.require_holder(root, key.public)}: {written}\n")
        say(f"next: dentinel pack publish --folder {self.folder}\n")

    def _contents(
        self, assignment: Path, held: "Mapping[str, bytes]", roster: "Roster"
    ) -> "dict[str, bytes]":
        """The targets to be; told problems end it with exit 1."""
        from datetime import UTC, datetime

        from agent.cli.terminal import progress
        from agent.cli.workbench import usable
        from agent.packs.author.draft import Asked, Before, draft
        from agent.packs.author.shelf import stock
        from rules.workbench.reports.base import Outcome

        today = datetime.now(UTC).date()
        with usable():
            source, texts = _read(assignment)
            folders = [self.folder / one.text for one in source.sources]
            stocked = stock(folders, held, today, progress())
            if stocked.stopped is not None:
                _stop(stocked.stopped)
            asked = Asked(
                self.folder, roster, stocked.shelf, Before(held), today, may_go_back=self.back
            )
            made = draft(source, asked)
        if made.has_errors:
            _stop(Outcome(made.problems, {"clinics": len(source.clinics)}, {**texts, **made.texts}))
        return made.contents


def _read(file: Path) -> "tuple[AssignmentSource, dict[str, Source]]":
    """The author's file; what is wrong with it ends the command with exit 1."""
    from rules.compiled import limits
    from rules.errors import Problem
    from rules.language import assignments
    from rules.language.files import read_file
    from rules.workbench.reports.base import Outcome

    problems: list[Problem] = []
    with file.open("rb") as opened:
        data = opened.read(limits.SOURCE_BYTES + 1)
    found = read_file(file.as_posix(), data, problems)
    if found is not None and found.form != assignments.FORM:
        message = f"it is of form {found.form}, not {assignments.FORM}"
        problems.append(Problem("DL108", message, found.of.place))
    source = assignments.read_assignment(found, problems) if found and not problems else None
    texts = {found.name: found.source} if found else {}
    if source is None or problems:
        _stop(Outcome(problems, {"files": 1}, texts))
    return source, texts


def _stop(outcome: "Outcome") -> NoReturn:
    """Show what is wrong; nothing was signed."""
    from agent.cli.author.args import Written
    from agent.cli.workbench import write

    write(outcome, Written.TEXT)
    typer.echo("Nothing was signed.", err=True)
    raise typer.Exit(1)
