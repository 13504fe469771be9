"""Which failures did people accept in the time of a bundle, and who did? For its page and a table.

What was self-approved is said in both. Their documents, whose hashes are in the log, are beside
them in `waivers.jsonl`: those are checked, this is not.
"""

from collections.abc import Iterator
from html import escape

from django.db.models import Q

from controller.policy import waivers
from controller.policy.models import Waiver
from controller.tenants.scope import Place
from evidence.bundle import About

COLUMNS = (
    *("waiver", "rule", "where", "items", "from", "until", "state", "reason", "instead"),
    *("risk owner", "requested by", "decided by", "decided", "self-approved", "revoked"),
)


def rows(place: Place, about: About) -> Iterator[list[str]]:
    """The waivers that were asked for before the end of this time and could hold in it."""
    for one in _within(place, about):
        yield [
            one.label,
            f"{one.pack}/{one.rule}",
            waivers.where(one),
            " and ".join(one.items),
            f"{one.since_at:%Y-%m-%dT%H:%M:%SZ}",
            f"{one.until_at:%Y-%m-%dT%H:%M:%SZ}",
            str(waivers.standing(one, about.to)),
            one.reason,
            one.compensating,
            one.risk_owner,
            one.requested_by,
            one.decided_by,
            f"{one.decided_at:%Y-%m-%dT%H:%M:%SZ}" if one.decided_at else "",
            "self-approved" if one.self_approved else "",
            f"{one.revoked_at:%Y-%m-%dT%H:%M:%SZ}" if one.revoked_at else "",
        ]


def section(place: Place, about: About) -> str:
    """The same for the page, in fewer words; nothing where there is none."""
    told = [
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(one, about))}</tr>"
        for one in _within(place, about)
    ]
    if not told:
        return ""
    head = "".join(
        f"<th>{word}</th>" for word in ("Waiver", "Accepts", "Until (UTC)", "Why", "Instead", "By")
    )
    return (
        "<h2>What people accepted</h2>\n<p>It goes on failing, and is never counted as passed.</p>"
        f"\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(told) + "\n</tbody>"
        "\n</table>"
    )


def _cells(one: Waiver, about: About) -> tuple[str, ...]:
    stands = waivers.standing(one, about.to)
    by = waivers.approval(one) or f"{stands}, asked for by {one.requested_by}"
    revoked = f"; revoked by {one.revoked_by}" if one.revoked_at else ""
    return (
        one.label,
        f"{one.rule} on {waivers.where(one)}",
        f"{one.until_at:%Y-%m-%d %H:%M}",
        one.reason,
        one.compensating,
        f"{by}{revoked}",
    )


def _within(place: Place, about: About) -> list[Waiver]:
    asked = waivers.waivers(place).filter(requested_at__lt=about.to, until_at__gt=about.from_)
    return list(asked.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gte=about.from_)))
