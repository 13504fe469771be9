r"""What is shared with other machines, and to whom? The answer for Windows.

`everyone` is what the share and the folder both grant to whoever has no rights of his own, signed
in or a guest (agent/readers/sddl.py); a guest counts where the account of guests is on, or nobody
need say who he is. The folder is judged by its own list: what lies in it may have others. Shares
that Windows makes for itself, and that of printers' drivers, are left out.

Not yet confirmed on a real Windows.
"""

import ntpath
from functools import partial

from agent.facts.base import About, answers, known, part
from agent.host.base import Absent, Host, HostError
from agent.host.guests import comes_in
from agent.host.probing import probed
from agent.host.registry import SERVICES, opened, switch
from agent.host.windows import LINKS, plain, steps
from agent.readers import sddl
from agent.readers.probes import shares
from agent.readers.probes.shares import Shared
from agent.readers.sddl import Everybody
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.shares import SHARES, Share

_DRIVERS = "print$"
_ALL = Everybody(sddl.ALL, sddl.ALL)
_SERVER = rf"{SERVICES}\LanmanServer\Parameters"


@answers(SHARES, on="windows", confidence="derived")
def windows(host: Host, about: About) -> Items[Share]:
    """From the shares of the server service, their rights and those of their folders."""
    roots = [str(root.path) for root in about.settings.roots]
    look = _Look(host, roots)
    found = shares.read(probed(host, "shares"))
    return Items(tuple(look.share(one) for one in found if one.name.lower() != _DRIVERS))


class _Look:
    """What is the same for all shares of a machine."""

    def __init__(self, host: Host, roots: list[str]) -> None:
        self._host = host
        self._guests = part(lambda: comes_in(host))
        self._encrypts = part(lambda: _encrypts_all(host))
        self._roots = [part(partial(_real, host, root)) for root in roots]

    def share(self, one: Shared) -> Share:
        """One share."""
        granted = part(lambda: _granted(one))
        return Share(
            name=one.name,
            path=one.path,
            kind="smb",
            everyone=part(lambda: self._everyone(known(granted))),
            guest=part(lambda: self._guest(known(granted))),
            encrypted=True if self._encrypts is True else one.encrypted,
            holds_imaging=self._holds_imaging(one.path),
            hidden=one.name.endswith("$"),
        )

    def _everyone(self, granted: Everybody) -> sddl.Access:
        """A guest's rights count too where one comes in; not known is as if he did."""
        of_guest = 0 if self._guests is False else granted.guest
        if isinstance(self._guests, Unknown) and sddl.access(of_guest | granted.signed_in) != (
            sddl.access(granted.signed_in)
        ):
            raise HostError(self._guests.why, "whether guests come in is not known")
        return sddl.access(of_guest | granted.signed_in)

    def _guest(self, granted: Everybody) -> bool:
        return sddl.access(granted.guest) != "none" and known(self._guests)

    def _holds_imaging(self, path: str) -> Maybe[bool]:
        """Does an imaging folder lie in it, or it in one?"""
        here = part(lambda: _real(self._host, path))
        roots = [root for root in self._roots if isinstance(root, str)]
        if isinstance(here, str) and any(_holds(here, one) or _holds(one, here) for one in roots):
            return True
        unread = [one for one in (here, *self._roots) if isinstance(one, Unknown)]
        return unread[0] if unread else False


def _granted(one: Shared) -> Everybody:
    """What share and folder both grant; a folder that is not there holds nothing."""
    rights, folder = known(one.rights), known(one.folder)
    if folder is None:
        return Everybody(0, 0)
    of_share = _ALL if rights is None else sddl.everybody(rights, folder=False)
    return of_share & sddl.everybody(folder, folder=True)


def _encrypts_all(host: Host) -> bool:
    said = opened(host, _SERVER)
    encrypts = switch(said.number("EncryptData"), unset=False)
    return encrypts and switch(said.number("RejectUnencryptedAccess"), unset=True)


def _real(host: Host, path: str) -> str:
    """The path without junctions and links, in small letters; HostError."""
    path = ntpath.normpath(path)
    for _ in range(LINKS):
        linked = _further(host, path)
        if linked is None:
            return ntpath.normcase(path)
        path = linked
    raise HostError(Why.API_ERROR, "its links lead in a circle")


def _further(host: Host, path: str) -> str | None:
    """The path with the first link on its way followed; None: there is none."""
    for step in steps(path):
        try:
            target = host.stat(step).link
        except Absent:
            return None  # what is not there has no links below it
        if target is not None:
            return plain(ntpath.join(ntpath.dirname(step), plain(target)) + path[len(step) :])
    return None


def _holds(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("\\") + "\\")
