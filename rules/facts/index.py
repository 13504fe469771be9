"""All facts, in the order in which they are collected. To add one, add its line."""

from typing import Any

from rules.facts.agent import AGENT
from rules.facts.base import Fact
from rules.facts.host import HOST
from rules.facts.imaging import IMAGING
from rules.facts.patching import PATCHING
from rules.facts.usb_storage import USB_STORAGE
from rules.facts.users import USERS
from rules.facts.volumes import VOLUMES

CATALOGUE_VERSION = "1.0"

FACTS: tuple[Fact[Any], ...] = (
    HOST,
    VOLUMES,
    USB_STORAGE,
    USERS,
    PATCHING,
    IMAGING,
    AGENT,
)

CATALOGUE: dict[str, Fact[Any]] = {fact.name: fact for fact in FACTS}
