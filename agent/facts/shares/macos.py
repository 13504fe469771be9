"""What is shared with other machines, and to whom? The answer for macOS: SMB, and that NFS is used.

People with an account on the Mac see what its folders' modes let them see. `everyone` is what a
guest may do, who has none: the lesser of the share and the folder's mode. What /etc/exports gives
out by NFS is written otherwise than on Linux and not read: then the list is incomplete.
"""

from agent.facts.base import About, answers
from agent.facts.shares.folders import Access, Folders
from agent.host.base import Host, HostError, output, read_if_there
from agent.host.programs import Program
from agent.readers import sharepoints, text
from agent.readers.sharepoints import SharePoint
from rules.facts.base import Items, Why
from rules.facts.shares import SHARES, Share

_EXPORTS = "/etc/exports"


@answers(SHARES, on="macos", confidence="derived")
def macos(host: Host, about: About) -> Items[Share]:
    """From `sharing`, which lists the share points of this Mac."""
    folders = Folders(host, about.settings)
    points = sharepoints.parse(output(host, Program.SHARING, "-l", "-f", "json"))
    return Items(tuple(_share(folders, point) for point in points), _missing(host))


def _share(folders: Folders, point: SharePoint) -> Share:
    granted: Access = "none"
    if point.guests:
        granted = "read" if point.is_read_only else "change"
    return Share(
        name=point.name,
        path=point.path,
        kind="smb",
        everyone=folders.least(point.path, granted),
        guest=point.guests,
        encrypted=point.is_sealed,
        holds_imaging=folders.holds_imaging(point.path),
        hidden=point.name.endswith("$"),
    )


def _missing(host: Host) -> Why | None:
    try:
        exports = read_if_there(host, _EXPORTS) or b""
    except HostError as error:
        return error.why
    return Why.UNRECOGNISED if any(text.lines(exports)) else None
