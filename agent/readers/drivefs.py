"""Where does Google Drive show itself? (`PerAccountPreferences` of DriveFS, a JSON text)

Of each account `mount_point_path`: a drive's letter, or a folder. Folders that are mirrored stand
in a database beside it, which is not read.
"""

import json
import re

from agent.readers.errors import ParseError


def mounts(text: str) -> tuple[str, ...]:
    """The drive or folder of each account that has one; ParseError if the text is not of it."""
    try:
        accounts = json.loads(text)["per_account_preferences"]
        paths = [account["value"].get("mount_point_path") for account in accounts]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ParseError("not the preferences of Google Drive's accounts") from error
    if not all(path is None or isinstance(path, str) for path in paths):
        raise ParseError("a place of Google Drive that is no text")
    return tuple(_drive(path) for path in paths if path)


def _drive(path: str) -> str:
    return f"{path[0]}:\\" if re.fullmatch(r"[A-Za-z]:?\\?", path) else path
