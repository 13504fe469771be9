"""Where does Orthanc keep its images? (Orthanc Book, configuration)

JSON with comments, of which one word is kept: the file may hold passwords.
"""

import json
import re

from agent.readers.errors import ParseError

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)


def storage(data: bytes) -> str | None:
    """StorageDirectory; None if the file does not say it, ParseError if it is no configuration."""
    try:
        plain = _PIECE.sub(lambda found: found[0] if found[0][0] == '"' else " ", data.decode())
        said = json.loads(plain)
    except (ValueError, RecursionError) as error:
        raise ParseError("not a configuration of Orthanc") from error
    folder = said.get("StorageDirectory") if isinstance(said, dict) else said
    if folder is not None and not isinstance(folder, str):
        raise ParseError("StorageDirectory is no text")
    return folder
