"""Check this file, please: by its path, with what its reader trusts, in words or as JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evidence import checkpoint, trust_policy
from evidence.errors import EvidenceError, Malformed
from evidence.verify import run, words
from evidence.verify.document import document
from rules.rim import shown

USAGE = 2


@dataclass(frozen=True, slots=True)
class Brought:
    """What the reader has by another way than the bundle: files with a policy, a checkpoint."""

    policy: Path | None = None
    checkpoint: Path | None = None


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a file was taken for, and where such a file comes from."""

    name: str
    comes_from: str


_BUNDLE = _Kind(
    "evidence bundle",
    "a bundle ends in .dentinel-evidence; `dentinel-controller evidence export` and the page"
    " Evidence write it",
)
_POLICY = _Kind(
    "policy",
    "a policy is what `dentinel-controller evidence policy` printed; have it by another way than"
    " the bundle",
)
_CHECKPOINT = _Kind(
    "checkpoint",
    "a checkpoint is what `dentinel-controller checkpoint show` printed: a text, an empty line and"
    " a signature",
)


class _Unusable(Exception):
    """A file cannot be used for what it was named; nothing was checked."""

    def __init__(self, why: str, kind: _Kind) -> None:
        super().__init__(why)
        self.why, self.kind = why, kind


def ask(bundle: Path, brought: Brought, *, as_json: bool) -> tuple[int, str]:
    """The exit code and what to print: 0 proven, 1 false, 2 incomplete or wrong use."""
    try:
        outcome = _outcome(bundle, brought)
    except _Unusable as wrong:
        return USAGE, _usage(wrong, as_json=as_json)
    return outcome.exit_code, _json(document(outcome)) if as_json else words.text(outcome)


def _outcome(bundle: Path, brought: Brought) -> run.Outcome:
    trusted = kept = None
    if brought.policy:
        with _taken_for(_POLICY, brought.policy):
            trusted = trust_policy.read(_text(brought.policy))
    if brought.checkpoint:
        with _taken_for(_CHECKPOINT, brought.checkpoint):
            kept = _text(brought.checkpoint)
            checkpoint.parse(kept)
    with _taken_for(_BUNDLE, bundle), bundle.open("rb") as file:
        return run.verify(file, trusted, kept)


@contextmanager
def _taken_for(kind: _Kind, path: Path) -> Iterator[None]:
    """Say of which file it is, and of which kind it was to be, that it cannot be used."""
    try:
        yield
    except OSError as wrong:
        raise _Unusable(f"{path}: {wrong.strerror}", kind) from wrong
    except EvidenceError as wrong:
        what = f"{path}: {wrong}" if kind is _BUNDLE else f"{path} is no {kind.name}: {wrong}"
        raise _Unusable(what, kind) from wrong


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("it is not UTF-8 text") from None


def _usage(wrong: _Unusable, *, as_json: bool) -> str:
    if as_json:
        return _json({"outcome": "usage", "why": wrong.why})
    return f"Nothing was checked: {shown(wrong.why)}\n  = help: {wrong.kind.comes_from}\n"


def _json(document: object) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
