"""Whose logs, witnesses and rules does the reader trust?

A tlog-policy file of C2SP: lines of `log`, `witness`, `group`, and exactly one `quorum`. It comes
by another way than the bundle that it judges: on paper, at enrolment, from the owner's own hand.

That form knows nothing of rules, and its readers refuse lines that they do not know. So whose
rules an organisation's machines may run stands in a comment, and is strict as a line is:

    #dentinel-rules <organisation> <SHA-256 of the first root of its rules, 1.root.json>
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from evidence.errors import EvidenceError, Malformed, TooLarge
from evidence.note import ED25519, Verifier

NONE = "none"
RULES = "#dentinel-rules"
_LIMIT = 64 * 1024
_ENTRIES = 256
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Witness:
    """Who cosigns; the key stays text until a reader of its signature type takes it."""

    name: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Group:
    """Counts as a witness once `least` of its members do."""

    name: str
    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstRoot:
    """From which root the rules of an organisation must hang: the SHA-256 of its file."""

    org: str
    sha256: str

    def __str__(self) -> str:
        return f"{RULES} {self.org} {self.sha256}"


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """Known logs, witnesses, first roots of rules, and how many witnesses are enough."""

    logs: tuple[Verifier, ...]
    witnesses: tuple[Witness, ...] = ()
    groups: tuple[Group, ...] = ()
    quorum: str = NONE
    rules: tuple[FirstRoot, ...] = ()

    def first_roots(self, org: str) -> frozenset[str]:
        """The hashes of the roots from which an organisation's rules may hang."""
        return frozenset(one.sha256 for one in self.rules if one.org == org)

    @property
    def asks_witnesses(self) -> bool:
        """Must witnesses have seen a checkpoint before it counts?"""
        return self.quorum != NONE


@dataclass(slots=True)
class _Draft:
    """The lines read so far; a name may only be used after its line."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    quorum: list[str] = field(default_factory=list)
    rules: list[FirstRoot] = field(default_factory=list)
    free: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=lambda: {NONE})


_Words: TypeAlias = list[str]


def read(text: str) -> TrustPolicy:
    """Read a policy file; Malformed names the line."""
    if len(text) > _LIMIT:
        raise TooLarge(f"a policy file of more than {_LIMIT} characters")
    draft = _Draft()
    for number, line in enumerate(text.split("\n"), 1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or (words[0].startswith("#") and not words[0].startswith(RULES)):
            continue
        if _FORBIDDEN.search(line) or words[0] not in _LINES:
            raise Malformed(f"policy, line {number}: not a log, witness, group or quorum")
        try:
            _LINES[words[0]](draft, words[1:])
        except (ValueError, EvidenceError) as wrong:
            raise Malformed(f"policy, line {number}: {wrong}") from None
    if len(draft.quorum) != 1:
        raise Malformed("policy: exactly one quorum line is needed; `quorum none` asks no witness")
    return TrustPolicy(
        tuple(draft.logs),
        tuple(draft.witnesses),
        tuple(draft.groups),
        draft.quorum[0],
        tuple(draft.rules),
    )


def write(
    logs: Iterable[Verifier], remarks: Iterable[str] = (), rules: Iterable[FirstRoot] = ()
) -> str:
    """A policy file for these logs and rules that asks no witness; remarks stand above them."""
    lines = [*(f"# {remark}" for remark in remarks), *(f"log {log}" for log in logs)]
    return "\n".join([*lines, *map(str, rules), f"quorum {NONE}", ""])


def _log(draft: _Draft, words: _Words) -> None:
    vkey, *_ = _between(words, 1, 2, "log <vkey> [<url>]")
    log = Verifier.parse(vkey)
    if log.kind != ED25519 or log.public in [known.public for known in draft.logs]:
        raise ValueError("a log's key is of type 0x01 and stands in one line only")
    draft.logs.append(log)


def _witness(draft: _Draft, words: _Words) -> None:
    name, vkey, *_ = _between(words, 2, 3, "witness <name> <vkey> [<url>]")
    if vkey.rpartition("+")[2] in [known.vkey.rpartition("+")[2] for known in draft.witnesses]:
        raise ValueError("a witness's key stands in one line only")
    _define(draft, name)
    draft.witnesses.append(Witness(name, vkey))


def _group(draft: _Draft, words: _Words) -> None:
    name, least, *members = _between(words, 3, 2 + _ENTRIES, "group <name> all|any|<k> <name>...")
    if not set(members) <= draft.free or len(set(members)) != len(members):
        raise ValueError("a member is a witness or group of a line above, in one group at most")
    counts = {"all": str(len(members)), "any": "1"}
    threshold = counts.get(least, least)
    if not _THRESHOLD.fullmatch(threshold) or int(threshold) > len(members):
        raise ValueError(f"a group of {len(members)} cannot ask for {least[:20]!r}")
    draft.free -= set(members)
    _define(draft, name)
    draft.groups.append(Group(name, int(threshold), tuple(members)))


def _quorum(draft: _Draft, words: _Words) -> None:
    (name,) = _between(words, 1, 1, "quorum <name>|none")
    if name not in draft.names:
        raise ValueError("the quorum is a witness or group of a line above, or none")
    draft.quorum.append(name)


def _rules(draft: _Draft, words: _Words) -> None:
    org, sha256 = _between(words, 2, 2, f"{RULES} <organisation> <SHA-256>")
    if not _UUID.fullmatch(org) or not _SHA256.fullmatch(sha256):
        raise ValueError("an organisation is a UUID, and a hash has 64 digits 0-9, a-f")
    draft.rules.append(FirstRoot(org, sha256))


def _define(draft: _Draft, name: str) -> None:
    if name in draft.names or len(draft.names) > _ENTRIES:
        raise ValueError("each name stands for one witness or group")
    draft.names.add(name)
    draft.free.add(name)


def _between(words: _Words, low: int, high: int, form: str) -> _Words:
    if not low <= len(words) <= high:
        raise ValueError(f"write {form}")
    return words


_LINES: dict[str, Callable[[_Draft, _Words], None]] = {
    "log": _log,
    "witness": _witness,
    "group": _group,
    "quorum": _quorum,
    RULES: _rules,
}
