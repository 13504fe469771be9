"""Is an antivirus on, in real time, with fresh signatures? The answer for Linux.

ClamAV tells by its databases and its processes. Of others only that they are installed and run is
known: what they do is unknown, and no rule passes by them.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from agent.facts.base import About, answers, part
from agent.facts.processes import running
from agent.host.base import Host, is_there, list_if_there
from agent.readers import clamav
from rules.facts.antivirus import ANTIVIRUS, Antivirus, Product
from rules.facts.base import Items, Maybe, Unknown, Why

_CLAMD, _SIGNATURES = "/usr/sbin/clamd", "/var/lib/clamav"
_DATABASES = ("daily.cld", "daily.cvd")
_OTHERS = (
    ("Microsoft Defender for Endpoint", "/opt/microsoft/mdatp", "wdavdaemon"),
    ("CrowdStrike Falcon", "/opt/CrowdStrike", "falcon-sensor"),
    ("SentinelOne", "/opt/sentinelone", "s1-agent"),
    ("Sophos", "/opt/sophos-spl", "sophos_threat_d"),
    ("ESET", "/opt/eset", "oaeventd"),
    ("Bitdefender", "/opt/bitdefender-security-tools", "bdsecd"),
)
"""Where their packages put them, and a process of each; not yet seen on a practice's machine."""


@answers(ANTIVIRUS, on="linux", confidence="derived")
def linux(host: Host, _about: About) -> Antivirus:
    """From where products lie, what runs, and the databases of ClamAV."""
    return Antivirus(products=Items(tuple(_products(host))))


def _products(host: Host) -> Iterator[Product]:
    runs = part(lambda: running(host))
    if is_there(host, _CLAMD):
        realtime = _runs(runs, "clamonacc")
        yield Product(
            name="ClamAV",
            enabled=_runs(runs, "clamd"),
            realtime=realtime,
            signatures=part(lambda: _signatures(host)),
            mode=_mode(realtime),
            tamper_protection=None,
        )
    for name, folder, process in _OTHERS:
        if is_there(host, folder):
            unknown = Unknown(Why.TOOL_MISSING)
            yield Product(
                name=name,
                enabled=_runs(runs, process),
                realtime=unknown,
                signatures=unknown,
                mode=unknown,
                tamper_protection=unknown,
            )


def _runs(runs: frozenset[str] | Unknown, process: str) -> Maybe[bool]:
    return runs if isinstance(runs, Unknown) else process in runs


def _mode(realtime: Maybe[bool]) -> Maybe[Literal["active", "passive", "edr_block"]]:
    """Without its on-access scanner ClamAV looks at files only when it is asked."""
    if isinstance(realtime, Unknown):
        return realtime
    return "active" if realtime else "passive"


def _signatures(host: Host) -> datetime | None:
    """The day of the newest daily database; none of it was ever fetched: null."""
    names = {entry.name for entry in list_if_there(host, _SIGNATURES)}
    found = [name for name in _DATABASES if name in names]
    times = [
        clamav.built_at(host.read(f"{_SIGNATURES}/{name}", clamav.HEADER, whole=False))
        for name in found
    ]
    return max(times, default=None)
