"""How does a value read to a person?

Values come from attackers too (names of services, volumes, shares): control, bidi and line
characters become U+FFFD, and nothing is longer than a message may be. Every page escapes besides.
"""

import unicodedata
from collections.abc import Callable

from rules.compiled import instants, limits, literal
from rules.compiled.canonical import Json
from rules.compiled.operations import bare, kind
from rules.compiled.rule import Param
from rules.facts.types import List, Type

LISTED = 5
ON_THE_MACHINE = "(on the machine)"
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SPANS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_TIMES = ("duration", "timestamp")


def clean(text: str, limit: int = limits.MESSAGE) -> str:
    """Text that can do nothing but be read."""
    cut = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return "".join("\ufffd" if unicodedata.category(c) in _HIDDEN else c for c in cut)


def words(of: Type | None, form: Json) -> str:
    """A value in the JSON form of facts: `15m`, `2026-11-22 10:00 UTC`, `never`, `C:`."""
    if isinstance(form, dict) and "$unknown" in form:
        return f"unknown ({clean(str(form['$unknown']), limits.SEEN)})"
    if form is None:
        return "never" if of is not None and kind(bare(of)) in _TIMES else "none"
    if isinstance(form, list):
        return _listed(of, form)
    return _scalar(of, form)


def span(nanoseconds: int) -> str:
    """A duration by its two largest units: `15m`, `1d 2h`."""
    seconds = abs(nanoseconds) // instants.SECOND
    parts = []
    for unit, length in _SPANS:
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count}{unit}")
    return f"{'-' if nanoseconds < 0 else ''}{' '.join(parts[:2]) or '0s'}"


def minute(instant: int) -> str:
    """A timestamp to the minute, in UTC."""
    return f"{instants.to_datetime(instant):%Y-%m-%d %H:%M} UTC"


def threshold(param: Param, form: Json) -> str:
    """The value of a param, and whose word it is: `15m (benchmark: CIS)`.

    The basis is that of the pack's own value: another is said to be set here.
    """
    value, ours = words(param.type, form), literal.plain(param.default)
    if not param.basis or kind(param.type) == "list":
        return value
    if form == ours:
        return f"{value} ({basis(param)})"
    return f"{value} (set here; {words(param.type, ours)} by {basis(param)})"


def basis(param: Param) -> str:
    """Whose word a param is: law, proposal, benchmark and own policy are always said apart."""
    said = {
        "in_force": "law in force",
        "proposed": "proposed rule, not law",
        "benchmark": "benchmark",
        "practice_policy": "practice policy",
    }[param.basis or "practice_policy"]
    return f"{said}: {param.source}" if param.source else said


def _listed(of: Type | None, forms: list[Json]) -> str:
    item = of.of if isinstance(of, List) else None
    shown = [words(item, form) for form in forms[:LISTED]]
    if len(forms) > LISTED:
        return f"{', '.join(shown)} and {len(forms) - LISTED} more"
    return ", ".join(shown) or "none"


def _scalar(of: Type | None, form: Json) -> str:
    if isinstance(form, bool):
        return "yes" if form else "no"
    if isinstance(form, int | float):
        return str(form)
    write = _WRITE.get(kind(bare(of)) if of is not None else "", str)
    try:
        return clean(write(str(form)), limits.SEEN)
    except (ValueError, OverflowError):
        return clean(str(form), limits.SEEN)


_WRITE: dict[str, Callable[[str], str]] = {
    "duration": lambda form: span(instants.read_seconds(form)),
    "timestamp": lambda form: minute(instants.read_timestamp(form)),
}
