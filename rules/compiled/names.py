"""How may a thing be called? One answer for authors and for machines.

| what | such as |
|---|---|
| id of a rule, of a pack | `screen-locks`: kebab-case, at most 48 characters |
| word: a param, a define, a loop's variable | `max_idle`, at most 64 characters |
| version of a pack | `2.3.0`: three numbers, as Semantic Versioning 2.0.0 compares them |
| version of the fact catalogue | `1.4` |
| source file of a pack | `disks.yaml`: a name, never a path |
"""

import re

from rules.compiled import limits

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SEMVER = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")
FACTS = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")
_FILE = r"[^/\\\x00-\x1f]{1,251}\.yaml"
_SHA256 = r"[0-9a-f]{64}"
_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"


def is_id(text: str) -> bool:
    """Kebab-case, at most 48 characters."""
    return len(text) <= limits.ID_LENGTH and ID.fullmatch(text) is not None


def is_word(text: str) -> bool:
    """Letters, digits and `_`, at most 64 characters, no digit first."""
    return len(text) <= limits.NAME_LENGTH and WORD.fullmatch(text) is not None


def is_file(text: str) -> bool:
    """The name of a YAML file in its folder."""
    return re.fullmatch(_FILE, text) is not None


def is_sha256(text: str) -> bool:
    """A digest in small hex digits."""
    return re.fullmatch(_SHA256, text) is not None


def is_day(text: str) -> bool:
    """A day such as 2026-11-22; whether the month has it is not asked."""
    return re.fullmatch(_DAY, text) is not None


def semver(text: str) -> tuple[int, int, int] | None:
    """The three numbers of a version of a pack; None if it is none."""
    found = SEMVER.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def facts_version(text: str) -> tuple[int, int] | None:
    """The two numbers of a version of the fact catalogue; None if it is none."""
    found = FACTS.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
