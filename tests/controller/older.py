"""A controller of an earlier release, as that release has left it.

`homes/first.tar.xz` was written by the first release that took reports: it has no second factor, no
waivers, no lists, and a log with all its levels. Dr. Lee may sign in; OP1, OP2 and FRONT-DESK have
reported for three days, with findings, a chain that began anew, and verdicts that changed.
"""

import tarfile
from pathlib import Path
from typing import IO, cast

from controller.identity.home import ControllerHome

_FIRST = Path(__file__).with_name("homes") / "first.tar.xz"


def first(at: Path) -> ControllerHome:
    """That home, unpacked below `at`."""
    with tarfile.open(_FIRST) as tar:
        for one in tar.getmembers():  # (Debian 12's Python has no filter for extractall)
            target = at / "older" / one.name
            folder = target if one.isdir() else target.parent
            folder.mkdir(parents=True, exist_ok=True)
            if one.isfile():
                with cast("IO[bytes]", tar.extractfile(one)) as file:
                    target.write_bytes(file.read())
            target.chmod(one.mode)
    return ControllerHome(at / "older")
