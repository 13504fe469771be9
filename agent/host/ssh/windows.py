r"""What does the registry of a Windows say that is asked over SSH, in as few rounds as can be?

By `reg.exe query KEY /reg:64` alone, in one cmd.exe a round: its commands go in by standard input,
each between two lines with a fresh nonce. What no registry says is `unsupported_os` there.

- The first round fetches what every collector is known to need (agent/host/ssh/keys.py). What
  that leads to goes out in two more at most, as on Linux; what is open then is `timeout`.
- With each key those above it are asked: only their lists prove that it is not there.
- Nothing varies in a command but the key, and a key that cmd.exe could read as more is not asked.
- Whether we ask as an administrator shows in a key that opens to nobody else (HKU\S-1-5-19, the
  hive of LocalService).

From Microsoft's documentation. Wine's cmd.exe has run these lines as a batch file, with Wine's
reg.exe: it takes but one line from a pipe. No real Windows has answered yet.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn, TypeVar

from agent.host.base import Host, HostError, Key, Ran
from agent.host.programs import Program
from agent.host.regexe import RegExe
from agent.host.ssh import keys
from agent.host.ssh.rounds import MOST_ROUNDS, Ask, Heard
from agent.readers import regquery
from agent.readers.errors import ParseError
from rules.facts.base import Why
from rules.facts.host import Os

T = TypeVar("T")

COMMAND = "cmd.exe /q /d"
"""Without echo, and without what the account runs at each start of cmd.exe (AutoRun)."""

MOST = 2_000
"""Keys of one round: a machine that gives rise to more does so on purpose."""

_ADMINS_OWN = r"HKU\S-1-5-19"
_PLAIN = re.compile(r'[^"%\x00-\x1f\x7f-\U0010ffff]{1,512}')
_QUERY = r'"%SystemRoot%\System32\reg.exe" query "{}" /reg:64 2>nul'


def is_windows(banner: str) -> bool:
    """Is it OpenSSH for Windows that speaks? (`SSH-2.0-OpenSSH_for_Windows_9.5`)"""
    return "OpenSSH_for_Windows" in banner


@dataclass(slots=True)
class Registry:
    """A `Host` of what the rounds have brought; any thread may ask."""

    elevated: bool = False
    os: Os = "windows"
    missing: dict[str, None] = field(default_factory=dict)
    _known: dict[str, Ran | Why] = field(default_factory=dict)
    _over: Why | None = None

    def registry(self, key: str) -> Key | None:
        """The key; None if it is proven not to be there."""
        return RegExe(self._ran).key(key)

    def learn(self, heard: Heard, nonce: str, asked: list[str]) -> None:
        """Take in a round; what it was asked for and does not hold is unread from now on."""
        answers, ended = _parse(heard.out, nonce)
        lost = Why.PARSE_ERROR if ended else heard.why or Why.PARSE_ERROR
        for number, key in enumerate(asked):
            self._known[key.lower()] = answers.get(number, lost)
        administrators = self._known.get(_ADMINS_OWN.lower())
        self.elevated = isinstance(administrators, Ran) and administrators.rc == 0
        self.missing = dict.fromkeys(self._led_to())
        if not ended:
            self._over = lost

    def _led_to(self) -> Iterator[str]:
        """What the keys that are known lead to."""
        people = [sid for sid in self._subkeys(keys.PROFILES) if sid.startswith(keys.PEOPLE)]
        hives = [f"HKU\\{sid}" for sid in people]
        wanted = [f"{hive}\\{name}" for hive in hives for name in keys.PERSONAL]
        each = [*keys.EACH, *(f"{hive}\\{name}" for hive in hives for name in keys.EACH_PERSONAL)]
        wanted += [f"{key}\\{name}" for key in each for name in self._subkeys(key)]
        plain = (key for key in wanted if _PLAIN.fullmatch(key))
        whole = dict.fromkeys(one for key in plain for one in _with_above(key))
        yield from (one for one in whole if one.lower() not in self._known)

    def _subkeys(self, key: str) -> tuple[str, ...]:
        known = self._known.get(key.lower())
        if not isinstance(known, Ran) or known.rc != 0:
            return ()
        try:
            return regquery.parse(known.out, key).subkeys
        except ParseError:
            return ()

    def _ran(self, key: str) -> Ran:
        known = self._known.get(key.lower())
        if isinstance(known, Ran):
            return known
        if known is not None:
            raise HostError(known, f"{key} was not answered")
        if not _PLAIN.fullmatch(key):
            raise HostError(Why.PARSE_ERROR, f"{key[:80]!r} cannot be asked by reg.exe")
        if self._over is not None:
            raise HostError(self._over, f"{key} was not asked")
        self.missing |= dict.fromkeys(_with_above(key))
        raise HostError(Why.TIMEOUT, f"{key} was not fetched by the last round")

    def run(self, program: Program, *args: str) -> NoReturn:
        """No program but reg.exe is run."""
        raise self._refused(f"{program} {' '.join(args)}")

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> NoReturn:
        """No file is read."""
        raise self._refused(f"{path} {limit} {offset} {whole}")

    def list(self, path: str, limit: int = 10_000) -> NoReturn:
        """No folder is listed."""
        raise self._refused(f"{path} {limit}")

    def stat(self, path: str) -> NoReturn:
        """No file is looked at."""
        raise self._refused(path)

    def _refused(self, what: str) -> HostError:
        return HostError(Why.UNSUPPORTED_OS, f"a Windows over SSH tells its registry alone: {what}")


def through(ask: Ask, look: Callable[[Host], T]) -> tuple[T, int]:
    """What `look` makes of the machine, and the number of rounds that it took."""
    wanted = (_ADMINS_OWN, *keys.KEYS)
    registry = Registry(missing={one: None for key in wanted for one in _with_above(key)})
    for number in range(1, MOST_ROUNDS + 1):
        asked, nonce = list(registry.missing)[:MOST], secrets.token_hex(8)
        registry.learn(ask(script(nonce, asked)), nonce, asked)
        seen, rounds = look(registry), number
        if not registry.missing:
            break
    return seen, rounds


def script(nonce: str, asked: Iterable[str]) -> str:
    """The lines for cmd.exe: each key between two lines of ours, the second with the exit code."""
    lines = ["@echo off"]
    for number, key in enumerate(asked):
        lines += [f"echo @@{nonce} {number}@@", _QUERY.format(key)]
        lines += [f"echo @@{nonce} {number} %errorlevel%@@"]
    return "\r\n".join((*lines, f"echo @@{nonce} end@@", "exit 0", ""))


def _with_above(key: str) -> Iterator[str]:
    """The key, and those above it up to the root."""
    names = key.split("\\")
    for depth in range(len(names), 0, -1):
        yield "\\".join(names[:depth])


def _parse(out: bytes, nonce: str) -> tuple[dict[int, Ran], bool]:
    """What was answered, by number, and whether the script came to its end."""
    mark = re.escape(nonce.encode())
    whole = re.compile(
        rb"@@" + mark + rb" (\d{1,4})@@\s*?\n(.*?)@@" + mark + rb" \1 (\d{1,9})@@", re.DOTALL
    )
    answers = {
        int(number): Ran(int(rc), _own_lines(said)) for number, said, rc in whole.findall(out)
    }
    return answers, b"@@" + nonce.encode() + b" end@@" in out


def _own_lines(said: bytes) -> bytes:
    return said.replace(b"\r\n", b"\n")
