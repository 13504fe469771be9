"""What is a person about to sign, and what is still wrong with it?

Nothing is computed from a file: the hash of a document is typed, pasted or left out, so no
document ever comes here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from controller.paperwork import fields
from controller.paperwork.models import Result
from controller.paperwork.states import Today, renewed
from rules.compiled.attestation import Attestation as Kind

RESULTS = dict(Result.choices)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before it is signed."""

    performed_on: date
    valid_until: date | None
    result: str
    reason: str
    scope: str
    doc_sha: str
    doc_where: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """The draft, or what is wrong with what was typed, by the names of the fields."""

    draft: Draft | None
    wrong: dict[str, str]


def read(kind: Kind, typed: Mapping[str, str], today: Today) -> Read:
    """Read a form. What the kind requires is required of what is so, not of what is not."""
    wrong: dict[str, str] = {}
    text = {name: _text(name, typed, wrong) for name in ("reason", "scope", "doc_where")}
    result = _result(typed, text["reason"], wrong)
    done = _done(typed, today, wrong)
    end = _end(kind, typed, done, wrong)
    sha = _sha(typed, wrong)
    filled = fields.fill(_asked(kind, result), _prefixed(typed))
    wrong |= {f"field-{name}": why for name, why in filled.wrong.items()}
    if wrong or done is None:
        return Read(None, wrong)
    return Read(
        Draft(
            performed_on=done,
            valid_until=end,
            result=result,
            reason=text["reason"],
            scope=text["scope"],
            doc_sha=sha,
            doc_where=text["doc_where"],
            fields=filled.values,
        ),
        {},
    )


def _asked(kind: Kind, result: str) -> list[fields.Field]:
    """The fields of the kind; those required are not, where nothing was found to be so."""
    asked = fields.of_kind(kind)
    if result == Result.PASS:
        return list(asked)
    return [fields.Field(one.name, one.label, one.type, about=one.about) for one in asked]


def _prefixed(typed: Mapping[str, str]) -> dict[str, str]:
    return {name[6:]: text for name, text in typed.items() if name.startswith("field-")}


def _text(name: str, typed: Mapping[str, str], wrong: dict[str, str]) -> str:
    try:
        return fields.clean(typed.get(name, ""))
    except ValueError as error:
        wrong[name] = str(error)
        return ""


def _result(typed: Mapping[str, str], reason: str, wrong: dict[str, str]) -> str:
    result = typed.get("result", "")
    if result not in Result.values:
        wrong["result"] = "What did you find? Choose one."
    elif result != Result.PASS and not reason and "reason" not in wrong:
        wrong["reason"] = "Say why, in a sentence."
    return result


def _done(typed: Mapping[str, str], today: Today, wrong: dict[str, str]) -> date | None:
    try:
        done = fields.day(typed.get("performed_on", "").strip())
    except ValueError as error:
        wrong["performed_on"] = f"When was it done? {error}"
        return None
    if done > today.day:
        wrong["performed_on"] = f"{done} lies ahead: a statement is about what was done."
    return done


def _end(
    kind: Kind, typed: Mapping[str, str], done: date | None, wrong: dict[str, str]
) -> date | None:
    """The last day: what was asked for, or the longest that the kind allows."""
    text, span = typed.get("valid_until", "").strip(), renewed(kind)
    if done is None or (not text and span is None):
        return None
    latest = None if span is None else done + span
    if not text:
        return latest
    try:
        end = fields.day(text)
    except ValueError as error:
        wrong["valid_until"] = str(error)
        return None
    if end < done:
        wrong["valid_until"] = "It would end before it was done."
    elif latest is not None and end > latest:
        wrong["valid_until"] = f"It holds until {latest} at the latest, by the practice's policy."
    return end


def _sha(typed: Mapping[str, str], wrong: dict[str, str]) -> str:
    sha = "".join(typed.get("doc_sha", "").split()).lower()
    if sha and not _SHA256.fullmatch(sha):
        wrong["doc_sha"] = "A SHA-256 is 64 hexadecimal digits (sha256sum, Get-FileHash)."
    return sha
