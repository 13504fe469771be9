r"""What does an export of the registry say? (`.reg`, "Windows Registry Editor Version 5.00")

UTF-16 with its mark, as regedit and reg.exe write it; UTF-8 is read too. Keys go by the short
name of their root, `HKLM\SOFTWARE\X`, as the port of the machine names them. A line that deletes
is no export: ParseError, as for any other line that is not known.

Form: "How to add, modify, or delete registry subkeys and values by using a .reg file", Microsoft.
"""

import re
from collections.abc import Iterator

from agent.readers import registry
from agent.readers.errors import ParseError
from agent.readers.registry import Found, Value

_FIRST = "Windows Registry Editor Version 5.00"
_ROOTS = {"HKEY_LOCAL_MACHINE": "HKLM", "HKEY_USERS": "HKU"}
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    r"[ \t]*(?:;[^\n]*)?\n"
    r"|\[(?P<key>[^\n]+)\][ \t]*\n"
    rf"|(?:@|(?P<name>{_QUOTED}))=(?:"
    rf"(?P<text>{_QUOTED})"
    r"|dword:(?P<dword>[0-9a-fA-F]{1,8})"
    r"|hex(?:\((?P<kind>[0-9a-fA-F]{1,8})\))?:(?P<hex>(?:[0-9a-fA-F,]|\\\n[ \t]*)*)"
    r")[ \t]*\n",
    re.DOTALL,
)
_BYTES = re.compile(r"(?:[0-9a-fA-F]{2}(?:,[0-9a-fA-F]{2})*,?)?")


def parse(data: bytes) -> dict[str, Found]:
    """All keys of an export, by their paths as written; ParseError if it is none."""
    body = _text(data)
    values: dict[str, dict[str, Value]] = {}
    here: dict[str, Value] | None = None
    for line in _lines(body):
        if line["key"] is not None:
            here = values.setdefault(_path(line["key"]), {})
        elif line[0].strip() and not line[0].lstrip().startswith(";"):
            if here is None:
                raise ParseError("a value of no key")
            here[_plain(line["name"][1:-1]) if line["name"] else ""] = _value(line)
    return {key: Found(found, _below(key, values)) for key, found in values.items()}


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ParseError("neither UTF-16 nor UTF-8") from error
    head, _, body = text.replace("\r\n", "\n").partition("\n")
    if head.strip() != _FIRST:
        raise ParseError("no export of the registry editor, version 5")
    return body if body.endswith("\n") else f"{body}\n"


def _lines(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        found = _LINE.match(text, at)
        if not found:
            raise ParseError("a line that no export has")
        yield found
        at = found.end()


def _path(key: str) -> str:
    root, _, rest = key.partition("\\")
    if root not in _ROOTS or not rest:
        raise ParseError("a key that is neither of the machine nor of a user")
    return f"{_ROOTS[root]}\\{rest}"


def _value(line: re.Match[str]) -> Value:
    if line["text"] is not None:
        return "sz", _plain(line["text"][1:-1])
    if line["dword"] is not None:
        return "dword", int(line["dword"], 16)
    digits = re.sub(r"\\\n[ \t]*", "", line["hex"])
    if not _BYTES.fullmatch(digits):
        raise ParseError("bytes that are not written as such")
    data = bytes.fromhex(digits.replace(",", ""))
    return registry.value(3 if line["kind"] is None else int(line["kind"], 16), data)


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _below(key: str, keys: dict[str, dict[str, Value]]) -> tuple[str, ...]:
    """The names right below a key; an export names a key before those that it holds."""
    start = f"{key}\\"
    names = (path[len(start) :].partition("\\")[0] for path in keys if path.startswith(start))
    return tuple(dict.fromkeys(names))
