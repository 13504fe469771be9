"""Who answers which fact, in the order of the catalogue. To add an answer, add its line."""

from typing import Any

from agent.facts import agent, imaging
from agent.facts.antivirus import linux as antivirus
from agent.facts.audit_policy import linux as audit_policy
from agent.facts.backups import linux as backups
from agent.facts.base import Collector
from agent.facts.boot_security import linux as boot_security
from agent.facts.boot_security import macos as boot_security_on_macos
from agent.facts.boot_security import windows as boot_security_on_windows
from agent.facts.clock import linux as clock
from agent.facts.clock import windows as clock_on_windows
from agent.facts.firewall import linux as firewall
from agent.facts.firewall import macos as firewall_on_macos
from agent.facts.firewall import windows as firewall_on_windows
from agent.facts.host import linux as host
from agent.facts.host import macos as host_on_macos
from agent.facts.host import windows as host_on_windows
from agent.facts.listeners import linux as listeners
from agent.facts.password_policy import linux as password_policy
from agent.facts.password_policy import windows as password_policy_on_windows
from agent.facts.patching import linux as patching
from agent.facts.patching import macos as patching_on_macos
from agent.facts.patching import windows as patching_on_windows
from agent.facts.remote_access import linux as remote_access
from agent.facts.remote_access import windows as remote_access_on_windows
from agent.facts.services import linux as services
from agent.facts.shares import linux as shares
from agent.facts.smb import linux as smb
from agent.facts.smb import windows as smb_on_windows
from agent.facts.software import linux as software
from agent.facts.software import windows as software_on_windows
from agent.facts.tls_policy import linux as tls_policy
from agent.facts.tls_policy import windows as tls_policy_on_windows
from agent.facts.usb_storage import linux as usb_storage
from agent.facts.usb_storage import macos as usb_storage_on_macos
from agent.facts.usb_storage import windows as usb_storage_on_windows
from agent.facts.users import linux as users
from agent.facts.users import macos as users_on_macos
from agent.facts.users import windows as users_on_windows
from agent.facts.volumes import linux as volumes
from agent.facts.volumes import macos as volumes_on_macos

COLLECTORS: tuple[Collector[Any], ...] = (
    host.linux,
    host_on_windows.windows,
    host_on_macos.macos,
    volumes.linux,
    volumes_on_macos.macos,
    usb_storage.linux,
    usb_storage_on_windows.windows,
    usb_storage_on_macos.macos,
    users.linux,
    users_on_windows.windows,
    users_on_macos.macos,
    patching.linux,
    patching_on_windows.windows,
    patching_on_macos.macos,
    firewall.linux,
    firewall_on_windows.windows,
    firewall_on_macos.macos,
    antivirus.linux,
    listeners.linux,
    services.linux,
    remote_access.linux,
    remote_access_on_windows.windows,
    password_policy.linux,
    password_policy_on_windows.windows,
    audit_policy.linux,
    clock.linux,
    clock_on_windows.windows,
    boot_security.linux,
    boot_security_on_windows.windows,
    boot_security_on_macos.macos,
    tls_policy.linux,
    tls_policy_on_windows.windows,
    smb.linux,
    smb_on_windows.windows,
    shares.linux,
    software.linux,
    software_on_windows.windows,
    backups.linux,
    imaging.everywhere,
    agent.everywhere,
)
