"""How is apt configured? (`apt-config dump`: every setting of every file, as apt reads them)"""

import re

from agent.readers.errors import ParseError

_LINE = re.compile(r'(?P<name>[^ ]+) "(?P<value>.*)";')


def parse(data: bytes) -> dict[str, str]:
    """The last value of each setting, by its name in lower case: apt does not tell them apart."""
    values = {}
    for line in data.decode(errors="replace").splitlines():
        found = _LINE.fullmatch(line)
        if not found:
            raise ParseError("a line of apt-config is not of its form")
        values[found["name"].lower()] = found["value"]
    if "dir::etc" not in values:
        raise ParseError("apt-config did not say where apt keeps its files")
    return values
