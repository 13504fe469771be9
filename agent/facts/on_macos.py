"""Who answers which fact on macOS? To add an answer, add its line."""

from typing import Any

from agent.facts import agent, imaging
from agent.facts.base import Collector
from agent.facts.boot_security import macos as boot_security
from agent.facts.firewall import macos as firewall
from agent.facts.host import macos as host
from agent.facts.patching import macos as patching
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
    boot_security.macos,
    imaging.everywhere,
    agent.everywhere,
)
