"""On which real systems has a test read each fact? Written by `make docs` from the tests."""

from collections.abc import Mapping

READ_FOR_REAL: Mapping[str, tuple[str, ...]] = {
    "host": ("linux",),
    "volumes": ("linux",),
    "usb_storage": ("linux",),
    "users": ("linux",),
    "patching": ("linux",),
    "firewall": ("linux",),
    "antivirus": ("linux",),
    "listeners": ("linux",),
    "services": ("linux",),
    "remote_access": ("linux",),
    "password_policy": ("linux",),
    "audit_policy": ("linux",),
    "clock": ("linux",),
    "boot_security": ("linux",),
    "tls_policy": ("linux",),
    "smb": ("linux",),
    "shares": ("linux",),
    "software": ("linux",),
    "backups": ("linux",),
    "imaging": ("linux",),
    "agent": ("linux",),
}
