"""What does the SSH server allow? (`sshd -T`, sshd(8), sshd_config(5))

The settings as they are in force, before any `Match` block: one word in small letters and its
value on each line.
"""

from dataclasses import dataclass

from agent.readers import text
from agent.readers.errors import ParseError

_BY_PASSWORD = frozenset({"password", "keyboard-interactive", "none"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """`passwords`: a password alone may be enough; `root`: root may sign in by some way."""

    ports: frozenset[int]
    passwords: bool
    root: bool


def parse(data: bytes) -> Allowed:
    """Read the settings; ParseError if one that matters is not there."""
    said: dict[str, list[str]] = {}
    for line in text.lines(data):
        word, _, value = line.partition(" ")
        said.setdefault(word, []).append(value)
    try:
        ports = frozenset(int(port) for port in said["port"])
        asks = (
            said["passwordauthentication"][0] == "yes"
            or said["kbdinteractiveauthentication"][0] == "yes"
        )
        methods = said["authenticationmethods"][0]
        root = said["permitrootlogin"][0] != "no"
    except (KeyError, ValueError) as error:
        raise ParseError("not the settings of an SSH server") from error
    return Allowed(ports, asks and _password_is_enough(methods), root)


def _password_is_enough(methods: str) -> bool:
    """Is there a list of methods, all of which a password satisfies?"""
    if methods == "any":
        return True
    lists = (one.split(",") for one in methods.split())
    return any(all(word.partition(":")[0] in _BY_PASSWORD for word in one) for one in lists)


def lets_passwords_in(data: bytes) -> bool:
    """Does a file of settings let anybody in by password? ParseError if more of it lies elsewhere.

    Where nothing is said a server does; of what is said twice the first counts, and a block that
    holds for some only may say otherwise for them (sshd_config(5)).
    """
    before: list[list[str]] = []
    in_blocks: list[list[str]] = []
    said = before
    for line in text.lines(data):
        word, *values = line.lower().replace("=", " ").replace('"', " ").split() or [""]
        if word == "include":
            raise ParseError("settings of an SSH server that lie in several files")
        if word == "match":
            said = in_blocks
        elif word == "passwordauthentication":
            said.append(values)
    return [*before, ["yes"]][0] != ["no"] or any(values != ["no"] for values in in_blocks)


def has_match(data: bytes, included: str = "/etc/ssh/sshd_config.d/") -> bool:
    """Has a file of settings a block that holds for some only, or may it lie in one elsewhere?"""
    words = (line.lower().replace("=", " ").split() or [""] for line in text.lines(data))
    return any(
        word == "match" or (word == "include" and any(not at.startswith(included) for at in rest))
        for word, *rest in words
    )
