"""`dentinel scan`: the verdict of each file in some folders, here and for this screen alone."""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import scanned

if TYPE_CHECKING:
    from typing import TypeAlias

    from agent.imaging.scan import Identified, Record, Scan
    from agent.paths import Home

    Found: TypeAlias = tuple[Record, Identified | None]


class Role(StrEnum):
    """What a folder is for."""

    STORE = "store"
    EXPORT = "export"
    BACKUP = "backup"
    OUTBOX = "outbox"


_UNREAD = {
    "shut": "a folder that cannot be listed",
    "no_file": "neither a file nor a folder",
    "gone": "not there any more",
}


class Form(StrEnum):
    """How the verdicts are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


def scan(
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", exists=True, help="Folders and files to judge."),
    ],
    role: Annotated[Role, typer.Option(help="What the folders are for.")] = Role.STORE,
    identity: Annotated[
        bool, typer.Option("--identity", help="Say of DICOM files whether they name a patient.")
    ] = False,
    form: Annotated[Form, typer.Option("--format", help="How to write it.")] = Form.TEXT,
) -> None:
    """Judge imaging files: who can read them where they lie? Nothing of it leaves this machine.

    Exit 0: nothing is exposed or unproven; 1: something is exposed; 3: something is unproven.

    Example: dentinel scan /srv/images --role store
    """
    told = _Told(_scan(ctx.obj.home(), role, identify=identity))
    found = told.records([str(path) for path in paths])
    {Form.TEXT: _text, Form.JSON: _json, Form.JSONL: _jsonl}[form](found, told)
    raise typer.Exit(told.exit_code)


def _scan(home: "Home", role: Role, *, identify: bool) -> "Scan":
    """A scan by the settings of this machine, as far as we may read them."""
    from agent import settings
    from agent.errors import SettingsError
    from agent.host.local import LocalHost
    from agent.imaging.clouds.search import clouds
    from agent.imaging.roots import Roots
    from agent.imaging.scan import Scan
    from agent.imaging.sweep import Walk
    from agent.imaging.volumes import Volumes

    try:
        roots = Roots.of(settings.load(home))
    except SettingsError as error:
        typer.echo(f"scanning without the settings of this machine: {error.message}", err=True)
        roots = Roots(are_known=False)
    volumes = Volumes(LocalHost(), roots)
    walk = Walk(Roots((), roots.excluded), volumes)
    return Scan(role.value, walk, volumes, identify, roots.labels, clouds(LocalHost()))


@dataclass(slots=True)
class _Told:
    """What has been said so far, and what it adds up to."""

    scan: "Scan"
    verdicts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)

    def records(self, paths: list[str]) -> "Iterator[Found]":
        """The record of each file, with progress on a terminal."""
        seen = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        progress = scanned.Progress(lambda: self.scan.names(paths), sys.stderr, shows=seen)
        try:
            for number, found in enumerate(self.scan.records(paths), 1):
                self.verdicts[found[0].verdict] += 1
                self.outcomes[found[0].outcome] += 1
                if seen:
                    progress.said(number)
                yield found
        finally:
            progress.close()

    @property
    def exit_code(self) -> int:
        """1 exposed, 3 only unproven or unread, else 0."""
        if self.outcomes["exposed"]:
            return 1
        return 3 if self.outcomes["unproven"] or self.scan.unreadable else 0

    def summary(self) -> dict[str, Any]:
        """Counts by verdict and by outcome."""
        return {
            "files": self.verdicts.total(),
            "verdicts": dict(sorted(self.verdicts.items())),
            "outcomes": dict(sorted(self.outcomes.items())),
            "excluded": self.scan.walk.excluded,
            "carried": dict(sorted(self.scan.carried.items())),
        }

    def of_clouds(self) -> "Iterator[str]":
        """What is to be said of clients that carry files away."""
        for cloud, count in sorted(self.scan.carried.items()):
            yield f"{count:,} of them are carried away by {cloud}: judged as in an outbox"
        if self.scan.clouds is not None and self.scan.clouds.why is not None:
            yield f"not every client of everybody could be asked: {self.scan.clouds.why}"


def _fields(found: "Found") -> dict[str, Any]:
    """All that is known of a file, by name."""
    record, identified = found
    return record._asdict() | (identified._asdict() if identified else {})


def _jsonl(files: "Iterator[Found]", _: _Told) -> None:
    """A line a file. Most files are alike but for their path: the rest of the line is kept."""
    tails: dict[tuple[object, ...], str] = {}
    encode = json.JSONEncoder().encode
    for record, identified in files:
        alike = record[1:] + (identified or ())
        tail = tails.get(alike)
        if tail is None:
            known = _fields((record, identified))
            del known["path"]
            tail = tails[alike] = encode(known)[1:]
        sys.stdout.write(f'{{"path": {encode(record.path)}, {tail}\n')  # not one flush a line


def _json(files: "Iterator[Found]", told: _Told) -> None:
    listed = [_fields(found) for found in files]
    unreadable = [{"path": each.path, "reason": each.reason} for each in told.scan.unreadable]
    document = {"files": listed, "summary": told.summary(), "unreadable": unreadable}
    typer.echo(json.dumps(document, indent=2))


def _text(files: "Iterator[Found]", told: _Told) -> None:
    """Only what needs somebody's attention, alike things together, then the sums."""
    groups = scanned.Groups()
    for found in files:
        groups.add(_fields(found))
    for said in groups.lines():
        typer.echo(said)
    for each in told.scan.unreadable:
        typer.echo(f"{scanned.coloured('unread')} {'':>9}  {_UNREAD.get(each.reason, each.reason)}")
        typer.echo(f"{'':>20}{scanned.shown(each.path)}")
    told_of = told.outcomes
    typer.echo(
        f"{scanned.files(told.verdicts.total())}: {told_of['exposed']:,} exposed,"
        f" {told_of['unproven']:,} unproven, {told_of['safe']:,} safe,"
        f" {told_of['ignored']:,} without content, {told.scan.walk.excluded:,} excluded"
    )
    for said in told.of_clouds():
        typer.echo(said)
