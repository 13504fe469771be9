r"""How old is each copy of the images, and where does it lie? The answer for Windows.

What the settings declare, as on every system, and what Windows Server Backup and Veeam wrote to
the event log of this machine when a run ended. A copy that the settings name as theirs, the only
one, and that lies on another machine, is as old as the last run that ended well; where they name
none, a program that has ever run is a copy of which nothing else is known.

- A run that failed after the last good one leaves a copy that is not in order.
- A snapshot (VSS) is none. Not yet confirmed on a real Windows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from agent.facts.backups import copies, store
from agent.facts.backups.copies import Look
from agent.facts.backups.slashed import Slashed
from agent.facts.base import About, answers
from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.readers.errors import ParseError
from agent.readers.probes import backups
from agent.readers.probes.backups import Runs
from agent.settings import Settings
from rules.facts.backups import BACKUPS, BackupProduct, Backups, Copy
from rules.facts.base import Items, Maybe, Unknown, Why

_UNREAD, _ELSEWHERE = Unknown(Why.NOT_COLLECTED), Unknown(Why.NOT_LOCAL)
_PRODUCTS: Mapping[str, BackupProduct] = {
    "windows_server_backup": "windows_server_backup",
    "veeam_agent": "veeam",
    "veeam_replication": "veeam",
}


@answers(BACKUPS, on="windows", confidence="derived")
def windows(host: Host, about: About) -> Backups:
    """What was declared first, then what backup programs left in the event log."""
    found = copies.declared(Look(Slashed(host), about))
    missing = None if found else Why.NOT_COLLECTED
    try:
        runs = backups.read(probed(host, "backups"))
        found = _dated(found, runs, about) + list(_undeclared(runs, about))
    except HostError as error:
        missing = error.why
    except ParseError:
        missing = Why.PARSE_ERROR
    return Backups(copies=Items(tuple(found), missing), last_restore_test=copies.restored(about))


def _dated(declared: list[Copy], runs: Mapping[str, Runs], about: About) -> list[Copy]:
    """Each copy with the last run of its program, if it is the only one of that program."""
    made_by = _made_by(about.settings)
    return [_with_runs(one, made_by.get(str(one.name)), runs, about) for one in declared]


def _made_by(settings: Settings) -> dict[str, BackupProduct]:
    """The program that makes a copy, by the copy's name, where it makes no other."""
    named = [one.by for one in settings.backups]
    return {one.name: one.by for one in settings.backups if one.by and named.count(one.by) == 1}


def _with_runs(one: Copy, by: BackupProduct | None, runs: Mapping[str, Runs], about: About) -> Copy:
    """The log's word on a copy that lies elsewhere; on one that lies here, if it is a bad one."""
    told = [runs[name] for name, product in _PRODUCTS.items() if product == by]
    ran = [each for each in told if (each.succeeded, each.failed) != (None, None)]
    if by is None or len(ran) != 1:
        return one
    ended_well = _ended_well(ran[0])
    if one.ok == one.last_success == _ELSEWHERE:
        return replace(one, product=by, last_success=_last(ran[0], about), ok=ended_well)
    return replace(one, ok=False) if ended_well is False else one


def _undeclared(runs: Mapping[str, Runs], about: About) -> Iterator[Copy]:
    """Programs that have run, and that no [[backup]] names."""
    named = {one.by for one in about.settings.backups}
    for name, product in _PRODUCTS.items():
        if product not in named and (runs[name].succeeded, runs[name].failed) != (None, None):
            yield _found(name, product, runs[name], about)


def _found(name: str, product: BackupProduct, runs: Runs, about: About) -> Copy:
    """What a program keeps, and where, only its owner knows."""
    return Copy(
        name=about.memory.number("found", name),
        product=product,
        destination=_UNREAD,
        last_success=_last(runs, about),
        ok=_ended_well(runs),
        encrypted=_UNREAD,
        offsite=_UNREAD,
        immutable=_UNREAD,
        covers_images=_UNREAD,
        covers_database=_UNREAD,
        shrunk=_UNREAD,
    )


def _last(runs: Runs, about: About) -> Maybe[datetime | None]:
    if isinstance(runs.succeeded, Unknown):
        return runs.succeeded
    return store.latest([] if runs.succeeded is None else [runs.succeeded], about.now)


def _ended_well(runs: Runs) -> Maybe[bool]:
    """Did the last run end well?"""
    if isinstance(runs.succeeded, Unknown):
        return runs.succeeded
    if runs.succeeded is None:
        return False
    if isinstance(runs.failed, Unknown):
        return runs.failed
    return runs.failed is None or runs.failed <= runs.succeeded
