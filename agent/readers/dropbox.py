"""Which folders does Dropbox carry away? (info.json, help.dropbox.com "find the Dropbox folder")

One entry an account, `personal` and `business`; the file is rewritten when a folder is moved.
"""

import json

from agent.readers.errors import ParseError


def folders(data: bytes) -> tuple[str, ...]:
    """The folder of each account; ParseError if the file is none of Dropbox."""
    try:
        accounts = json.loads(data)
        paths = tuple(account["path"] for account in accounts.values())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ParseError("not a list of Dropbox's accounts") from error
    if not all(isinstance(path, str) and path for path in paths):
        raise ParseError("an account of Dropbox without a folder")
    return paths
