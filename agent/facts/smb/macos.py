"""Does the machine speak SMB, and how old and how open a kind of it? The answer for macOS.

What the server was told counts over what Apple ships it with; a value that stands in neither is not
known. What the client may speak stands in nsmb.conf(5), where the machine's file overrules those of
people; its default has changed from release to release and is not guessed.
"""

from collections.abc import Callable

from agent.facts.base import About, answers, known, part
from agent.facts.listening import Listening
from agent.host import mac
from agent.host.base import Absent, Host, HostError, output
from agent.host.programs import Program
from agent.readers import kdeini, plist, sharepoints
from agent.readers.errors import ParseError
from agent.readers.plist import Values
from agent.readers.sharepoints import SharePoint
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.smb import SMB, Smb

_JOB = "com.apple.smbd"
_SETTINGS = "/Library/Preferences/SystemConfiguration/com.apple.smb.server.plist"
_SHIPPED = "/System/Library/CoreServices/SmbFileServer.bundle/Resources/DesktopDefaults.plist"
_CLIENT = "/etc/nsmb.conf"
_VERSIONS = "protocol_vers_map"
_SMB1 = 1
"""The bit of SMB 1 in a map of versions; 2 is SMB 2, 4 is SMB 3."""


@answers(SMB, on="macos", confidence="derived", after=("listeners",))
def macos(host: Host, about: About) -> Smb:
    """From launchd, what listens, the server's settings, its shares, and the client's file."""
    server = _server(host, Listening(about).any_of({"smbd"}, (139, 445)))
    said = part(lambda: _settings(host)) if server is not False else {}
    points = part(lambda: _points(host)) if server is not False else ()

    def of(ask: Callable[[], bool]) -> Maybe[bool]:
        return part(ask) if server is True else server

    return Smb(
        server=server,
        smb1_server=of(lambda: bool(_number(known(said), "ProtocolVersionMap") & _SMB1)),
        smb1_client=part(lambda: _client(host)),
        signing_required=of(lambda: _flag(known(said), "SigningRequired")),
        encryption_required=of(lambda: _encrypts(known(points))),
        guest=of(lambda: any(point.guests for point in known(points))),
    )


def _server(host: Host, listens: Maybe[bool]) -> Maybe[bool]:
    """Told to be taken, or listening: on. That it is off, both must say."""
    jobs = part(lambda: mac.overrides(host))
    if listens is True:
        return True
    if isinstance(jobs, Unknown):
        return jobs
    return True if jobs.get(_JOB) is False else listens


def _settings(host: Host) -> Values:
    return {**(mac.settings(host, _SHIPPED) or {}), **(mac.settings(host, _SETTINGS) or {})}


def _points(host: Host) -> tuple[SharePoint, ...]:
    return sharepoints.parse(output(host, Program.SHARING, "-l", "-f", "json"))


def _number(said: Values, name: str) -> int:
    found = plist.number(said, name)
    if found is None:
        raise HostError(Why.NOT_COLLECTED, f"{name} stands nowhere")
    return found


def _flag(said: Values, name: str) -> bool:
    found = plist.flag(said, name)
    if found is None:
        raise HostError(Why.NOT_COLLECTED, f"{name} stands nowhere")
    return found


def _encrypts(points: tuple[SharePoint, ...]) -> bool:
    """One folder that may be read in clear is proof; that home folders may not, nothing tells."""
    if all(point.is_sealed for point in points):
        raise HostError(Why.NOT_COLLECTED, "whether homes are given out in clear is not told")
    return False


def _client(host: Host) -> bool:
    try:
        values = kdeini.parse(host.read(_CLIENT)).values
    except Absent as error:
        raise HostError(Why.NOT_COLLECTED, "the default of this release is not known") from error
    maps = [_map(value) for (_, name), value in values.items() if name == _VERSIONS]
    if any(versions & _SMB1 for versions in maps):
        return True
    if ("default", _VERSIONS) not in values:
        raise HostError(Why.NOT_COLLECTED, "the default of this release is not known")
    return False


def _map(value: str) -> int:
    if value not in ("1", "2", "3", "4", "5", "6", "7"):
        raise ParseError("a map of versions that is none")
    return int(value)
