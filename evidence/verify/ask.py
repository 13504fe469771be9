"""Check this file, please: by its path, with what its reader trusts, in words or as JSON."""

import json
from dataclasses import dataclass
from pathlib import Path

from evidence import checkpoint, trust_policy
from evidence.errors import EvidenceError, Malformed
from evidence.verify import run, words
from evidence.verify.document import document

USAGE = 2


@dataclass(frozen=True, slots=True)
class Brought:
    """What the reader has by another way than the bundle: files with a policy, a checkpoint."""

    policy: Path | None = None
    checkpoint: Path | None = None


def ask(bundle: Path, brought: Brought, *, as_json: bool) -> tuple[int, str]:
    """The exit code and what to print: 0 proven, 1 false, 2 incomplete or wrong use."""
    try:
        policy, kept = _text(brought.policy), _text(brought.checkpoint)
        trusted = trust_policy.read(policy) if policy is not None else None
        if kept is not None:
            checkpoint.parse(kept)
        with bundle.open("rb") as file:
            outcome = run.verify(file, trusted, kept)
    except OSError as wrong:
        return USAGE, _usage(f"{wrong.filename or bundle}: {wrong.strerror}", as_json=as_json)
    except EvidenceError as wrong:
        return USAGE, _usage(str(wrong), as_json=as_json)
    return outcome.exit_code, _json(document(outcome)) if as_json else words.text(outcome)


def _text(path: Path | None) -> str | None:
    try:
        return path.read_bytes().decode("utf-8") if path else None
    except UnicodeDecodeError:
        raise Malformed(f"{path} is not UTF-8 text") from None


def _usage(why: str, *, as_json: bool) -> str:
    if as_json:
        return _json({"outcome": "usage", "why": why})
    return f"Nothing was checked: {why}\n  = help: dentinel verify BUNDLE --policy FILE\n"


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
