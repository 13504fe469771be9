r"""When did backup programs of this Windows last say that they were done, or were not?

    {"windows_server_backup": {"succeeded": 134000000000000000, "failed": null},
     "veeam_agent": {…}, "veeam_replication": {…}}

By the numbers of their events, in logs of their own: times are FILETIMEs, null where the log, or
the event, is not there. Each may be a failure.

Windows Server Backup (channel Microsoft-Windows-Backup): 4 is done, an error is not; Veeam: 190,
whose level says how a job ended (4 well, 2 not; 3, with a warning, is neither).
"""

import sys

_FAILED = "*[System[Level=1 or Level=2]]"
"""Critical, or an error: in its own log Windows Server Backup writes so why there is no copy."""

_DONE_WELL, _DONE_ILL = (f"*[System[EventID=190 and Level={level}]]" for level in (4, 2))

LOGS = {
    "windows_server_backup": (
        "Microsoft-Windows-Backup",
        "*[System[EventID=4]]",
        _FAILED,
    ),
    "veeam_agent": ("Veeam Agent", _DONE_WELL, _DONE_ILL),
    "veeam_replication": ("Veeam Backup", _DONE_WELL, _DONE_ILL),
}
"""A program, its log, and what its events say when it was done, and when it failed."""

if sys.platform == "win32":
    from agent.probes.calls import eventlog
    from agent.probes.calls.leaves import leaf
    from rules.facts.form import Json

    def ask() -> Json:
        """All programs that are known here."""
        return {name: _program(*log) for name, log in LOGS.items()}

    def _program(log: str, done: str, failed: str) -> Json:
        return {
            "succeeded": leaf(lambda: eventlog.moment(log, done)),
            "failed": leaf(lambda: eventlog.moment(log, failed)),
        }
