"""The units of the guest: systemd is its process 1, as on the machines of a practice.

One service runs and is started by itself, one is not, one is masked; systemd tells only of units
that some other names, so the first names the others. `bound.service` has the restrictions of the
guard's own unit. When the scenes end, the guest ends.
"""

from pathlib import Path

from tests.agent.guest.initramfs import Link, Text
from tests.packaging.hardening import hardening

_DEBIANS = (
    *("dbus.service", "dbus.socket", "sockets.target", "systemd-timedated.service"),
    "dbus-org.freedesktop.timedate1.service",
    *("sysinit.target", "basic.target", "shutdown.target", "umount.target", "final.target"),
)
_SCENES = """\
[Unit]
DefaultDependencies=no
SuccessAction=poweroff-immediate
FailureAction=poweroff-immediate
After=pacs.service dbus.socket
[Service]
Type=oneshot
Environment=PYTHONPATH=/dentinel PATH=/usr/sbin:/usr/bin LC_ALL=C
ExecStart=/usr/bin/python3 -m tests.agent.guest.inside
StandardOutput=file:/dev/ttyS0
StandardError=file:/dev/ttyS0
TimeoutStartSec=infinity
"""
_BOUND = """\
[Unit]
DefaultDependencies=no
[Service]
Type=oneshot
Environment=PYTHONPATH=/dentinel PATH=/usr/sbin:/usr/bin LC_ALL=C PYTHONDONTWRITEBYTECODE=1
ExecStart=/usr/bin/python3 -m tests.agent.guest.bound
StandardOutput=file:/dev/ttyS0
StandardError=file:/dev/ttyS0
TimeoutStartSec=infinity
"""
_PACS = """\
[Unit]
DefaultDependencies=no
After=telnet.service rpcbind.service
[Service]
ExecStart=/usr/bin/busybox sleep 100000
[Install]
WantedBy=default.target
"""
_TARGET = """\
[Unit]
Wants=scenes.service pacs.service dbus.socket
DefaultDependencies=no
AllowIsolate=yes
"""
_HERE, _THEIRS = "/etc/systemd/system", Path("/usr/lib/systemd/system")

UNITS = {
    f"{_HERE}/default.target": Text(_TARGET),
    f"{_HERE}/scenes.service": Text(_SCENES),
    f"{_HERE}/bound.service": Text("\n".join([_BOUND, *hardening("dentinel-guard.service"), ""])),
    f"{_HERE}/pacs.service": Text(_PACS),
    f"{_HERE}/default.target.wants/pacs.service": Link("../pacs.service"),
    f"{_HERE}/telnet.service": Text(_PACS.replace("telnet.service rpcbind.service", "")),
    f"{_HERE}/rpcbind.service": Link("/dev/null"),
    **{f"{_THEIRS / name}": _THEIRS / name for name in _DEBIANS},
}
