"""Who, besides the files of this machine, says which accounts there are? (nsswitch.conf(5))"""

from agent.readers.errors import ParseError
from agent.readers.text import lines

DIRECTORIES = frozenset({"sss", "winbind", "ldap", "nis", "nisplus", "himmelblau", "aad"})
"""Sources that ask another machine."""


def sources(data: bytes, table: str = "passwd") -> tuple[str, ...]:
    """The sources of a table in their order; ParseError if the file does not name it."""
    for line in lines(data):
        name, colon, words = line.partition(":")
        if colon and name.strip() == table:
            said = words.partition("#")[0]
            return tuple(word for word in said.split() if not word.startswith(("[", "!")))
    raise ParseError(f"no line for {table}")
