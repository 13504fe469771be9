"""Which support tools are installed on a Mac? By their bundles, and the jobs that they install.

A tool with a daemon that launchd may start lets in without anybody at the machine.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.facts.base import part
from agent.host import mac
from agent.host.base import Host, list_if_there
from agent.readers import bundle
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.remote_access import Tool, ToolName
from rules.facts.types import Version

_APPS, _DAEMONS, _AGENTS = "/Applications", "/Library/LaunchDaemons", "/Library/LaunchAgents"
_TOOLS: Mapping[ToolName, str] = {
    "teamviewer": r"teamviewer",
    "anydesk": r"anydesk",
    "splashtop": r"splashtop.?(streamer|sos)",
    "screenconnect": r"connectwisecontrol|screenconnect",
    "logmein": r"logmein",
    "gotoassist": r"goto ?(assist|resolve)",
    "rustdesk": r"rustdesk",
    "chrome_remote_desktop": r"chromoting|chrome ?remote ?desktop",
    "dwservice": r"dwservice|dwagent",
    "parsec": r"\bparsec\b",
    "vnc": r"vnc ?server|vine server",
}
"""What stands in the names of their bundles, jobs and programs, from their makers' packages; not
yet seen on a practice's machine."""


@dataclass(frozen=True, slots=True)
class _Mac:
    """What is installed and what runs; `bundles` and `daemons` by their names."""

    host: Host
    bundles: tuple[str, ...]
    daemons: tuple[str, ...]
    agents: tuple[str, ...]
    jobs: Maybe[Mapping[str, bool]]
    programs: Maybe[frozenset[str]]


def installed(host: Host, jobs: Maybe[Mapping[str, bool]]) -> Items[Tool]:
    """All that is known by name; `jobs` are those that launchd was told to leave alone."""
    here = _Mac(
        host,
        bundles=_names(host, _APPS, ".app"),
        daemons=_names(host, _DAEMONS, ".plist"),
        agents=_names(host, _AGENTS, ".plist"),
        jobs=jobs,
        programs=part(lambda: mac.processes(host)),
    )
    return Items(tuple(_found(here)))


def _names(host: Host, folder: str, ending: str) -> tuple[str, ...]:
    names = (entry.name for entry in list_if_there(host, folder))
    return tuple(name.removesuffix(ending) for name in names if name.endswith(ending))


def _found(here: _Mac) -> Iterator[Tool]:
    for name, words in _TOOLS.items():
        shape = re.compile(words, re.IGNORECASE)
        bundles = [one for one in here.bundles if shape.search(one)]
        daemons = [one for one in here.daemons if shape.search(one)]
        if bundles or daemons or any(map(shape.search, here.agents)):
            yield Tool(
                name=name,
                version=_version(here.host, bundles),
                running=_runs(here.programs, shape),
                unattended=_unattended(here.jobs, daemons),
            )


def _version(host: Host, bundles: list[str]) -> Maybe[Version | None]:
    if not bundles:
        return Unknown(Why.NOT_COLLECTED)

    path = f"{_APPS}/{bundles[0]}.app/Contents/Info.plist"
    return part(lambda: bundle.parse(host.read(path)).version)


def _runs(programs: Maybe[frozenset[str]], shape: re.Pattern[str]) -> Maybe[bool]:
    if isinstance(programs, Unknown):
        return programs
    return any(map(shape.search, programs))


def _unattended(jobs: Maybe[Mapping[str, bool]], daemons: list[str]) -> Maybe[bool]:
    """A daemon lets in by itself, unless launchd was told to leave it alone."""
    if isinstance(jobs, Unknown):
        return jobs
    if any(not jobs.get(label, False) for label in daemons):
        return True
    return Unknown(Why.NOT_COLLECTED)
