r"""What does `reg.exe query KEY /reg:64` print of one key?

The words around it are in the system's language, and are not read: a line of the key's path, then
for each value four spaces, its name, four spaces, its type, four spaces, its data; then the paths
of its subkeys. The default value goes by a localised name in brackets and is kept under it.

- The output is in the code page of the console: a letter beyond ASCII may be another one here.
- A text of several lines cannot be told from what follows it: ParseError.
"""

import re

from agent.readers import registry
from agent.readers.errors import ParseError
from agent.readers.registry import Found, Value

_VALUE = re.compile(r" {4}(?P<name>.*?) {4}REG_(?P<kind>[A-Z_]+)(?: {4}(?P<data>.*))?")
_NUMBER = re.compile(r"0x[0-9a-fA-F]{1,16}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
_LONG = {"HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS"}


def parse(data: bytes, key: str) -> Found:
    r"""The key that was asked for, `HKLM\…`; ParseError if something else was printed."""
    lines = [line for line in data.decode(errors="replace").splitlines() if line.strip()]
    root, _, rest = key.partition("\\")
    path = f"{_LONG.get(root, root)}\\{rest}".rstrip("\\").lower()
    values: dict[str, Value] = {}
    subkeys: list[str] = []
    for line in lines:
        if found := _VALUE.fullmatch(line):
            values[found["name"]] = _value(found["kind"].lower(), found["data"] or "")
        elif line.lower().startswith(f"{path}\\"):
            subkeys.append(line[len(path) + 1 :])
        elif line.lower().rstrip("\\") != path:
            raise ParseError("a line that is neither a value nor a subkey")
    if not lines:
        raise ParseError("nothing was printed")
    return Found(values, tuple(subkeys))


def _value(kind: str, said: str) -> Value:
    if kind in ("dword", "qword"):
        if not _NUMBER.fullmatch(said):
            raise ParseError("a number that is none")
        return kind, int(said, 16)
    if kind in ("sz", "expand_sz"):
        return kind, said
    if kind == "multi_sz":
        return kind, tuple(part for part in said.split("\\0") if part)
    number = registry.number_of(kind)
    if number is None or not _HEX.fullmatch(said):
        raise ParseError("a value of an unknown type, or bytes that are none")
    return kind, bytes.fromhex(said)
