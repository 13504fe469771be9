"""Save what a machine answers, or read facts from what was saved: --record and --replay."""

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import typer

from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.index import OF_THE_AGENT, afar
from agent.facts.memory import Memory
from agent.facts.users.names import is_generic
from agent.host.base import Host
from agent.host.kept.home import PLACE, moved
from agent.host.recorded import RecordedHost, Recorder
from agent.host.recording import Header, NotARecording, write
from agent.host.redaction import redact
from agent.settings import Settings
from rules import whole
from rules.counted import counted
from rules.facts.base import Reading, Why
from rules.facts.host import Os


def recorded(
    host: Host, about: About, names: Collection[str] | None, path: Path
) -> dict[str, Reading]:
    """Gather facts, and save each call that they took.

    What the agent tells out of its own home no replay asks for, and its calls are not kept: they
    lead through everybody's home, to the accounts of clouds.
    """
    recorder = Recorder(host)
    readings = gather(recorder, about, names or None, afar(host.os))
    ours = OF_THE_AGENT & set(names or readings)
    readings |= gather(host, about, ours) if ours else {}
    _save(recorder, about, path)
    return readings


def _save(recorder: Recorder, about: About, path: Path) -> None:
    """Write what was asked and answered, names replaced, for its owner's eyes alone.

    What the agent keeps in its own home is left out: it tells of patients' folders.
    """
    backups = [one.path for one in about.settings.backups if one.path]
    given = [*(root.path for root in about.settings.roots), *backups]
    roots = dict.fromkeys(map(str, (*given, *map(os.path.realpath, given))))
    asked = moved(recorder.calls, about.home)
    calls, count = redact(recorder.os, asked, tuple(roots), is_generic)
    header = Header(recorder.os, recorder.elevated, about.now, redacted=count)
    try:
        whole.write(path, write(header, calls).encode(), mode=0o600)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}") from error
    typer.echo(
        f"{path}: {counted(count, 'value was', 'values were')} replaced that may name somebody:"
        " names, serial numbers, addresses. "
        "Read the file before you give it to anybody.",
        err=True,
    )


def replayed(names: Collection[str] | None, path: Path) -> tuple[Os, dict[str, Reading]]:
    """What the collectors make of a recording: no settings, no memory, the time it was taken.

    What a collector asks and a recording of another release does not hold is `not_collected`.
    """
    try:
        host = RecordedHost.load(path)
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error
    except NotARecording as error:
        raise typer.BadParameter(f"{path} is no recording: {error}") from error
    about = About(Settings(), PLACE, Memory.none(), host.taken_at)
    known = replace(host, unrecorded=Why.NOT_COLLECTED)
    return host.os, gather(known, about, names or None, afar(host.os))
