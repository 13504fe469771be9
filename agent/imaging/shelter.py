"""Does something else protect a file where it lies, or where it is going?

An encrypted volume protects a file only as long as the file can leave the practice no other way
than together with the volume. The outcome is the table of the definition of an exposed file; what
was not read about a volume makes the outcome `unproven`, never `safe`.

- A store always counts on its volume; a folder for mail and upload never does.
- An export counts on it if the medium itself is carried away; a backup also if the volume holds
  no store, so that a thief of the one does not have the other.
- A suspended volume is no protection here: what grace that deserves is for a rule to say.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from rules.facts.imaging import FileVerdict, RootRole
from rules.facts.volumes import Protection

Outcome: TypeAlias = Literal["safe", "exposed", "unproven", "ignored"]


@dataclass(frozen=True, slots=True)
class Shelter:
    """What was read about the volume under a folder; None: it was not read."""

    protection: Protection | None = None
    removable: bool | None = None
    holds_store: bool | None = None


UNREAD = Shelter()


def words(role: RootRole, shelter: Shelter) -> str:
    """All that an outcome depends on but the verdict, to be compared with another time."""
    return f"{role} {shelter.protection} {shelter.removable} {shelter.holds_store}"


def counts(role: RootRole, shelter: Shelter) -> bool | None:
    """Can a file of this folder leave only together with its volume? None: not known."""
    match role:
        case "store":
            return True
        case "outbox":
            return False
        case "export":
            return shelter.removable
        case "backup":
            if shelter.removable or shelter.holds_store is False:
                return True
            return None if None in (shelter.removable, shelter.holds_store) else False


def outcome(verdict: FileVerdict, role: RootRole, shelter: Shelter) -> Outcome:
    """What a verdict on the bytes means in this place."""
    if verdict == "encrypted":
        return "safe"
    if verdict == "not_content":
        return "ignored"
    counted = counts(role, shelter)
    if counted and shelter.protection == "protected":
        return "safe"
    if verdict == "unknown":
        return "unproven"
    return _readable(shelter.protection, counted=counted)


def findings(role: RootRole, shelter: Shelter) -> tuple[FileVerdict, ...]:
    """The verdicts that are findings in this place."""
    return tuple(v for v in get_args(FileVerdict) if _is_finding(outcome(v, role, shelter)))


def _is_finding(outcome: Outcome) -> bool:
    return outcome in ("exposed", "unproven")


def _readable(protection: Protection | None, *, counted: bool | None) -> Outcome:
    """Of a file that can be read by whoever holds it, and is not known to be sheltered."""
    if counted is False or protection in ("unprotected", "suspended", "converting"):
        return "exposed"
    return "unproven"
