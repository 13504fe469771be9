"""Who answers which fact, in the order of the catalogue. To add an answer, add its line."""

from typing import Any

from agent.facts import (
    agent,
    antivirus,
    audit_policy,
    imaging,
    listeners,
    services,
    shares,
)
from agent.facts.backups import linux as backups
from agent.facts.base import Collector
from agent.facts.boot_security import linux as boot_security
from agent.facts.boot_security import macos as boot_security_on_macos
from agent.facts.clock import linux as clock
from agent.facts.firewall import linux as firewall
from agent.facts.firewall import macos as firewall_on_macos
from agent.facts.host import linux as host
from agent.facts.host import macos as host_on_macos
from agent.facts.password_policy import linux as password_policy
from agent.facts.patching import linux as patching
from agent.facts.patching import macos as patching_on_macos
from agent.facts.remote_access import linux as remote_access
from agent.facts.smb import linux as smb
from agent.facts.software import linux as software
from agent.facts.tls_policy import linux as tls_policy
from agent.facts.usb_storage import linux as usb_storage
from agent.facts.usb_storage import macos as usb_storage_on_macos
from agent.facts.users import linux as users
from agent.facts.users import macos as users_on_macos
from agent.facts.volumes import linux as volumes
from agent.facts.volumes import macos as volumes_on_macos

COLLECTORS: tuple[Collector[Any], ...] = (
    host.linux,
    host_on_macos.macos,
    volumes.linux,
    volumes_on_macos.macos,
    usb_storage.linux,
    usb_storage_on_macos.macos,
    users.linux,
    users_on_macos.macos,
    patching.linux,
    patching_on_macos.macos,
    firewall.linux,
    firewall_on_macos.macos,
    antivirus.linux,
    listeners.linux,
    services.linux,
    remote_access.linux,
    password_policy.linux,
    audit_policy.linux,
    clock.linux,
    boot_security.linux,
    boot_security_on_macos.macos,
    tls_policy.linux,
    smb.linux,
    shares.linux,
    software.linux,
    backups.linux,
    imaging.everywhere,
    agent.everywhere,
)
