"""Who answers which fact on Linux? To add an answer, add its line."""

from typing import Any

from agent.facts import agent, imaging
from agent.facts.antivirus import linux as antivirus
from agent.facts.audit_policy import linux as audit_policy
from agent.facts.backups import linux as backups
from agent.facts.base import Collector
from agent.facts.boot_security import linux as boot_security
from agent.facts.clock import linux as clock
from agent.facts.firewall import linux as firewall
from agent.facts.host import linux as host
from agent.facts.listeners import linux as listeners
from agent.facts.password_policy import linux as password_policy
from agent.facts.patching import linux as patching
from agent.facts.remote_access import linux as remote_access
from agent.facts.services import linux as services
from agent.facts.shares import linux as shares
from agent.facts.smb import linux as smb
from agent.facts.software import linux as software
from agent.facts.tls_policy import linux as tls_policy
from agent.facts.usb_storage import linux as usb_storage
from agent.facts.users import linux as users
from agent.facts.volumes import linux as volumes

COLLECTORS: tuple[Collector[Any], ...] = (
    host.linux,
    volumes.linux,
    usb_storage.linux,
    users.linux,
    patching.linux,
    firewall.linux,
    antivirus.linux,
    listeners.linux,
    services.linux,
    remote_access.linux,
    password_policy.linux,
    audit_policy.linux,
    clock.linux,
    boot_security.linux,
    tls_policy.linux,
    smb.linux,
    shares.linux,
    software.linux,
    backups.linux,
    imaging.linux,
    agent.everywhere,
)
