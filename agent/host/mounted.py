"""Which folders of this machine are another machine's? Asked of the kernel alone, which knows.

Neither answer touches a file system: a dead one would hold its reader for ever. That of macOS was
written from its headers and has not run there yet.
"""

import os
import sys

from agent.host import files
from agent.host.base import HostError
from agent.readers import mountinfo, statfs
from rules.facts.base import Why

if sys.platform == "linux":

    def elsewhere() -> tuple[str, ...]:
        """The points of mounts that lead over a network; HostError, ParseError if not known."""
        mounts = mountinfo.parse(files.read("/proc/self/mountinfo", 8 << 20))
        top = {mount.point: mount for mount in mounts}
        return tuple(point for point, mount in top.items() if mount.remote)

elif sys.platform == "darwin":
    import ctypes

    _NOWAIT = 2
    """MNT_NOWAIT: what the kernel knows already, without asking any server."""

    _MORE = 8
    """Mounts that may come between counting and reading them."""

    def elsewhere() -> tuple[str, ...]:
        """The points of mounts that lead over a network; HostError, ParseError if not known."""
        library = ctypes.CDLL(None, use_errno=True)
        # on Intel the name alone stands for records of 32-bit inodes
        name = "getfsstat" if os.uname().machine == "arm64" else "getfsstat$INODE64"
        ask = getattr(library, name)
        ask.argtypes = (ctypes.c_void_p, ctypes.c_int32, ctypes.c_int32)
        ask.restype = ctypes.c_int32
        most = max(ask(None, 0, _NOWAIT), 0) + _MORE
        table = ctypes.create_string_buffer(most * statfs.SIZE)
        found = ask(table, len(table), _NOWAIT)
        if not 0 < found < most:
            raise HostError(Why.API_ERROR, "the table of mounts was not given")
        mounts = statfs.parse(table.raw[: found * statfs.SIZE])
        top = {mount.point: mount for mount in mounts}
        return tuple(point for point, mount in top.items() if not mount.is_local)
