"""Which machines are there, what do they say of themselves, and what may join?"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from controller.errors import NotThere, Refusal
from controller.fleet.models import (
    Enrolment,
    FactsNow,
    JoinToken,
    Machine,
    MachineKey,
    MachineState,
    Presence,
)
from controller.tenants.scope import Place

SERVERS = ("server", "imaging_server", "nas")
_SHORTEST_ID = 6
_PROPOSED = 5
LIVE = (MachineState.PENDING, MachineState.ACTIVE, MachineState.QUARANTINED)
ENDED = (MachineState.SUPERSEDED, MachineState.REVOKED, MachineState.RETIRED)
IS_APPROVED = Q(state=MachineState.ACTIVE)


def machines(place: Place) -> QuerySet[Machine]:
    """Machines that still belong to a place, worst first; those that have ended are left out."""
    return (
        Machine.objects.at(place)
        .exclude(state__in=ENDED)
        .select_related("clinic", "visitor", "site", "group")
        .order_by("-worst", "-n_fail", "-n_error", "-n_unknown", "host", "id")
    )


def roles(place: Place) -> list[str]:
    """The roles that machines of a place have, such as `server`, by name."""
    named = machines(place).exclude(role="").order_by("role")
    return list(named.values_list("role", flat=True).distinct())


def approved(place: Place) -> QuerySet[Machine]:
    """The machines of a place that count: neither waiting for a person nor in quarantine."""
    return machines(place).filter(IS_APPROVED)


def machine(place: Place, machine_id: UUID) -> Machine:
    """One machine, ended or not; NotThere if it is not in the place."""
    whole = Machine.objects.at(place).select_related("clinic", "site", "visitor")
    found = whole.filter(pk=machine_id).first()
    if found is None:
        raise NotThere("there is no such machine here")
    return found


def states(place: Place) -> dict[str, int]:
    """How many machines of a place are in each state, ended ones too."""
    rows = Machine.objects.at(place).order_by().values_list("state").annotate(n=Count("id"))
    return dict(rows)


def silent(now: datetime) -> Q:
    """The condition of a machine that has reported and is overdue at `now`, or whose visitor is."""
    overdue = Q(due_by__lt=now) | Q(visitor__isnull=False, visitor__due_by__lt=now)
    return overdue & Q(reported_at__isnull=False)


def is_silent(machine: Machine, now: datetime) -> bool:
    """Has a machine that used to report gone past the time by which it was due?

    Of a host that is visited: has anybody spoken of it in time, and is its visitor still heard?
    """
    due = [machine.due_by]
    if machine.visitor is not None:
        due.append(machine.visitor.due_by)
    return machine.reported_at is not None and any(at is not None and at < now for at in due)


def unheard(place: Place, now: datetime) -> QuerySet[Machine, UUID]:
    """The ids of the machines of a place that are silent, for use within a query."""
    return machines(place).filter(silent(now)).order_by().values_list("id", flat=True)


def silent_since(
    place: Place, now: datetime, clinics: Collection[UUID]
) -> list[tuple[UUID, datetime]]:
    """Of each approved machine of these clinics that is silent: its clinic, and when last heard."""
    rows = approved(place).filter(silent(now), seen_at__isnull=False, clinic_id__in=clinics)
    rows = rows.order_by()
    return [(clinic, at) for clinic, at in rows.values_list("clinic_id", "seen_at") if at]


def joined(place: Place) -> QuerySet[Machine]:
    """The machines that joined, the newest first; a host that is visited never did."""
    return machines(place).filter(visitor__isnull=True).order_by("-enrolled_at")


def visited(place: Place, machine_id: UUID) -> QuerySet[Machine]:
    """The hosts without an agent that a machine visits, by name."""
    return machines(place).filter(visitor_id=machine_id).order_by("host", "id")


def named(place: Place, text: str) -> Machine:
    """The machine of that name or id, ended or not; NotThere or Refusal say what to type."""
    whole = Machine.objects.at(place).select_related("clinic", "site", "visitor")
    found = list(whole.filter(host__iexact=text).order_by("-enrolled_at"))
    if not found and len(text) >= _SHORTEST_ID:
        asked = text.replace("-", "").lower()
        found = [one for one in whole.order_by("-enrolled_at") if one.id.hex.startswith(asked)]
    live = [one for one in found if one.state not in ENDED] or found
    if not live:
        raise NotThere(f"there is no machine {text!r} here", help="`machine list` shows them")
    if len(live) > 1:
        choice = ", ".join(f"{one.id} ({one.clinic.name}, {one.state})" for one in live[:5])
        raise Refusal(
            f"more than one machine goes by {text!r}", help=f"say one by its id: {choice}"
        )
    return live[0]


def likely_former(place: Place, machine: Machine) -> list[Machine]:
    """Which older machines this one may be, set up anew: a proposal that a person confirms.

    Same hash of board or disk, or the id that its agent had before it joined. Never believed by
    itself: boards of some vendors all carry one id.
    """
    if machine.visitor_id is not None or machine.state in ENDED:
        return []
    same = Q(pk=machine.replaces) if machine.replaces else Q(pk__in=())
    for part in ("board", "disk"):
        if machine.hw.get(part):
            same |= Q(**{f"hw__{part}": machine.hw[part]}, clinic_id=machine.clinic_id)
    older = Machine.objects.at(place).filter(same, visitor__isnull=True)
    older = older.filter(enrolled_at__lte=machine.enrolled_at).exclude(pk=machine.pk)
    return list(older.exclude(state__in=ENDED).order_by("-enrolled_at")[:_PROPOSED])


def former(place: Place, machine: Machine) -> Machine | None:
    """The older machine whose place this one took, as a person has confirmed."""
    if machine.replaces is None:
        return None
    whole = Machine.objects.at(place).select_related("clinic")
    return whole.filter(pk=machine.replaces, state=MachineState.SUPERSEDED).first()


def roll(place: Place, *, ended: bool) -> QuerySet[Machine]:
    """Every machine of a place: what a person is to approve first, then by clinic and name."""
    whole = Machine.objects.at(place).select_related("clinic")
    whole = whole if ended else whole.exclude(state__in=ENDED)
    waits = Q(state__in=(MachineState.PENDING, MachineState.QUARANTINED))
    return whole.annotate(waits=waits).order_by("-waits", "clinic__name", "host", "id")


def beginning(place: Place, text: str) -> QuerySet[Machine]:
    """The machines in use whose name begins like this, by name; with their clinics."""
    found = Machine.objects.at(place).filter(host__istartswith=text).exclude(state__in=ENDED)
    return found.select_related("clinic").order_by("host", "id")


def pending(place: Place) -> QuerySet[Machine]:
    """The machines that a person is to approve: new ones, and those in quarantine."""
    waits = (MachineState.PENDING, MachineState.QUARANTINED)
    return joined(place).filter(state__in=waits)


def uses(place: Place, token_id: UUID) -> QuerySet[Enrolment]:
    """Who joined by a token, from where, and when; the newest first."""
    used = Enrolment.objects.at(place).filter(token_id=token_id).select_related("machine")
    return used.defer("request", "answer").order_by("-at")


def presence(role: str) -> Presence:
    """How often a machine of that role is expected to be heard."""
    return Presence.ALWAYS_ON if role in SERVERS else Presence.WORKING


def keys(place: Place, machine_id: UUID) -> QuerySet[MachineKey]:
    """The public keys of a machine, the newest of each purpose first."""
    return (
        MachineKey.objects.at(place)
        .filter(machine_id=machine_id)
        .order_by("-purpose", "-valid_from_leaf")
    )


def facts(place: Place, machine_id: UUID) -> FactsNow | None:
    """What a machine last said of itself, if it has said anything."""
    return FactsNow.objects.at(place).filter(machine_id=machine_id).first()


def imaging(place: Place) -> QuerySet[FactsNow]:
    """The imaging part of what each machine of a place said last, by host name."""
    return (
        FactsNow.objects.at(place)
        .filter(imaging__isnull=False)
        .exclude(machine__state__in=ENDED)
        .select_related("machine")
        .defer("document")
        .order_by("machine__host")
    )


def join_tokens(place: Place) -> QuerySet[JoinToken]:
    """Leave that was given to join, the newest first."""
    return JoinToken.objects.at(place).select_related("clinic").order_by("-made_at")


def join_token(place: Place, tid: str) -> JoinToken:
    """One token by its number; NotThere if it is not in the place."""
    found = join_tokens(place).filter(tid=tid).first()
    if found is None:
        raise NotThere(f"there is no token {tid}", help="`dentinel-controller token list`")
    return found


@dataclass(frozen=True, slots=True)
class Policy:
    """By which rules some machines are judged, and how many do."""

    policy_state: str
    pack_version: str
    n: int


def policies(place: Place) -> list[Policy]:
    """By whose rules the reporting machines of a place are judged, and how many by each.

    Counted by state too, as their index has them: so it is read in order, and nothing else.
    """
    rows = Machine.objects.at(place).filter(state__in=LIVE).exclude(policy_state="").order_by()
    counted = rows.values_list("state", "policy_state", "pack_version").annotate(n=Count("*"))
    return added(Policy(*of) for _, *of in counted)


def added(policies: Iterable[Policy]) -> list[Policy]:
    """Each of them once, with all its machines."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in policies:
        counts[one.policy_state, one.pack_version] += one.n
    return [Policy(*key, n) for key, n in sorted(counts.items())]


def following(machines: QuerySet[Machine], last: Machine) -> QuerySet[Machine]:
    """The machines of a list worst first that come after `last`, by key and not by counting."""
    same, later = Q(), Q(pk__in=())
    for column in ("worst", "n_fail", "n_error", "n_unknown"):
        value = getattr(last, column)
        later |= same & Q(**{f"{column}__lt": value})
        same &= Q(**{column: value})
    later |= same & (Q(host__gt=last.host) | Q(host=last.host, id__gt=last.id))
    return machines.filter(later)
