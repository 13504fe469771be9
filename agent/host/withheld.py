"""Which values of the registry does nobody keep, though Windows hands them over with their key?

Passwords and other secrets that programs leave in the clear: that there is one is worth a finding,
what it says is nobody's business. The value stays, without its data, from the moment at which its
key is read: no collector, recording or log ever has it.
"""

import re
from collections.abc import Mapping

from agent.readers.registry import Value

_SECRET = re.compile(r".*(password|passwd|passphrase|pwd|secret)", re.IGNORECASE | re.DOTALL)


def without_secrets(values: Mapping[str, Value]) -> dict[str, Value]:
    """The values of a key, those that are named as secrets without what they say."""
    return {name: _shown(name, value) for name, value in values.items()}


def _shown(name: str, value: Value) -> Value:
    return (value[0], b"") if _SECRET.fullmatch(name) else value
