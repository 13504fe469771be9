"""All facts, in the order in which they are collected. To add one, add its line."""

from typing import Any

from rules.facts.agent import AGENT
from rules.facts.antivirus import ANTIVIRUS
from rules.facts.audit_policy import AUDIT_POLICY
from rules.facts.backups import BACKUPS
from rules.facts.base import Fact
from rules.facts.boot_security import BOOT_SECURITY
from rules.facts.clock import CLOCK
from rules.facts.firewall import FIREWALL
from rules.facts.host import HOST
from rules.facts.imaging import IMAGING
from rules.facts.listeners import LISTENERS
from rules.facts.password_policy import PASSWORD_POLICY
from rules.facts.patching import PATCHING
from rules.facts.remote_access import REMOTE_ACCESS
from rules.facts.services import SERVICES
from rules.facts.shares import SHARES
from rules.facts.smb import SMB
from rules.facts.software import SOFTWARE
from rules.facts.tls_policy import TLS_POLICY
from rules.facts.usb_storage import USB_STORAGE
from rules.facts.users import USERS
from rules.facts.volumes import VOLUMES

CATALOGUE_VERSION = "1.1"

FACTS: tuple[Fact[Any], ...] = (
    HOST,
    VOLUMES,
    USB_STORAGE,
    USERS,
    PATCHING,
    FIREWALL,
    ANTIVIRUS,
    LISTENERS,
    SERVICES,
    REMOTE_ACCESS,
    PASSWORD_POLICY,
    AUDIT_POLICY,
    CLOCK,
    BOOT_SECURITY,
    TLS_POLICY,
    SMB,
    SHARES,
    SOFTWARE,
    BACKUPS,
    IMAGING,
    AGENT,
)

CATALOGUE: dict[str, Fact[Any]] = {fact.name: fact for fact in FACTS}
