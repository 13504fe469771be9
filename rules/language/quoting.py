"""What would a line be if its author had put its value in quotes?

Asked after YAML stopped at the line and that was told: with quotes the lines after it can be read.
"""

import re

_ENTRY = re.compile(
    r"(?P<before>[ ]*(?:-[ ]+)*(?:[A-Za-z_$<][\w$.<-]*[ ]*:[ ]+)?)(?P<value>[^ \r].*?)(?P<end>\r?)"
)


def quoted(text: str, number: int) -> str | None:
    """The text with the value of one line (from 1) in quotes; None if it has no such value."""
    lines = text.split("\n")
    if not 0 < number <= len(lines):
        return None
    found = _ENTRY.fullmatch(lines[number - 1])
    if found is None or not found["before"].strip():
        return None
    value = found["value"].replace("'", "''")
    lines[number - 1] = f"{found['before']}'{value}'{found['end']}"
    return "\n".join(lines)
