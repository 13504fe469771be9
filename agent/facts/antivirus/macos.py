"""Is an antivirus on, in real time, with fresh signatures? The answer for macOS.

XProtect is part of every Mac; since macOS 15 it tells its state. It fetches definitions when Apple
has published some, so the day on which they came here is the last on which they were known to be
the newest. Microsoft Defender tells by its own tool: healthy with real-time protection off is off.
Of others only that they are installed is known, and no rule passes by them.
"""

from collections.abc import Iterator
from typing import Literal

from agent.facts.base import About, answers, part
from agent.host import mac
from agent.host.base import Host, HostError, is_installed, is_there, output
from agent.host.programs import Program
from agent.readers import macstatus, mdatp
from rules.facts.antivirus import ANTIVIRUS, Antivirus, Product
from rules.facts.base import Items, Unknown, Why

_SINCE = 15
"""The first release with the command `xprotect`."""

_DEFENDER = "/Applications/Microsoft Defender.app"
_OTHERS = (
    ("CrowdStrike Falcon", "/Applications/Falcon.app"),
    ("SentinelOne", "/Library/Sentinel/sentinel-agent.bundle"),
    ("Sophos", "/Library/Sophos Anti-Virus"),
    ("ESET Endpoint Security", "/Applications/ESET Endpoint Security.app"),
    ("Bitdefender", "/Library/Bitdefender/AVP"),
    ("Malwarebytes", "/Library/Application Support/Malwarebytes/MBAM"),
    ("Jamf Protect", "/Applications/JamfProtect.app"),
)
"""Where their packages put them; not yet seen on a practice's machine."""


@answers(ANTIVIRUS, on="macos", confidence="derived")
def macos(host: Host, about: About) -> Antivirus:
    """XProtect, Microsoft Defender by its own word, and others by where they lie."""
    return Antivirus(products=Items(tuple(_products(host, about))))


def _products(host: Host, about: About) -> Iterator[Product]:
    yield _xprotect(host)
    if is_there(host, _DEFENDER) or is_installed(host, Program.MDATP):
        yield _defender(host, about)
    for name, place in _OTHERS:
        if is_there(host, place):
            yield _unread(name, Unknown(Why.TOOL_MISSING))


def _xprotect(host: Host) -> Product:
    scans = part(lambda: macstatus.xprotect(_xprotect_says(host, "status")))
    if isinstance(scans, Unknown):
        return _unread("XProtect", scans)
    launch, background = scans
    return Product(
        name="XProtect",
        enabled=launch and background,
        realtime=launch,
        signatures=part(lambda: macstatus.xprotect_installed(_xprotect_says(host, "version"))),
        mode=_mode(active=launch),
        tamper_protection=None,
    )


def _xprotect_says(host: Host, word: str) -> bytes:
    if mac.release(host).numbers[0] < _SINCE:
        raise HostError(Why.TOOL_MISSING, "xprotect has no word for it before macOS 15")
    return output(host, Program.XPROTECT, word)


def _defender(host: Host, about: About) -> Product:
    said = part(lambda: mdatp.health(output(host, Program.MDATP, "health", "--output", "json")))
    if isinstance(said, Unknown):
        return _unread("Microsoft Defender for Endpoint", said)
    unsaid = Unknown(Why.NOT_COLLECTED)
    return Product(
        name="Microsoft Defender for Endpoint",
        enabled=said.is_healthy and said.realtime,
        realtime=said.realtime,
        signatures=unsaid if said.definitions is None else about.now - said.definitions,
        mode=_mode(active=said.realtime and said.is_passive is not True),
        tamper_protection=unsaid if said.tamper is None else said.tamper,
    )


def _mode(*, active: bool) -> Literal["active", "passive"]:
    return "active" if active else "passive"


def _unread(name: str, why: Unknown) -> Product:
    return Product(
        name=name, enabled=why, realtime=why, signatures=why, mode=why, tamper_protection=why
    )
