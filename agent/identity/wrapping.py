"""In which form does a private key lie on the disk?

On Linux and macOS as it is, under its mode. On Windows wrapped by DPAPI for the machine: a file
that was copied away, by a backup or with the disk, opens nowhere else. That is no access control,
any process of this machine could unwrap it (aelassas/servy#176): the folder's access list is.

Not for the user LocalSystem, although the service runs as him: then an administrator's `dentinel
enroll` would make keys that the service cannot read.
"""

import sys
from collections.abc import Mapping

from agent.errors import IdentityLost

AGAIN = "join again with a new join string: dentinel enroll JOIN --new-identity"


def wrapped(seed: bytes) -> Mapping[str, str]:
    """The members of a key file that hold the seed."""
    if sys.platform == "win32":
        return {"dpapi": _protected(seed).hex()}
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return {"seed": seed.hex()}


def unwrapped(members: Mapping[str, str]) -> bytes:
    """The seed; KeyError and ValueError if there is none, IdentityLost if it opens elsewhere."""
    if "dpapi" not in members:
        return bytes.fromhex(members["seed"])
    blob = bytes.fromhex(members["dpapi"])
    if sys.platform == "win32":
        return _unprotected(blob)
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        raise IdentityLost("a key is wrapped by the Windows that made it", AGAIN)


if sys.platform == "win32":
    import pywintypes
    import win32crypt

    _FOR_THE_MACHINE = 0x5
    """CRYPTPROTECT_LOCAL_MACHINE and CRYPTPROTECT_UI_FORBIDDEN (dpapi.h)."""

    def _protected(seed: bytes) -> bytes:
        try:
            return win32crypt.CryptProtectData(seed, "dentinel", None, None, None, _FOR_THE_MACHINE)
        except pywintypes.error as error:
            raise OSError(error.winerror, error.strerror) from error

    def _unprotected(blob: bytes) -> bytes:
        try:
            return win32crypt.CryptUnprotectData(blob, None, None, None, _FOR_THE_MACHINE)[1]
        except pywintypes.error as error:
            raise IdentityLost(
                f"a key was wrapped by another Windows, or is damaged: {error.strerror}", AGAIN
            ) from error
