"""Check this file, please: by its path, with the policy at that path, in words or as JSON."""

import json
from pathlib import Path

from evidence import trust_policy
from evidence.errors import EvidenceError
from evidence.verify import run, words

USAGE = 2


def ask(bundle: Path, policy: Path | None, *, as_json: bool) -> tuple[int, str]:
    """The exit code and what to print: 0 proven, 1 false, 2 incomplete or wrong use."""
    try:
        trusted = trust_policy.read(policy.read_bytes().decode("utf-8")) if policy else None
        with bundle.open("rb") as file:
            outcome = run.verify(file, trusted)
    except OSError as wrong:
        return USAGE, _usage(f"{wrong.filename or bundle}: {wrong.strerror}", as_json=as_json)
    except UnicodeDecodeError:
        return USAGE, _usage(f"{policy} is no policy: it is not UTF-8 text", as_json=as_json)
    except EvidenceError as wrong:
        return USAGE, _usage(str(wrong), as_json=as_json)
    return outcome.exit_code, _json(words.document(outcome)) if as_json else words.text(outcome)


def _usage(why: str, *, as_json: bool) -> str:
    if as_json:
        return _json({"outcome": "usage", "why": why})
    return f"Nothing was checked: {why}\n  = help: dentinel verify BUNDLE --policy FILE\n"


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
