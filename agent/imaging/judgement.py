"""What was found about one file?

- The words are those of rules.facts.imaging: they are closed and may leave the machine. `format`
  and `method` are finer and stay here.
- `sample` is where claimed ciphertext lies: agent.imaging.judge looks there whether it is random.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from rules.facts.imaging import FileKind, FileReason, FileVerdict


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a file, in bytes."""

    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on the bytes of one file, and why."""

    verdict: FileVerdict
    reason: FileReason
    kind: FileKind = "other"
    format: str | None = None
    method: str | None = None
    names_exposed: bool = False
    sample: Span | None = None

    def with_names(self) -> "Judgement":
        """The same, of a file that shows the names of what is in it."""
        return replace(self, names_exposed=True)


@lru_cache(512)
def readable(kind: FileKind, form: str, reason: FileReason = "content") -> Judgement:
    """Anybody can read it."""
    return Judgement("plaintext", reason, kind, form)


@lru_cache(512)
def unproven(reason: FileReason, kind: FileKind = "other", form: str | None = None) -> Judgement:
    """The bytes prove nothing; `reason` says why not."""
    return Judgement("unknown", reason, kind, form)


@lru_cache(512)
def no_content(reason: FileReason, form: str | None = None) -> Judgement:
    """Nothing clinical can be in it."""
    key = reason in {"key", "secret_key", "certificate"}
    return Judgement("not_content", reason, "key" if key else "other", form)
