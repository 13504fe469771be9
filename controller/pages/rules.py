"""What does each rule ask, and where in the whole org is it not proven?

The list is an org's, the rules that fail most on top; a rule has a page with its clinics, worst
first. Both say what an MSP asks in the morning: is it one clinic, or all of them?
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.controls.catalogue import catalogue
from controller.findings import counts, days, rule_days, spread
from controller.findings.queries import Named
from controller.findings.scores import Tally
from controller.findings.spread import Inside
from controller.pages.charts import chart
from controller.pages.citations import sources
from controller.pages.frame import Where, enter, show
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.policy import queries as policy
from controller.policy.queries import Described, Numbered, Shelf
from rules.compiled import literal
from rules.compiled.rule import Pack, Param
from rules.engine import explain
from rules.engine.words import threshold, words

_AT_ONCE = 40
_CLINICS = 30
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A rule and how it stands in every clinic that one may see."""

    rule: Described
    tally: Tally

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Failing rules first, the heaviest on top; rules that nothing was judged by last."""
        lacking = self.tally.failing + self.tally.error + self.tally.unknown + self.tally.stale
        kind = 0 if self.tally.failing else 1 if lacking else 2 if self.tally.checks else 3
        return (kind, self.rule.weight, -self.tally.failing, self.rule.id)


ORDERS: dict[str, Order[Key[Row]]] = {
    "worst": Order(lambda row: row.rank, falling=True),
    "title": Order(lambda row: row.rule.title.casefold()),
    "severity": Order(lambda row: row.rule.weight, falling=True),
    "proven": Order(lambda row: row.tally.percent if row.tally.checks else 101),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A number or list of a rule that a practice may set; `default` says whose word it is."""

    name: str
    default: str
    bounds: str
    about: str


CLINIC_ORDERS: dict[str, Order[Key[Inside]]] = {
    "fails": Order(None, falling=True),
    "name": Order(lambda one: one.name.casefold()),
    "today": Order(lambda one: -one.today, falling=True),
    "oldest": Order(lambda one: (one.oldest_at is None, one.oldest_at)),
}


@dataclass(frozen=True, slots=True)
class There:
    """A clinic in which it is not proven, with the first machines on which it fails."""

    inside: Inside
    machines: tuple[Named, ...]

    @property
    def more(self) -> int:
        """How many that fail are not named."""
        return self.inside.failing - len(self.machines)


@require_safe
def page(request: HttpRequest, org: str) -> HttpResponse:
    """All rules of an org."""
    where = enter(request, org)
    shelf = policy.at_hand(where.place)
    judged = counts.by_rule(where.place, timezone.now())
    rows = [Row(one, judged.get(no, Tally())) for no, one in shelf.described.items()]
    order = sorting(request, ORDERS)
    rows = ordered(sorted(rows, key=lambda row: row.rank), order)
    content = {
        "rows": part(request, rows, lambda row: row.rule.id, most=_AT_ONCE),
        "order": order,
        "failing": sum(1 for row in rows if row.tally.failing),
    }
    return show(request, "pages/rules.html", where, content)


@require_safe
def one(request: HttpRequest, org: str, rule: str, clinic: str | None = None) -> HttpResponse:
    """One rule, in a clinic or in all: what it asks, on whose word, and where it is not proven."""
    where = enter(request, org, clinic)
    shelf, now = policy.at_hand(where.place), timezone.now()
    number = shelf.number(rule)
    if number is None:
        raise Http404("no machine ever spoke of such a rule")
    clinics = spread.by_clinic(where.place, number, now)
    order = sorting(request, CLINIC_ORDERS)
    shown = part(request, ordered(clinics, order), lambda one: one.slug, most=_CLINICS)
    content = {
        "rule": shelf.described[number],
        "tally": counts.of_rule(where.place, now, number),
        "clinics": shown,
        "order": order,
        "there": _there(where, number, shown.rows, now),
        "chart": chart(rule_days.trend(where.place, number, now, days.KEPT)),
        "today": sum(one.today for one in clinics),
        "week": sum(one.week for one in clinics),
        "oldest_at": min((at for one in clinics if (at := one.oldest_at)), default=None),
        **_said(shelf, shelf.rules[number]),
    }
    return show(request, "pages/rule.html", where, content)


def _there(where: Where, number: int, clinics: Sequence[Inside], now: datetime) -> list[There]:
    ids = [one.clinic for one in clinics]
    named = spread.first_of(where.place, number, now, ids, _NAMED)
    return [There(one, tuple(named.get(one.clinic, ()))) for one in clinics]


def _said(shelf: Shelf, numbered: Numbered) -> dict[str, Any]:
    """What the newest pack at hand that has the rule says of it; nothing if none has."""
    having = [pack for pack in shelf.packs if pack.pack == numbered.pack]
    having = [pack for pack in having if pack.rule(numbered.name)]
    if not having:
        return {"pack": numbered.pack}
    return {
        "pack": numbered.pack,
        "versions": list(dict.fromkeys(f"{one.pack} {one.version}" for one in having)),
        **_text(having[0], numbered.name),
    }


def _text(pack: Pack, name: str) -> dict[str, Any]:
    rule = pack.rule(name)
    if rule is None:
        return {}
    titles = {one.id: one.title for one in catalogue().controls}
    return {
        "plain": rule.plain or "",
        "applies": explain.applies(rule),
        "expected": [explain.expected(rule, number) for number in range(len(rule.clauses))],
        "settings": [_setting(param) for param in rule.params.values()],
        "controls": [(one, titles.get(one, "")) for one in rule.controls],
        "sources": sources(rule.cite, pack.citations),
        "reads": rule.reads,
    }


def _setting(param: Param) -> Setting:
    ends = [words(param.type, literal.plain(one)) for one in (param.low, param.high) if one]
    default = threshold(param, literal.plain(param.default))
    return Setting(param.name, default, " to ".join(ends), param.about or "")
