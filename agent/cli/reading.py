"""Read the facts that a command asks for: of this machine, another, a recording, or a file."""

import json
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import typer

from agent import settings
from agent.cli.afar import collect_from
from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.index import afar
from agent.facts.memory import Memory
from agent.facts.users.names import is_generic
from agent.host.local import LocalHost
from agent.host.recorded import RecordedHost, Recorder
from agent.host.recording import Call, Header, NotARecording, write
from agent.host.redaction import redact
from agent.host.survivors import Survivors
from agent.paths import Home
from rules.compiled import limits
from rules.facts.base import Reading
from rules.facts.form import from_json
from rules.facts.index import CATALOGUE


@dataclass(frozen=True, slots=True)
class Taken:
    """Where facts come from, and where the calls that they took go to."""

    record: Path | None = None
    replay: Path | None = None
    host: str | None = None


def collect(home: Home, names: Collection[str] | None, taken: Taken) -> dict[str, Reading]:
    """Gather facts, all or those named; what cannot be meant ends the command with exit 2."""
    for name in names or ():
        if name not in CATALOGUE:
            raise typer.BadParameter(
                f"there is no fact {name!r}; there are: {', '.join(CATALOGUE)}"
            )
    if taken.host:
        return collect_from(home, names, taken.host)
    if taken.replay:
        return _replayed(home, names, taken.replay)
    about = About(settings.load(home), home, Memory.open(home.local), datetime.now(UTC))
    host = LocalHost(Survivors(home.survivors))
    if taken.record is None:
        return gather(host, about, names or None)
    recorder = Recorder(host)
    readings = gather(recorder, about, names or None)
    _save(recorder, about, taken.record)
    return readings


def _save(recorder: Recorder, about: About, path: Path) -> None:
    """Write what was asked and answered, names replaced, for its owner's eyes alone.

    What the agent keeps in its own home is left out: it tells of patients' folders.
    """
    backups = [one.path for one in about.settings.backups if one.path]
    given = [*(root.path for root in about.settings.roots), *backups]
    roots = dict.fromkeys(map(str, (*given, *map(os.path.realpath, given))))
    asked = {c: said for c, said in recorder.calls.items() if not _is_own(c, about.home)}
    calls, count = redact(recorder.os, asked, tuple(roots), is_generic)
    header = Header(recorder.os, recorder.elevated, about.now, redacted=count)
    try:
        path.touch(mode=0o600)
        path.chmod(0o600)  # it may have been there before
        path.write_text(write(header, calls), encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(
        f"{path}: {count} names, serial numbers and addresses were replaced. "
        "Read the file before you give it to anybody.",
        err=True,
    )


def _is_own(call: Call, home: Home) -> bool:
    return call.op not in ("run", "registry") and Path(call.subject).is_relative_to(home.root)


def _replayed(home: Home, names: Collection[str] | None, path: Path) -> dict[str, Reading]:
    """What the collectors make of a recording: no settings, no memory, the time it was taken."""
    try:
        host = RecordedHost.load(path)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except NotARecording as error:
        raise typer.BadParameter(f"{path} is no recording: {error}") from error
    about = About(settings.Settings(), home, Memory.none(), host.taken_at)
    return gather(host, about, names or None, afar(host.os))


def _bounded(path: Path) -> bytes:
    """The bytes of a document of facts; ValueError, without reading on, if there are too many."""
    with path.open("rb") as opened:
        data = opened.read(limits.FACTS_BYTES + 1)
    if len(data) > limits.FACTS_BYTES:
        raise ValueError(f"more than {limits.FACTS_BYTES} bytes")
    return data


def load(path: Path) -> dict[str, Reading]:
    """Facts as `dentinel facts --format json` wrote them."""
    try:
        document = json.loads(_bounded(path))
        return {name: from_json(fact) for name, fact in document["facts"].items()}
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except (
        *(ValueError, KeyError, TypeError, AttributeError),
        *(OverflowError, RecursionError),  # a number or a depth that nobody wrote in earnest
    ) as error:
        raise typer.BadParameter(
            f"{path} holds no facts: write it with: dentinel facts --format json"
        ) from error
