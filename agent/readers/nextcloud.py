r"""Which folders does Nextcloud or ownCloud carry away? (nextcloud.cfg, owncloud.cfg)

An INI file as Qt writes it: below `[Accounts]` one line for each folder of each account,
`0\Folders\1\localPath=/home/lee/Nextcloud/`. Of all that stands there only these are kept.
"""

import re

from agent.readers.errors import ParseError

_FOLDER = re.compile(r"[0-9]+\\[A-Za-z]*Folders[A-Za-z]*\\[^=]+\\localPath=(.*)")
_SECTION = re.compile(r"\[[^\[\]]*\]")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{1,4}|.)")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}


def folders(data: bytes) -> tuple[str, ...]:
    """The local folders of all accounts; ParseError if the file is none of it, or cut."""
    lines = [line.strip() for line in data.decode(errors="surrogateescape").split("\n")]
    if lines[-1] or not any(map(_SECTION.fullmatch, lines)):
        raise ParseError("not a configuration of Nextcloud")
    found = [_FOLDER.fullmatch(line) for line in lines]
    return tuple(_value(line[1]) for line in found if line)


def _value(text: str) -> str:
    """A value of QSettings: in quotes if it must be, with escapes as in C."""
    plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    value = _ESCAPE.sub(_char, plain)
    if not value or "\0" in value:
        raise ParseError("a folder of Nextcloud without a path")
    return value


def _char(found: re.Match[str]) -> str:
    said = found[1]
    if len(said) > 1:
        return chr(int(said[1:], 16))
    return _PLAIN.get(said, said)
