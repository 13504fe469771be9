"""Patterns: read or refused at a place inside of them, and then looked for at a bounded cost."""

from collections.abc import Sequence
from contextlib import suppress

from benchmarks.fuzzed.base import Target
from rules.compiled import limits
from rules.compiled.pattern import Pattern, PatternError, parse
from rules.engine.budget import Budget, OverBudgetError
from rules.engine.matching import Matcher

TEXT = "C:\\Users\\Front Desk\n-_ab1 aaab.exe\u00e9\u202e" * 20


def seeds() -> Sequence[bytes]:
    """Patterns of every form."""
    return (
        rb"^(KB|kb)[0-9]{7}$",
        rb"a+b*c?(d|e|)f{2,5}g{3,}",
        rb"[^a-z\d_-]+\.exe$",
        rb"\\Users\\[\w ]+(?:\s|\S){0,9}",
        rb"((a|b)*a(a|b){20}){3}",
        "mañana|[À-ÿ]".encode(),
    )


def run(content: bytes) -> None:
    """Read a pattern, and look for it in some text."""
    text = content.decode("utf-8", "replace")
    for caseless in (False, True):
        pattern, start, end = _read(text, caseless=caseless)
        assert 0 <= start < end <= max(len(text), 1)
        if pattern is not None:
            assert len(pattern.program) <= limits.PATTERN_STATES
            with suppress(OverBudgetError):
                Matcher(pattern).finds(TEXT, Budget(lambda: 0).spend)


def _read(text: str, *, caseless: bool) -> tuple[Pattern | None, int, int]:
    """A pattern, or the place of what is wrong with it."""
    try:
        return parse(text, caseless=caseless), 0, 1
    except PatternError as odd:
        return None, odd.start, odd.end


WORDS = (
    *(b"(", b")", b"(?:", b"(?", b"[", b"]", b"[^", b"|", b"^", b"$", b".", b"\\", b"-"),
    *(b"*", b"+", b"?", b"{2}", b"{0,9}", b"{99}", b"{,3}", b"{999999999999}", b"a-z", b"[:"),
    *(b"\\d", b"\\W", b"\\s", b"\\b", b"\\1", b"\\n", b"\\.", b"(a+)+", b"(a|a)*", "é".encode()),
)
PATTERNS = Target("patterns", seeds, WORDS, run)
