"""Who answers which fact, in the order of the catalogue. To add an answer, add its line."""

from typing import Any

from agent.facts import volumes
from agent.facts.base import Collector

COLLECTORS: tuple[Collector[Any], ...] = (volumes.linux,)
