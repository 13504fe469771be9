"""What is logged here, and how far back does the log reach? The answer for macOS: does auditd run?

Apple has not switched it on by itself since macOS 14. Where it does not run, nothing is recorded.
Which events it records where it runs (audit_control(5)) was not yet seen on a real Mac, and is not
told.
"""

from agent.facts.base import About, answers, part
from agent.host import mac
from agent.host.base import Host
from rules.facts.audit_policy import AUDIT_POLICY, AuditPolicy
from rules.facts.base import Items, Unknown, Why

_DAEMON = "/usr/sbin/auditd"


@answers(AUDIT_POLICY, on="macos", confidence="derived")
def macos(host: Host, _about: About) -> AuditPolicy:
    """From the programs that run."""
    runs = part(lambda: _DAEMON in mac.processes(host))
    unread = runs if isinstance(runs, Unknown) else Unknown(Why.NOT_COLLECTED)
    return AuditPolicy(
        running=runs,
        categories=Items() if runs is False else unread,
        log_max_size=unread,
        oldest_record=unread,
        last_cleared=unread,
        forwarded=unread,
    )
