"""How long must passwords be, when is an account locked? The answer for Linux: what PAM asks.

`max_age` is what a new account gets (login.defs(5)). Linux keeps no password for an automatic
sign-in: it lets in without one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from agent.facts.base import About, answers, part
from agent.facts.password_policy.autologon import is_anybody_let_in
from agent.host.base import Absent, Host, HostError, list_if_there, read_if_there
from agent.readers import pam, text
from agent.readers.errors import ParseError
from agent.readers.pam import Module
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.password_policy import PASSWORD_POLICY, PasswordPolicy

T = TypeVar("T")

_PAM, _SECURITY = "/etc/pam.d", "/etc/security"
_STACKS = (("common-auth", "common-password"), ("system-auth", "password-auth"))
"""What all services include: on Debian and its kin, on Red Hat and its."""

_SHORTEST, _SHORTEST_OBSCURE, _SHORTEST_OF_QUALITY = 1, 6, 8
"""Where nothing is set: pam_unix(8) without and with `obscure`, and pam_pwquality(8)."""

_SHORTEST_AT_ALL = 6
"""Below this pwquality.conf(5) sets nothing, whatever is written."""

_CREDITS = ("dcredit", "ucredit", "lcredit", "ocredit")

_FAILURES, _UNLOCKS_AFTER = 3, 600
"""Where nothing is set: pam_faillock(8), in attempts and seconds."""

_FOR_EVER = 99_999
"""Days from which a password does not expire (shadow(5))."""


@answers(PASSWORD_POLICY, on="linux")
def linux(host: Host, _about: About) -> PasswordPolicy:
    """From PAM's stacks, /etc/security, login.defs, and what display managers are told."""
    asked = part(lambda: _Stacks.of(host))
    return PasswordPolicy(
        min_length=_of(asked, _Stacks.min_length),
        history=_of(asked, _Stacks.history),
        max_age=part(lambda: _max_age(host)),
        lockout_after=_of(asked, _Stacks.lockout_after),
        lockout_for=_of(asked, _Stacks.lockout_for),
        complexity=_of(asked, _Stacks.complexity),
        blank_allowed=_of(asked, _Stacks.blank_allowed),
        auto_logon=part(lambda: is_anybody_let_in(host)),
        auto_logon_secret=False,
        source="pam",
    )


def _of(stacks: "_Stacks | Unknown", ask: "Callable[[_Stacks], T]") -> Maybe[T]:
    if isinstance(stacks, Unknown):
        return stacks

    def answer() -> T:
        return ask(stacks)

    return part(answer)


@dataclass(frozen=True, slots=True)
class _Stacks:
    """The modules that are asked when somebody signs in, and when a password is changed."""

    host: Host
    auth: tuple[Module, ...]
    password: tuple[Module, ...]

    @classmethod
    def of(cls, host: Host) -> "_Stacks":
        """Read them; HostError if this system has neither pair of files."""
        there = {entry.name for entry in list_if_there(host, _PAM)}
        for names in _STACKS:
            if set(names) <= there:
                modules = [one for name in names for one in pam.stack(_opener(host), name)]
                return cls(
                    host,
                    tuple(one for one in modules if one.type == "auth"),
                    tuple(one for one in modules if one.type == "password"),
                )
        raise HostError(Why.UNRECOGNISED, "the stacks of PAM are not where they are known to be")

    def min_length(self) -> int:
        """The most that any module asks for."""
        return max(self._lengths(), default=_SHORTEST)

    def _lengths(self) -> Iterator[int]:
        for one in self.password:
            if self._is_quality(one):
                said = self._quality(one)
                length = _number(said.get("minlen"), _SHORTEST_OF_QUALITY)
                credits_ = [said[word] for word in _CREDITS if said.get(word, "-").isdecimal()]
                # each class of characters counts for as much as its credit
                yield max(length - sum(_number(one, 0) for one in credits_), _SHORTEST_AT_ALL)
            elif one.name == "pam_unix.so":
                obscure = _SHORTEST_OBSCURE if "obscure" in one.words else _SHORTEST
                yield _number(one.value("minlen"), obscure)

    def history(self) -> int:
        """How many old passwords are remembered; 0: none."""
        found = [
            _number(one.value("remember") or self._settings("pwhistory").get("remember"), 10)
            for one in self.password
            if one.name == "pam_pwhistory.so"
        ]
        found += [_number(one.value("remember"), 0) for one in self.password if _is_unix(one)]
        return max(found, default=0)

    def lockout_after(self) -> int | None:
        """The failures after which an account is locked; None: never."""
        module = self._faillock()
        if module is None:
            return None
        return _number(self._fails(module, "deny"), _FAILURES) or None

    def lockout_for(self) -> timedelta | None:
        """How long it stays locked. Zero where it never is, None: until somebody unlocks it."""
        module = self._faillock()
        if module is None:
            return timedelta(0)
        said = self._fails(module, "unlock_time")
        seconds = 0 if said == "never" else _number(said, _UNLOCKS_AFTER)
        return timedelta(seconds=seconds) if seconds else None

    def complexity(self) -> bool:
        """Must a password be of more than one class of characters?"""
        for one in self.password:
            if self._is_quality(one):
                said = self._quality(one)
                asked = any(said.get(word, "").startswith("-") for word in _CREDITS)
                return asked or _number(said.get("minclass"), 0) > 1
        return False

    def blank_allowed(self) -> bool:
        """May an account without a password sign in?"""
        return any(_is_unix(one) and "nullok" in one.words for one in self.auth)

    def _is_quality(self, one: Module) -> bool:
        """Does pwquality refuse a bad password, and not merely speak of it?"""
        if one.name != "pam_pwquality.so" or not one.decides:
            return False
        return self._quality(one).get("enforcing") != "0"

    def _quality(self, one: Module) -> dict[str, str]:
        """What is set for it: its words, over its files."""
        words = dict(word.split("=", 1) for word in one.words if "=" in word)
        return self._settings("pwquality") | words

    def _faillock(self) -> Module | None:
        """What counts failures and refuses; `preauth` alone refuses, and counts none."""
        found = [one for one in self.auth if one.name == "pam_faillock.so" and one.decides]
        counts = any("authfail" in one.words for one in found)
        return found[0] if counts else None

    def _fails(self, module: Module, name: str) -> str | None:
        return module.value(name) or self._settings("faillock").get(name)

    def _settings(self, name: str) -> dict[str, str]:
        """A file of /etc/security, and those of its folder."""
        main = f"{_SECURITY}/{name}.conf"
        more = (f"{main}.d/{entry.name}" for entry in list_if_there(self.host, f"{main}.d"))
        found: dict[str, str] = {}
        for path in (main, *(path for path in more if path.endswith(".conf"))):
            found |= pam.settings(read_if_there(self.host, path) or b"")
        return found


def _is_unix(module: Module) -> bool:
    return module.name == "pam_unix.so"


def _opener(host: Host) -> Callable[[str], bytes]:
    def read(name: str) -> bytes:
        try:
            return host.read(f"{_PAM}/{name}")
        except Absent as error:
            raise ParseError(f"PAM includes {name}, which is not there") from error

    return read


def _number(said: str | None, unset: int) -> int:
    if said is None:
        return unset
    if not (said.isascii() and said.isdecimal() and len(said) <= 9):
        raise ParseError("a number of PAM's settings that is none")
    return int(said)


def _max_age(host: Host) -> timedelta | None:
    rows = (line.split() for line in text.lines(host.read("/etc/login.defs")))
    said = dict(row for row in rows if len(row) == 2)
    days = said.get("PASS_MAX_DAYS", str(_FOR_EVER))
    if days == "-1" or _number(days, _FOR_EVER) >= _FOR_EVER:
        return None
    return timedelta(days=int(days))
