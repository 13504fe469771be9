"""Which folder does the OneDrive client for Linux carry away? (abraunegg, docs/usage.md: config)

`sync_dir = "~/OneDrive"`, where remarks begin with `#` or `;`; without it, that is the folder.
"""

import re

from agent.readers.errors import ParseError

USUAL = "~/OneDrive"
_SETTING = re.compile(r"(?P<name>[a-z_0-9]+)\s*=\s*\"(?P<value>.*)\"")


def folder(data: bytes) -> str | None:
    """What `sync_dir` says last; None if it does not stand there."""
    lines = (line.strip() for line in data.decode(errors="surrogateescape").splitlines())
    said = [line for line in lines if line and line[0] not in "#;["]
    found = [_SETTING.fullmatch(line) for line in said]
    if said and not any(found):
        raise ParseError("not a configuration of the OneDrive client")
    named = [line["value"] for line in found if line and line["name"] == "sync_dir"]
    if named and not named[-1]:
        raise ParseError("a sync_dir that is empty")
    return named[-1] if named else None
