"""Who answers which fact on Windows? To add an answer, add its line."""

from typing import Any

from agent.facts import agent, imaging
from agent.facts.antivirus import windows as antivirus
from agent.facts.audit_policy import windows as audit_policy
from agent.facts.backups import windows as backups
from agent.facts.base import Collector
from agent.facts.boot_security import windows as boot_security
from agent.facts.clock import windows as clock
from agent.facts.firewall import windows as firewall
from agent.facts.host import windows as host
from agent.facts.listeners import windows as listeners
from agent.facts.password_policy import windows as password_policy
from agent.facts.patching import windows as patching
from agent.facts.remote_access import windows as remote_access
from agent.facts.services import windows as services
from agent.facts.shares import windows as shares
from agent.facts.smb import windows as smb
from agent.facts.software import windows as software
from agent.facts.tls_policy import windows as tls_policy
from agent.facts.usb_storage import windows as usb_storage
from agent.facts.users import windows as users
from agent.facts.volumes import windows as volumes

COLLECTORS: tuple[Collector[Any], ...] = (
    host.windows,
    volumes.windows,
    usb_storage.windows,
    users.windows,
    patching.windows,
    firewall.windows,
    antivirus.windows,
    listeners.windows,
    services.windows,
    remote_access.windows,
    password_policy.windows,
    audit_policy.windows,
    clock.windows,
    boot_security.windows,
    tls_policy.windows,
    smb.windows,
    shares.windows,
    software.windows,
    backups.windows,
    imaging.elsewhere,
    agent.everywhere,
)
