"""Who answers which fact on macOS? To add an answer, add its line."""

from typing import Any

from agent.facts import agent, imaging
from agent.facts.antivirus import macos as antivirus
from agent.facts.audit_policy import macos as audit_policy
from agent.facts.backups import macos as backups
from agent.facts.base import Collector
from agent.facts.boot_security import macos as boot_security
from agent.facts.clock import macos as clock
from agent.facts.firewall import macos as firewall
from agent.facts.host import macos as host
from agent.facts.listeners import macos as listeners
from agent.facts.password_policy import macos as password_policy
from agent.facts.patching import macos as patching
from agent.facts.remote_access import macos as remote_access
from agent.facts.services import macos as services
from agent.facts.shares import macos as shares
from agent.facts.smb import macos as smb
from agent.facts.software import macos as software
from agent.facts.usb_storage import macos as usb_storage
from agent.facts.users import macos as users
from agent.facts.volumes import macos as volumes

COLLECTORS: tuple[Collector[Any], ...] = (
    host.macos,
    volumes.macos,
    usb_storage.macos,
    users.macos,
    patching.macos,
    firewall.macos,
    antivirus.macos,
    listeners.macos,
    services.macos,
    remote_access.macos,
    password_policy.macos,
    audit_policy.macos,
    clock.macos,
    boot_security.macos,
    smb.macos,
    shares.macos,
    software.macos,
    backups.macos,
    imaging.elsewhere,
    agent.everywhere,
)
