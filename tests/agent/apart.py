"""This machine, apart: with files, a network and processes of its own, which a test may change.

What is written there lands in memory, over this machine's files; all of it ends with the script
that set the scene. As a module it is what asks the facts there.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.host.local import LocalHost
from agent.paths import Home
from agent.settings import Settings
from rules.facts.base import Reading
from rules.facts.form import from_json, to_json
from tests.agent.facts.observed import tell
from tests.conftest import missing
from tests.prepare import UNPACKED

HOUSE = Path(__file__).parents[2]
_APART = ("unshare", "--mount", "--net", "--pid", "--fork", "--uts", "--kill-child")
_OVER = """
mount --make-rprivate / && mount -t tmpfs tmpfs /mnt && cd /mnt && mkdir upper work root
mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root
for part in usr etc var; do [ ! -d "$1/$part" ] || cp -a "$1/$part" root; done; shift
mount -t proc proc root/proc && mount -t tmpfs tmpfs root/run && mount -t tmpfs tmpfs root/tmp
for at in /dev /sys "$@"; do mkdir -p "root$at" && mount --rbind "$at" "root$at"; done
rm -f root/.dockerenv && hostname OP1 && ip link set lo up
"""
"""Of $1 the servers that are not installed here; the rest are folders to be seen as they are. It
bears no mark of a container, which would hide what is asked for."""


def asked(script: str, *facts: str, uses: tuple[str, ...] = ()) -> dict[str, Reading]:
    """The facts of a machine that a script of sh has set up; it ends at its first error.

    `uses` are programs without which it cannot: skips, or fails where live tests are required.
    """
    words = [sys.executable, "-m", "tests.agent.apart", *facts]
    inside = f"{script}\ncd {shlex.quote(str(HOUSE))}\nexec {shlex.join(words)}"
    said = json.loads(told(inside, *uses).splitlines()[-1])
    readings = {name: from_json(fact) for name, fact in said.items()}
    tell(readings)
    return readings


def told(script: str, *uses: str) -> str:
    """What a script writes there."""
    for name in uses:
        if not any(shutil.which(name, path=f"{at}/usr/sbin:{at}/usr/bin") for at in ("", UNPACKED)):
            missing(f"{name} is not on this machine", "live")
    if os.geteuid() != 0 or _run("exit 0").returncode != 0:
        pytest.skip("this machine gives no namespaces, or no overlays")
    done = _run(f"exec chroot root sh -ec {shlex.quote(script)}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run(script: str) -> subprocess.CompletedProcess[str]:
    places = (str(UNPACKED), str(HOUSE), sys.prefix, sys.base_prefix)
    words = [*_APART, "sh", "-ec", f"{_OVER}{script}", "sh", *places]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)


def main(*facts: str) -> None:
    """Ask, and print the readings in one line."""
    about = About(Settings(), Home(Path("/nowhere")), Memory.none(), datetime.now(tz=UTC))
    found = gather(LocalHost(), about, facts)
    sys.stdout.write(json.dumps({name: to_json(reading) for name, reading in found.items()}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
