"""Who tells what a folder lies on? Loaded for the system that is asked, and for no other."""

from agent.host.base import Host
from agent.storage.ground import Grounds


def grounds(host: Host) -> Grounds:
    """The volumes of a machine; HostError, ParseError if they cannot be told."""
    match host.os:
        case "linux":
            from agent.storage.survey import survey

            return survey(host)
        case "macos":
            from agent.storage import mac

            return mac.volumes(host)
        case "windows":
            from agent.storage.drives import drives

            return drives(host)
