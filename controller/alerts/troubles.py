"""What troubles a clinic, or an org, at this moment?

Read anew each time, kind by kind; nothing is decided here. A failure that is waived is no trouble;
a verdict that is unknown or in error is one only for what it keeps open. What ended between two
looks is still seen once where it is critical: the history of verdicts holds it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from controller.alerts import ends
from controller.alerts.decide import HOLD, Alert, Kind, Topic, Trouble
from controller.findings.models import EvidenceGap, RuleSpan, RuleState, Shield
from controller.fleet.models import Machine, MachineState
from controller.fleet.queries import ENDED, machines, silent
from controller.fleet.silence import TOGETHER, unreachable
from controller.identity.home import ControllerHome
from controller.ledger.models import Quarantine, Report
from controller.oversight import book, scorecards
from controller.paperwork import queries as paperwork
from controller.paperwork.states import ANSWER_WITHIN
from controller.people import emergency
from controller.policy import due as rules_due
from controller.policy.queries import Described, described
from controller.policy.repository import Repository
from controller.tenants.models import Clinic, Org
from controller.tenants.scope import Place

LASTING = timedelta(days=1)
"""How long an event without an end counts: a forked chain, a hole in it, a report we failed on."""
WAIVER_ENDS = (
    (timedelta(days=1), "high"),
    (timedelta(days=7), "medium"),
    (timedelta(days=30), "low"),
)
"""So long before its end a waiver weighs so much: each step is told anew."""
BACKUP_AGE = timedelta(hours=26)
UNREACHABLE = Topic(Kind.SILENCE, "clinic-unreachable")
SILENT = Topic(Kind.SILENCE, "machine-silent")
GLASS = Topic(Kind.ACCESS, "break-glass")
_JUDGED = Q(machine__state=MachineState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Looked:
    """Whose troubles, and when; `inside` are those whom alerts concern already."""

    place: Place
    clinic: Clinic
    now: datetime
    rules: dict[int, Described]
    inside: Mapping[Topic, frozenset[str]]


def of_clinic(looked: Looked) -> list[Trouble]:
    """Everything that troubles a clinic now."""
    return [
        *_failing(looked),
        *_passing_by(looked),
        *_silent(looked),
        *_broken_chains(looked),
        *_waivers(looked),
        *_paperwork(looked),
        *_scorecards(looked),
    ]


def looked(clinic: Clinic, now: datetime, known: Mapping[Topic, Alert]) -> Looked:
    """What the readers share; `known` are the alerts that were open or closed of late."""
    place = Place(clinic.org_id).clinic(clinic.id)
    inside = {topic: alert.inside for topic, alert in known.items()}
    return Looked(place, clinic, now, described(place), inside)


def _failing(of: Looked) -> Iterator[Trouble]:
    """What fails; asked by rule and without what passes, as the index of the rest has it."""
    doubtful = [no for no, rule in of.rules.items() if of.inside.get(Topic(Kind.RULE, rule.id))]
    accepted = _accepted(of)
    rows = (
        RuleState.objects.at(of.place)
        .filter(_JUDGED, rule_no__in=of.rules)
        .exclude(verdict="pass")
        .filter(Q(verdict="fail") | Q(verdict__in=("error", "unknown"), rule_no__in=doubtful))
        .annotate(heard=Coalesce("machine__visitor__seen_at", "machine__seen_at"))
        .values_list("rule_no", "machine_id", "machine__host", "verdict", "known_since", "heard")
    )
    for number, machine, host, verdict, since, heard in rows:
        rule = of.rules.get(number)
        if rule is not None and (machine, number) not in accepted:
            yield Trouble(
                Topic(Kind.RULE, rule.id),
                machine.hex,
                host,
                rule.severity,
                since,
                heard or since,
                verdict == "fail",
            )


def _passing_by(of: Looked) -> Iterator[Trouble]:
    """Critical failures that began and ended between two looks."""
    critical = [no for no, rule in of.rules.items() if rule.severity == "critical"]
    rows = RuleSpan.objects.at(of.place).filter(
        machine__state=MachineState.ACTIVE,
        rule_no__in=critical,
        verdict="fail",
        known_to__isnull=False,
        known_from__gt=of.now - HOLD,
    )
    for row in rows.select_related("machine"):
        topic, subject = Topic(Kind.RULE, of.rules[row.rule_no].id), row.machine_id.hex
        if subject not in of.inside.get(topic, ()):
            yield Trouble(topic, subject, row.machine.host, "critical", row.known_from)


def _silent(of: Looked) -> Iterator[Trouble]:
    """Machines that are overdue; one trouble for those of half a clinic that went at once."""
    enrolled = machines(of.place).filter(state=MachineState.ACTIVE)
    overdue = [(one, one.due_by or of.now) for one in enrolled.filter(silent(of.now))]
    since = unreachable([due for _, due in overdue], enrolled.count()) if overdue else None
    if since is not None:
        yield Trouble(UNREACHABLE, "clinic", of.clinic.name, "high", since)
    for one, due in overdue:
        if since is None or not since <= due <= since + TOGETHER:
            yield Trouble(SILENT, one.id.hex, one.host, "medium", due)


def _broken_chains(of: Looked) -> Iterator[Trouble]:
    since = of.now - LASTING
    suspected = Machine.objects.at(of.place).exclude(state__in=ENDED)
    for one in suspected.filter(clone_suspected_at__isnull=False):
        at = one.clone_suspected_at or of.now
        yield Trouble(Topic(Kind.CLONE, "clone-suspected"), one.id.hex, one.host, "critical", at)
    hosts = dict(Machine.objects.at(of.place).values_list("id", "host"))
    forks = Report.objects.at(Place(of.clinic.org_id)).filter(
        standing="fork", received_at__gt=since, machine_id__in=hosts
    )
    for machine, at in forks.values_list("machine_id", "received_at"):
        topic = Topic(Kind.CHAIN, "chain-forked")
        yield Trouble(topic, machine.hex, hosts[machine], "critical", at)
    gaps = EvidenceGap.objects.at(of.place).filter(known_to__gt=since)
    for machine, at in gaps.values_list("machine_id", "known_to"):
        topic = Topic(Kind.CHAIN, "evidence-missing")
        yield Trouble(topic, machine.hex, hosts[machine], "medium", at)


def _accepted(of: Looked) -> set[tuple[UUID, int]]:
    """Which failures are accepted by an approved waiver now."""
    rows = Shield.objects.at(of.place).filter(since_at__lte=of.now, until_at__gt=of.now)
    return set(rows.values_list("machine_id", "rule_no"))


def _waivers(of: Looked) -> Iterator[Trouble]:
    """Accepted failures whose last waiver ends within 30 days; heavier at 7 days, and at 1.

    Each waiver is a trouble of its own: that one of a rule is told of silences no other.
    """
    ends: dict[tuple[UUID, str, int], tuple[datetime, UUID]] = {}
    rows = Shield.objects.at(of.place).filter(_JUDGED, until_at__gt=of.now)
    columns = ("machine_id", "machine__host", "rule_no", "until_at", "waiver_id")
    for machine, host, number, *end in rows.values_list(*columns):
        key, (until, waiver) = (machine, host, number), end
        ends[key] = max((until, waiver), ends.get(key, (until, waiver)))
    for (machine, host, number), (until, waiver) in ends.items():
        weight = next((word for left, word in WAIVER_ENDS if until <= of.now + left), None)
        if weight is not None and number in of.rules:
            topic = Topic(Kind.WAIVER, of.rules[number].id, waiver.hex)
            yield Trouble(topic, machine.hex, host, weight, of.now)


def _paperwork(of: Looked) -> Iterator[Trouble]:
    """What ran out or is due; of what was never stated only once there was time to state it."""
    is_new = of.now < of.clinic.made_at + ANSWER_WITHIN
    topic = Topic(Kind.ATTESTATION, "paperwork-due")
    for one in paperwork.standings(of.clinic, of.now):
        if one.is_open and not (is_new and one.newest is None):
            # Of several about one kind (each vendor, each person) the kind alone is counted.
            yield Trouble(topic, one.kind.id[:64], one.kind.title, "medium", of.now)


def _scorecards(of: Looked) -> Iterator[Trouble]:
    """Those that wait for the owner; heavier in the last week, and when it is over."""
    topic = Topic(Kind.ATTESTATION, "scorecard-waits")
    for row in book.waiting(of.place):
        is_near = of.now > row.made_at + scorecards.WITHIN - timedelta(days=7)
        weight = "medium" if is_near else "low"
        yield Trouble(topic, row.about, f"Scorecard of {row.about}", weight, row.made_at)


def of_org(home: ControllerHome, org: Org, now: datetime) -> list[Trouble]:
    """What concerns the org: rules and keys that end, backups, failures of ours, broken glass."""
    return [
        *_rules_end(home, org, now),
        *ends.troubles(home, org, now),
        *_backup(home, org, now),
        *_quarantined(org, now),
        *_glass(org, now),
    ]


def _rules_end(home: ControllerHome, org: Org, now: datetime) -> Iterator[Trouble]:
    for sentence in rules_due.due(Repository(home.tuf(org.id)), now):
        is_over = " expired on " in sentence
        name = "rules-expired" if is_over else "rules-expire"
        severity = "critical" if is_over else "high"
        word = sentence.partition(" ")[0].lower()
        yield Trouble(Topic(Kind.EXPIRY, name), word, sentence[:200], severity, now)


def _backup(home: ControllerHome, org: Org, now: datetime) -> Iterator[Trouble]:
    last = last_backup(home)
    if now - (last or org.made_at) > BACKUP_AGE:
        label = f"last backup {last:%Y-%m-%d %H:%M} UTC" if last else "no backup was ever made"
        yield Trouble(Topic(Kind.BACKUP, "backup-overdue"), "backup", label, "high", now)


def last_backup(home: ControllerHome) -> datetime | None:
    """When the newest backup was written; None if there is no readable note of it."""
    try:
        return datetime.fromisoformat(home.last_backup.read_text("ascii").strip()).astimezone(UTC)
    except (OSError, ValueError):
        return None


def _glass(org: Org, now: datetime) -> Iterator[Trouble]:
    for held in emergency.in_force(org, now):
        label = f"{held.user.name}, until {held.until:%H:%M} UTC"
        yield Trouble(GLASS, held.id.hex[:31], label, "critical", now)


def _quarantined(org: Org, now: datetime) -> Iterator[Trouble]:
    kept: dict[UUID, int] = {}
    rows = Quarantine.objects.at(Place(org.id)).filter(at__gt=now - LASTING)
    for machine in rows.values_list("machine_id", flat=True):
        kept[machine] = kept.get(machine, 0) + 1
    hosts = dict(Machine.objects.at(Place(org.id)).filter(id__in=kept).values_list("id", "host"))
    topic = Topic(Kind.INTAKE, "report-quarantined")
    for machine in kept:
        yield Trouble(topic, machine.hex, hosts.get(machine, "a machine"), "high", now)
