"""In which forms can an audit be written? To add one, add its line and its word in cli/audit.py."""

from collections.abc import Mapping

from agent.cli.outputs import json, junit, text
from agent.cli.outputs.base import Output

OUTPUTS: Mapping[str, Output] = {
    "text": text.write,
    "json": json.write,
    "junit": junit.write,
}
