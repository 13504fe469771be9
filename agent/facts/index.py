"""Who answers which fact, in the order of the catalogue. To add an answer, add its line."""

from typing import Any

from agent.facts import host, patching, volumes
from agent.facts.base import Collector

COLLECTORS: tuple[Collector[Any], ...] = (
    host.linux,
    volumes.linux,
    patching.linux,
)
