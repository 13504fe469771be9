"""Which services run, or may start? The answer for macOS: the daemons of launchd.

A job's own file says whether launchd starts it by itself, or when somebody asks for it; what
launchd was told since (`launchctl disable`) overrules the file. Agents of people's own sessions are
no services.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from agent.facts.base import About, answers
from agent.host import mac
from agent.host.base import Absent, Host, HostError, list_if_there, output
from agent.host.programs import Program
from agent.readers import launchd
from agent.readers.errors import ParseError
from agent.readers.launchd import Job
from rules.facts.base import Items, Why
from rules.facts.services import SERVICES, Service

_FOLDERS = ("/System/Library/LaunchDaemons", "/Library/LaunchDaemons")


@answers(SERVICES, on="macos")
def macos(host: Host, _about: About) -> Items[Service]:
    """From the daemons' files, what launchd has loaded, and what it was told to leave alone."""
    loaded = launchd.loaded(output(host, Program.LAUNCHCTL, "list"))
    overrides = mac.overrides(host)
    jobs = _Jobs(host)
    known = {job.label: job for job in jobs.all()}
    found = (_service(label, known.get(label), loaded, overrides) for label in {*known, *loaded})
    if not host.elevated:  # launchctl then speaks of the person's own session
        jobs.missing = jobs.missing or Why.NOT_ELEVATED
    return Items(tuple(sorted(found, key=lambda one: str(one.name))), jobs.missing)


class _Jobs:
    """The files of daemons, and why some may be missing."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.missing: Why | None = None

    def all(self) -> Iterator[Job]:
        for folder in _FOLDERS:
            try:
                names = [entry.name for entry in list_if_there(self._host, folder)]
            except HostError as error:
                self.missing = error.why
                continue
            for name in names:
                if name.endswith(".plist"):
                    yield from self._one(f"{folder}/{name}")

    def _one(self, path: str) -> Iterator[Job]:
        try:
            yield launchd.job(self._host.read(path))
        except Absent:
            return  # a link that leads nowhere, which launchd passes over too
        except HostError as error:
            self.missing = error.why
        except ParseError:
            self.missing = Why.PARSE_ERROR


def _service(
    label: str, job: Job | None, loaded: Mapping[str, bool], overrides: Mapping[str, bool]
) -> Service:
    runs = loaded.get(label, False)
    return Service(
        name=label,
        state="running" if runs else "stopped",
        start=_start(job, is_disabled=overrides.get(label, job is not None and job.is_disabled)),
    )


def _start(job: Job | None, *, is_disabled: bool) -> Literal["auto", "manual", "disabled", "other"]:
    if is_disabled:
        return "disabled"
    if job is None:
        return "other"  # loaded by another job, or from a place that is not known
    return "auto" if job.at_load else "manual"
