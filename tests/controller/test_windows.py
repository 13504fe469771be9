"""The controller's code needs no Linux: it loads where what only POSIX has is missing."""

import subprocess
import sys

import pytest

SWEEP = """
import importlib, os, pkgutil, sys
for name in ("fcntl", "pwd", "grp", "resource", "termios", "syslog", "uvloop", "httptools"):
    sys.modules[name] = None
for name in ("fork", "forkpty", "killpg", "geteuid", "getuid", "chown", "setsid", "getpgid"):
    delattr(os, name)
os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
import django
django.setup()
import controller
count = 0
for found in pkgutil.walk_packages(controller.__path__, "controller."):
    importlib.import_module(found.name)
    count += 1
print(count)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there it loads or it does not")
def test_every_module_loads_without_what_only_posix_has():
    done = subprocess.run(
        [sys.executable, "-c", SWEEP],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 300
