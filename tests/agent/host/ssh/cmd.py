r"""A stand-in for cmd.exe with reg.exe, on a Windows of the clinic: it knows our three lines.

`python -m tests.agent.host.ssh.cmd front_1` reads a script from standard input, as cmd.exe would;
its words are German, as those of a real one may be.
"""

import re
import sys
from collections.abc import Iterator

from agent.host.base import HostError
from agent.host.ssh.rounds import Heard
from agent.host.tree import TreeHost
from tests.agent.facts.windows import clinic

_ECHO = re.compile(r"echo (.*)")
_QUERY = re.compile(r'"%SystemRoot%\\System32\\reg\.exe" query "([^"]*)" /reg:64 2>nul')
_LONG = {"HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS"}
ADMINS_OWN = r"HKU\S-1-5-19"


def printed(host: TreeHost, script: str) -> Iterator[str]:
    """What would come back, line by line."""
    yield "Microsoft Windows [Version 10.0.26200.7171]"
    rc = 0
    for line in script.splitlines():
        if found := _ECHO.fullmatch(line):
            yield found[1].replace("%errorlevel%", str(rc))
        elif found := _QUERY.fullmatch(line):
            said = list(_queried(host, found[1]))
            rc = 0 if said else 1
            yield from said
        else:
            assert line in ("@echo off", "exit 0"), line


def _queried(host: TreeHost, key: str) -> Iterator[str]:
    try:
        found = host.registry(key)
    except HostError:
        return
    if found is None:
        return
    root, _, rest = key.partition("\\")
    path = f"{_LONG[root]}\\{rest}".rstrip("\\")
    yield from ("", path)
    for name, (kind, data) in found.values.items():
        yield f"    {name or '(Standard)'}    REG_{kind.upper()}    {_said(data)}"
    yield ""
    yield from (f"{path}\\{name}" for name in found.subkeys)


def _said(data: object) -> str:
    match data:
        case int():
            return hex(data)
        case bytes():
            return data.hex().upper()
        case tuple():
            return "\\0".join(data)
    return str(data)


def answered(host: TreeHost, script: str) -> Heard:
    """The same as a line would hear it."""
    return Heard("".join(f"{line}\r\n" for line in printed(host, script)).encode())


if __name__ == "__main__":
    sys.stdout.write(answered(getattr(clinic, sys.argv[1])(), sys.stdin.read()).out.decode())
