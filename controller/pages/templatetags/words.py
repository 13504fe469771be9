"""How are states, times and shares written, the same on every page?

A state is always shape, word and colour. A time is relative, with the exact one behind it in
`<time>`. A share is never without its whole. What comes in as text is escaped.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from controller.alerts.wording import KINDS
from controller.findings.scores import Tally
from controller.pages.listing import question
from controller.pages.orders import WORD, Sorting
from controller.pages.times import exact, length, relative
from rules.counted import counted

register = template.Library()

STATES = {
    "fail": "fail",
    "error": "error",
    "unknown": "unknown",
    "stale": "stale",
    "waived": "waived",
    "pass": "pass",
    "not-applicable": "not applicable",
    "attested": "attested",
    "due": "due",
    "expired": "expired",
}
_SYSTEMS = {"windows": "Windows", "macos": "macOS", "linux": "Linux"}
_NARROWEST = 4
_SHORTEST = 2
_ISO = re.compile(r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?![\w-])")
_FLOORS = (95, 90, 80, 50)
"""Where the scale of a line may begin, in per cent; from 0 if it ever stood lower."""


@register.simple_tag
def icon(name: str) -> SafeString:
    """A shape of the sprite, for the eye only."""
    return format_html(
        '<svg aria-hidden="true"><use href="{}#{}"/></svg>',
        static("dentinel/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def live(context: template.Context, topics: str, machine: UUID | None = None) -> SafeString:
    """What makes an element ask for itself anew: when one of these is told, and each minute."""
    named = [*topics.split(), "everything", *([f"machine-{machine}"] if machine else [])]
    told = [f"live:{topic} from:body" for topic in named]
    return format_html(
        'data-live hx-get="{}" hx-trigger="{}" hx-swap="outerHTML"',
        context["request"].get_full_path(),
        ", ".join([*told, "every 60s"]),
    )


@register.simple_tag(takes_context=True)
def head(
    context: template.Context, order: Sorting[object], name: str, label: str, looks: str = ""
) -> SafeString:
    """The head of a column that a list can stand in the order of; a click on it turns the order."""
    stands = order.direction(name)
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}</a></th>',
        format_html(' class="{}"', looks) if looks else "",
        format_html(' aria-sort="{}"', stands) if stands else "",
        question(context["request"], **{WORD: order.next(name)}),
        label,
    )


@register.simple_tag
def state(name: str, word: str = "") -> SafeString:
    """A state: shape, word and colour."""
    return format_html(
        '<span class="state state-{}">{}<span>{}</span></span>',
        name,
        icon(name),
        word or STATES[name],
    )


@register.simple_tag
def counts(tally: Tally) -> SafeString:
    """The checks that are not proven, by state; those of which there are none are left out."""
    parts = (
        ("fail", tally.failing, "failing"),
        ("error", tally.error, "in error"),
        ("unknown", tally.unknown, "unknown"),
        ("stale", tally.stale, "stale"),
        ("waived", tally.accepted, "accepted"),
    )
    shown = [(state(name, f"{n:,} {word}"),) for name, n, word in parts if n]
    if not shown:
        return state("pass", "all proven") if tally.checks else SafeString("")
    return format_html('<ul class="counts">{}</ul>', format_html_join("", "<li>{}</li>", shown))


@register.simple_tag
def spread(tally: Tally) -> SafeString:
    """The checks of a place as one bar, worst first; the numbers stand beside it in words."""
    if not tally.checks:
        return SafeString("")
    parts = (
        ("fail", tally.failing),
        ("error", tally.error),
        ("unknown", tally.unknown),
        ("stale", tally.stale),
        ("waived", tally.accepted),
        ("pass", tally.proven),
    )
    at, bars = 0.0, []
    wide = {name: max(n * 400 / tally.checks, _NARROWEST) for name, n in parts if n}
    whole = sum(wide.values())
    for name, width in wide.items():
        bars.append((name, f"{at:.1f}", f"{width:.1f}"))
        at += width
    return format_html(
        '<svg class="spread" viewBox="0 0 {} 8" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false">{}</svg>',
        f"{whole:.1f}",
        format_html_join("", '<rect class="{}" x="{}" width="{}" height="8"/>', bars),
    )


@register.simple_tag
def sparkline(trend: Sequence[tuple[date, int]]) -> SafeString:
    """The share proven by day as a line, its scale below it; the same is told in words.

    The scale ends at 100 % and begins at the nearest of _FLOORS below the lowest day.
    """
    if len(trend) < _SHORTEST:
        return format_html('<span class="quiet small">{}</span>', "no two days yet")
    (first, begun), (last, now) = trend[0], trend[-1]
    worst, lowest = min(trend, key=lambda one: one[1])
    floor = next((one for one in _FLOORS if one < lowest), 0)
    points = " ".join(f"{(day - first).days},{_up(percent, floor):.0f}" for day, percent in trend)
    return format_html(
        '<svg class="sparkline" viewBox="0 -4 {} 108" preserveAspectRatio="none" role="img" '
        'aria-label="{} % proven on {}, {} % on {}, lowest {} % on {}">'
        '<polyline points="{}"/></svg><span class="scale">{} to 100 %</span>',
        (last - first).days,
        *(begun, _day(first), now, _day(last), lowest, _day(worst)),
        points,
        floor,
    )


def _up(percent: int, floor: int) -> float:
    """How far below the top of a picture 100 high a share stands, on a scale that begins there."""
    return (100 - percent) * 100 / (100 - floor)


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"


@register.simple_tag
def share(tally: Tally) -> SafeString:
    """Proven of all: `8 of 12 (66 %)`, or that nothing applies."""
    if not tally.checks:
        return SafeString("nothing judged yet")
    return format_html("{} of {} ({} %)", f"{tally.proven:,}", f"{tally.checks:,}", tally.percent)


@register.filter
def ago(at: datetime | None) -> SafeString:
    """`3 min ago`, with the exact time behind it; `never` for no time."""
    if at is None:
        return SafeString("never")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact(at), relative(at)
    )


@register.filter
def lasting(at: datetime) -> SafeString:
    """How long it has been so: `9 days`, with the exact beginning behind it."""
    return format_html(
        '<time datetime="{}" title="since {}">{}</time>',
        at.isoformat(),
        exact(at),
        length(timezone.now() - at),
    )


@register.filter
def moment(at: datetime | None) -> SafeString:
    """`22 Nov 2026, 09:14 EST (3 min ago)`; `never` for no time."""
    if at is None:
        return SafeString("never")
    return format_html(
        '<time datetime="{}">{}</time> ({})', at.isoformat(), exact(at), relative(at)
    )


@register.filter
def said(word: str) -> str:
    """A word of a closed list as people write it: `front_desk` is `front desk`."""
    return STATES.get(word, word.replace("_", " "))


@register.filter
def clauses(words: str) -> list[str]:
    """What a figure says, each part of it by itself: `1 of 2 done; 1 late.` is two lines."""
    return [one[:1].upper() + one[1:] for one in words.removesuffix(".").split("; ")]


@register.filter
def dated(text: str) -> str:
    """A text with its days and months as people write them: `by 2026-12-06` is `by 6 Dec 2026`."""
    return _ISO.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    """A day or month of the calendar; what only looks like one stays as it is."""
    year, month, day = found["year"], found["month"], found["day"]
    try:
        then = date(int(year), int(month), int(day or 1))
    except ValueError:
        return found[0]
    told = f"{then:%b}\N{NO-BREAK SPACE}{year}"
    return f"{then.day}\N{NO-BREAK SPACE}{told}" if day else told


@register.filter
def about_kind(kind: str) -> str:
    """What an alert of this kind is about, in words."""
    return next((name for one, name in KINDS.items() if one == kind), said(kind))


@register.filter
def system(family: str) -> str:
    """An operating system by the name that it gives itself."""
    return _SYSTEMS.get(family, family)


@register.filter
def rules(policy_state: str) -> str:
    """By whose rules a machine is judged: those of its agent, or signed ones, and how fresh."""
    if not policy_state:
        return "none yet"
    return "built in" if policy_state == "builtin" else f"signed, {policy_state}"


@register.filter
def plural(n: int, words: str) -> str:
    """`1 machine`, `1,043 machines`; `words` is `machine,machines`, or one that takes an s."""
    one, _, many = words.partition(",")
    return counted(n, one, many)


@register.filter
def number(n: int) -> str:
    """`1,043`."""
    return f"{n:,}"


@register.filter
def grouped(text: str, width: int = 4) -> str:
    """A fingerprint in groups, so that two people can compare it aloud."""
    return " ".join(text[at : at + width] for at in range(0, len(text), width))
