"""Which signs of a second factor are there? By PAM, on Linux and macOS; none proves it."""

import posixpath
from collections.abc import Mapping

from agent.host.base import Host, list_if_there
from agent.readers import text
from rules.facts.base import Items
from rules.facts.remote_access import Hint

_PAM = "/etc/pam.d"
_HINTS: Mapping[str, Hint] = {
    "pam_u2f.so": "pam_u2f",
    "pam_google_authenticator.so": "totp",
    "pam_oath.so": "totp",
    "pam_duo.so": "duo",
    "pam_pkcs11.so": "smartcard",
}


def of_pam(host: Host) -> Items[Hint]:
    """The modules that are named anywhere in /etc/pam.d."""
    said = [host.read(f"{_PAM}/{entry.name}") for entry in list_if_there(host, _PAM)]
    words = {
        posixpath.basename(word)
        for data in said
        for line in text.lines(data)
        for word in line.split()
    }
    return Items(tuple(sorted({hint for module, hint in _HINTS.items() if module in words})))
